"""The firm's own data: prices, areas, hours, numbers."""

from django.contrib.admin import display
from django.db.models import Model
from django.http import HttpRequest

from hampstead.core.admin.money import PoundsField
from leads.admin.base import AuditedPage, RowForm, label, register
from leads.models import Firm, OpeningHours, PriceRange, ServiceArea
from leads.wording import pounds

AREA_COLOURS = {"primary": "success", "secondary": "info", "borderline": "warning"}


class PriceRangeForm(RowForm):
    low_pence = PoundsField(label="From (£)", min_value=1, max_value=100_000_000)
    high_pence = PoundsField(label="To (£)", min_value=1, max_value=100_000_000)

    class Meta:
        model = PriceRange
        fields = "__all__"


@register(PriceRange)
class PriceRangeAdmin(AuditedPage):
    form = PriceRangeForm
    list_display = ("project_type", "range_shown", "weeks_shown", "includes_vat", "valid_until")
    ordering = ("project_type",)

    @display(description="range", ordering="low_pence")
    def range_shown(self, price: PriceRange) -> str:
        return f"{pounds(price.low_pence)} to {pounds(price.high_pence)}"

    @display(description="weeks", ordering="weeks_low")
    def weeks_shown(self, price: PriceRange) -> str:
        return f"{price.weeks_low} to {price.weeks_high}"


@register(ServiceArea)
class ServiceAreaAdmin(AuditedPage):
    list_display = ("outcode", "area_label")
    list_filter = ("area",)
    search_fields = ("outcode",)
    ordering = ("outcode",)

    @label("area", colours=AREA_COLOURS, ordering="area")
    def area_label(self, row: ServiceArea) -> tuple[str, str]:
        return row.area, row.get_area_display()


class FixedRows(AuditedPage):
    """As many rows as the world has: edited, never added or deleted."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@register(OpeningHours)
class OpeningHoursAdmin(FixedRows):
    list_display = ("weekday", "hours", "by_appointment")
    ordering = ("weekday",)
    readonly_fields = ("weekday",)
    fields = ("weekday", "opens", "closes", "by_appointment")

    @display(description="hours", ordering="opens")
    def hours(self, row: OpeningHours) -> str:
        if row.opens is None or row.closes is None:
            return "Closed"
        return f"{row.opens:%H:%M} to {row.closes:%H:%M}"


@register(Firm)
class FirmAdmin(FixedRows):
    list_display = ("name", "office", "emergency")
    ordering = ("pk",)

    @display(description="office")
    def office(self, firm: Firm) -> str:
        return firm.spoken_office_phone

    @display(description="emergency")
    def emergency(self, firm: Firm) -> str:
        return firm.spoken_emergency_phone
