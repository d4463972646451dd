from typing import Any

from django.contrib import messages
from django.contrib.admin import SimpleListFilter, display
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html

from hampstead.core.errors import QualificationError
from hampstead.core.subjects import admin_link
from leads.admin.base import Page, ReadOnlyLines, ReasonForm, button, label, register, staff
from leads.admin.forms import CorrectionForm, LeadForm, OverrideForm
from leads.admin.panel import BAND_COLOURS, verdict_panel
from leads.enquiries import set_status
from leads.facts import note_facts
from leads.models import Area, Band, Fact, FactKey, Lead, ProjectType
from leads.overrides import NoOverrideError, override_verdict, withdraw_override
from leads.qualifying import qualify_lead


class BandFilter(SimpleListFilter):
    title = "verdict"
    parameter_name = "band"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            *Band.choices,
            ("decide", "A person decides"),
            ("overridden", "Overridden by staff"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case None:
                return queryset
            case "decide":
                return queryset.filter(needs_person=True)
            case "overridden":
                return queryset.filter(is_overridden=True)
            case band:
                return queryset.filter(band=band)


class FactLines(ReadOnlyLines):
    model = Fact
    fields = readonly_fields = ("what", "answer", "quote", "origin", "who", "noted_at")
    verbose_name_plural = "what we know"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Fact]:
        return Fact.objects.current().select_related("noted_by").order_by("noted_at", "pk")

    @display(description="fact")
    def what(self, fact: Fact) -> str:
        return fact.get_key_display()

    @display(description="answer")
    def answer(self, fact: Fact) -> str:
        return fact.spoken_value

    @display(description="source")
    def origin(self, fact: Fact) -> str:
        kind = fact.source.partition(":")[0].replace("_", " ").capitalize()
        link = admin_link(fact.source)
        return format_html('<a href="{}">{}</a>', link, kind) if link else kind

    @display(description="noted by")
    def who(self, fact: Fact) -> str:
        return str(fact.noted_by or "AI")


@register(Lead)
class LeadAdmin(Page):
    form = LeadForm
    list_display = (
        "person_name",
        "band_label",
        "score_shown",
        "project",
        "place",
        "status",
        "updated_at",
    )
    list_filter = (BandFilter, "status")
    search_fields = ("person__name", "person__phone", "person__email")
    search_help_text = "name, phone number or e-mail"
    ordering = ("-updated_at", "-pk")
    fields = ("person", "status", "created_at", "updated_at")
    readonly_fields = ("person", "created_at", "updated_at")
    inlines = (FactLines,)
    actions_detail = ("override", "withdraw", "book", "correct_facts")
    change_form_outer_before_template = "admin/leads/verdict.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lead]:
        leads = Lead.objects.with_verdict().select_related("person")
        return leads.with_facts(FactKey.PROJECT_TYPE, FactKey.POSTCODE)

    # Leads arise from enquiries, and end by status; erasing goes through the person.
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="person", ordering="person__name")
    def person_name(self, lead: Lead) -> str:
        return lead.person.display_name

    @label("verdict", colours=BAND_COLOURS, ordering="band")
    def band_label(self, lead: Any) -> tuple[str, str] | None:
        if lead.band is None:
            return None
        by_staff = " (staff)" if lead.is_overridden else ""
        return lead.band, f"{Band(lead.band).label}{by_staff}"

    @display(description="score", ordering="score")
    def score_shown(self, lead: Any) -> int | None:
        return None if lead.score is None else int(lead.score)

    @display(description="project")
    def project(self, lead: Any) -> str:
        known = lead.fact_project_type in ProjectType.values
        return str(ProjectType(lead.fact_project_type).label) if known else ""

    @display(description="area", ordering="area")
    def place(self, lead: Any) -> str:
        area = str(Area(lead.area).label) if lead.area else ""
        return f"{lead.fact_postcode} · {area}" if lead.fact_postcode else area

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        buttons: list[Any] = super().get_actions_detail(request, object_id)
        lead = Lead.objects.filter(pk=object_id).first() if str(object_id).isdigit() else None
        if lead is None or lead.override is None:
            return [found for found in buttons if not found.action_name.endswith("_withdraw")]
        return buttons

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        lead = self.get_object(request, object_id) if object_id else None
        panel = {"panel": verdict_panel(lead)} if lead else {}
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **panel}
        )

    def save_model(self, request: HttpRequest, obj: Lead, form: Any, change: bool) -> None:
        set_status(lead=obj, status=Lead.Status(form.cleaned_data["status"]), by=staff(request))

    @button("Override verdict", path="override", icon="gavel")
    def override(self, request: HttpRequest, object_id: str) -> HttpResponse:
        lead = self.get_object(request, object_id)
        if lead is None:
            return self._gone(request)
        form = OverrideForm(request.POST or None, initial={"band": lead.verdict})
        if form.is_valid():
            decided = override_verdict(lead=lead, by=staff(request), **form.cleaned_data)
            shown = decided.get_band_display()
            return self._done(request, lead, f"The verdict is now “{shown}”, as you decided.")
        return self.ask(
            request,
            form=form,
            row=lead,
            title="Override the verdict",
            explanation="Your verdict outranks the machine's until someone withdraws it.",
            submit="Override verdict",
        )

    @button("Withdraw override", path="withdraw", icon="undo")
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        lead = self.get_object(request, object_id)
        if lead is None:
            return self._gone(request)
        form = ReasonForm(request.POST or None)
        if form.is_valid():
            try:
                withdraw_override(lead=lead, by=staff(request), **form.cleaned_data)
            except NoOverrideError as error:
                return self._done(request, lead, str(error), level=messages.WARNING)
            return self._done(request, lead, "Override withdrawn: the machine's verdict counts.")
        return self.ask(
            request,
            form=form,
            row=lead,
            title="Withdraw the override",
            explanation="The machine's verdict will count again.",
            submit="Withdraw override",
        )

    @button("Book a survey", path="book", icon="calendar_add_on")
    def book(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return redirect("admin:leads_survey_book", object_id)

    @button("Correct facts", path="correct", icon="edit_note")
    def correct_facts(self, request: HttpRequest, object_id: str) -> HttpResponse:
        lead = self.get_object(request, object_id)
        if lead is None:
            return self._gone(request)
        form = CorrectionForm(request.POST or None)
        if form.is_valid():
            return self._correct(request, lead, form)
        return self.ask(
            request,
            form=form,
            row=lead,
            title="Correct what we know",
            explanation="Fill in what is wrong or missing. The AI cannot change it afterwards.",
            submit="Save facts",
        )

    def _correct(self, request: HttpRequest, lead: Lead, form: CorrectionForm) -> HttpResponse:
        by = staff(request)
        noted = note_facts(
            lead=lead,
            facts=form.facts,
            source=f"staff:{by.pk}",
            quote=form.cleaned_data["reason"],
            by=by,
        )
        try:
            qualify_lead(lead=lead)
        except QualificationError as error:
            problem = f"{len(noted)} facts saved, but the verdict is old. {error}"
            return self._done(request, lead, problem, level=messages.WARNING)
        plural = "fact" if len(noted) == 1 else "facts"
        return self._done(request, lead, f"{len(noted)} {plural} saved, verdict renewed.")

    def _done(
        self, request: HttpRequest, lead: Lead, text: str, *, level: int = messages.SUCCESS
    ) -> HttpResponse:
        self.message_user(request, text, level)
        return redirect("admin:leads_lead_change", lead.pk)

    def _gone(self, request: HttpRequest) -> HttpResponse:
        self.message_user(request, "There is no such lead.", messages.WARNING)
        return redirect("admin:leads_lead_changelist")
