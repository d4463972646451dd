from typing import Any

from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from leads.admin.base import AuditedPage, ReadOnlyLines, register
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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        return Person.objects.with_lead_figures()

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
