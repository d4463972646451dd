from typing import Any

from django.contrib import messages
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from leads.admin.base import AuditedPage, ReadOnlyLines, button, register, staff
from leads.admin.consents import NOTHING_RECORDED, ConsentForm, consent_lines
from leads.consents import grant_consent, withdraw_consent
from leads.models import Lead, Person


class LeadLines(ReadOnlyLines):
    model = Lead
    fields = readonly_fields = ("page", "status", "created_at", "updated_at")
    verbose_name_plural = "leads of this person"

    @display(description="lead")
    def page(self, lead: Lead) -> SafeString:
        address = reverse("admin:leads_lead_change", args=[lead.pk])
        return format_html('<a href="{}">Open lead page</a>', address)


@register(Person)
class PersonAdmin(AuditedPage):
    list_display = ("display_name", "spoken_phone", "email", "lead_count", "last_lead_at")
    search_fields = ("name", "phone", "email")
    search_help_text = "name, phone number or e-mail"
    ordering = ("-created_at", "-pk")
    fields = ("name", "spoken_phone", "email", "created_at")
    readonly_fields = ("spoken_phone", "created_at")
    inlines = (LeadLines,)
    actions_detail = ("record_consent",)
    change_form_outer_before_template = "admin/leads/consents.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        return Person.objects.with_lead_figures()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        person = self.get_object(request, object_id) if object_id else None
        panel: dict[str, Any] = {"nothing_recorded": NOTHING_RECORDED}
        if person is not None:
            panel["consents"] = consent_lines(person)
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **panel}
        )

    # Persons arise from calls and messages; erasing one reaches every floor and every vendor.
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="name", ordering="name")
    def display_name(self, person: Person) -> str:
        return person.display_name

    @display(description="phone", ordering="phone")
    def spoken_phone(self, person: Person) -> str:
        return person.spoken_phone or "not known"

    @display(description="leads", ordering="lead_count")
    def lead_count(self, person: Any) -> int:
        return int(person.lead_count)

    @display(description="last lead", ordering="last_lead_at")
    def last_lead_at(self, person: Any) -> Any:
        return person.last_lead_at

    @button("Record consent", path="consent", icon="approval_delegation")
    def record_consent(self, request: HttpRequest, object_id: str) -> HttpResponse:
        person = self.get_object(request, object_id)
        if person is None:
            self.message_user(request, "There is no such person.", messages.WARNING)
            return redirect("admin:leads_person_changelist")
        form = ConsentForm(request.POST or None)
        if form.is_valid():
            self._record_consent(request, person, dict(form.cleaned_data))
            return redirect("admin:leads_person_change", person.pk)
        return self.ask(
            request,
            form=form,
            row=person,
            title="What do they allow?",
            explanation="From now on nothing is sent that they do not want.",
            submit="Record consent",
        )

    def _record_consent(self, request: HttpRequest, person: Person, given: dict[str, Any]) -> None:
        by = staff(request)
        use_case = grant_consent if given.pop("decision") == "allow" else withdraw_consent
        use_case(person=person, source=f"staff:{by.pk}", by=by, **given)
        self.message_user(request, "Recorded.", messages.SUCCESS)
