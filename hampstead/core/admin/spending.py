"""What vendors cost, how much they may cost, and what they still let us ask for."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin

from hampstead.core.admin.audited import AuditedAdmin
from hampstead.core.admin.links import NamesSubjects, subject_link
from hampstead.core.admin.money import PoundsField, in_pence
from hampstead.core.admin.reading import NOTHING, ReadOnlyAdmin, moment
from hampstead.core.clock import LONDON, now
from hampstead.core.ledger import today
from hampstead.core.models import SpendCeiling, VendorAllowance, VendorUse
from hampstead.core.spending import pounds

if TYPE_CHECKING:  # generic for the type checker only
    CeilingModelForm = ModelForm[SpendCeiling]
else:
    CeilingModelForm = ModelForm
DAYS_SHOWN = 7
MOST_POUNDS = 100_000


@admin.register(VendorUse)
class VendorUseAdmin(NamesSubjects, ReadOnlyAdmin):
    show_full_result_count = False  # a long table: one count is enough
    list_before_template = "admin/core/spending_totals.html"
    list_display = (
        "made",
        "vendor_name",
        "purpose",
        "about",
        "model",
        "tokens_in",
        "output",
        "cost",
    )
    list_filter = ("vendor", "purpose", "model", "at")
    search_fields = ("subject", "payer", "request_id")
    ordering = ("-at", "-id")
    fields = (
        "made",
        "vendor",
        "model",
        "purpose",
        "about",
        "paid_by",
        "input_tokens",
        "cache_write_tokens",
        "cache_read_tokens",
        "output_tokens",
        "cost",
        "request_id",
    )
    made = moment("at", "When")

    @admin.display(description="Vendor", ordering="vendor")
    def vendor_name(self, use: VendorUse) -> str:
        return str(settings.VENDOR_NAMES.get(use.vendor, use.vendor))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {**(extra_context or {}), "totals": list(totals())}
        page: HttpResponse = super().changelist_view(request, context)
        return page

    @admin.display(description="For")
    def paid_by(self, use: VendorUse) -> str:
        return subject_link(use.payer)

    @admin.display(description="Tokens in (of them cached)")
    def tokens_in(self, use: VendorUse) -> str:
        whole = use.input_tokens + use.cache_write_tokens + use.cache_read_tokens
        return f"{whole:,} ({use.cache_read_tokens:,})"

    @admin.display(description="Tokens out", ordering="output_tokens")
    def output(self, use: VendorUse) -> str:
        return f"{use.output_tokens:,}"

    @admin.display(description="Cost", ordering="cost_pence")
    def cost(self, use: VendorUse) -> str:
        return in_pence(use.cost_pence)


def totals() -> Iterator[dict[str, Any]]:
    """The last days in London, newest first: what each vendor used and cost, by purpose."""
    rows = (
        VendorUse.objects.filter(at__gte=now() - timedelta(days=DAYS_SHOWN))
        .annotate(day=TruncDate("at", tzinfo=LONDON))
        .values("day", "vendor", "purpose")
        .annotate(
            calls=Count("id"),
            pence=Sum("cost_pence"),
            read=Sum(F("input_tokens") + F("cache_write_tokens") + F("cache_read_tokens")),
            written=Sum("output_tokens"),
        )
        .order_by("-day", "vendor", "-pence")
    )
    day_before: date | None = None
    for row in rows:
        yield {
            **row,
            "vendor": settings.VENDOR_NAMES.get(row["vendor"], row["vendor"]),
            "cost": in_pence(row["pence"]),
            "read": f"{row['read']:,}",
            "written": f"{row['written']:,}",
            "is_first": row["day"] != day_before,
        }
        day_before = row["day"]


class CeilingForm(CeilingModelForm):
    soft_pence = PoundsField(
        label="Warn at (£)", min_value=0, max_value=MOST_POUNDS,
        help_text="Staff are told; what can wait is left until tomorrow.",
    )  # fmt: skip
    hard_pence = PoundsField(
        label="Stop at (£)", min_value=0, max_value=MOST_POUNDS,
        help_text="Nothing more is bought until midnight. Customers get fixed questions instead.",
    )  # fmt: skip
    person_pence = PoundsField(
        label="For one customer (£)", min_value=0, max_value=MOST_POUNDS
    )  # fmt: skip

    class Meta:
        model = SpendCeiling
        fields = ("soft_pence", "hard_pence", "person_pence")


@admin.register(SpendCeiling)
class SpendCeilingAdmin(AuditedAdmin, ModelAdmin):
    """One row for each vendor that costs by use; loaded, then edited."""

    form = CeilingForm
    list_display = ("name", "spent", "soft", "hard", "person")
    ordering = ("vendor",)
    readonly_fields = ("name", "spent")
    fields = ("name", "spent", "soft_pence", "hard_pence", "person_pence")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="Vendor", ordering="vendor")
    def name(self, ceiling: SpendCeiling) -> str:
        return str(ceiling)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SpendCeiling]:
        begin, end = today()
        used = VendorUse.objects.filter(vendor=OuterRef("vendor"), at__gte=begin, at__lt=end)
        summed = used.order_by().values("vendor").annotate(pence=Sum("cost_pence")).values("pence")
        found: QuerySet[SpendCeiling] = super().get_queryset(request)
        return found.annotate(spent_pence=Subquery(summed))

    @admin.display(description="Spent today")
    def spent(self, ceiling: Any) -> str:
        return in_pence(ceiling.spent_pence or Decimal(0))

    @admin.display(description="Warn at", ordering="soft_pence")
    def soft(self, ceiling: SpendCeiling) -> str:
        return pounds(ceiling.soft_pence)

    @admin.display(description="Stop at", ordering="hard_pence")
    def hard(self, ceiling: SpendCeiling) -> str:
        return pounds(ceiling.hard_pence)

    @admin.display(description="For one customer", ordering="person_pence")
    def person(self, ceiling: SpendCeiling) -> str:
        return pounds(ceiling.person_pence)


@admin.register(VendorAllowance)
class VendorAllowanceAdmin(ReadOnlyAdmin):
    list_display = ("vendor", "scope", "requests", "tokens", "paused", "learned")
    ordering = ("vendor", "scope")
    fields = list_display
    paused = moment("pause_until", "Not before")
    learned = moment("updated_at", "Last change")

    @admin.display(description="Requests left in this minute", ordering="requests_left")
    def requests(self, row: VendorAllowance) -> str:
        return _left(row.requests_left, row.requests_limit)

    @admin.display(description="Tokens left in this minute", ordering="tokens_left")
    def tokens(self, row: VendorAllowance) -> str:
        return _left(row.tokens_left, row.tokens_limit)


def _left(left: int | None, limit: int | None) -> str:
    return NOTHING if left is None or limit is None else f"{left:,} of {limit:,}"
