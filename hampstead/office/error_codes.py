"""The error codes E001–E015 as staff read them: meaning, remedy, and how often they occur."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from conversations.models import Turn
from hampstead.core.clock import now
from hampstead.core.errors import CATALOGUE, CatalogueEntry
from hampstead.core.models import Incident, Outbox, RefusedPosts, VendorCall

DAY, WEEK = timedelta(hours=24), timedelta(days=7)
LATEST = 10
REFUSALS = "E013"  # such posts are only counted


@dataclass(frozen=True)
class Source:
    """Where a code is kept, and under which names."""

    title: str
    model: type[Model]
    code: str
    at: str
    page: str


SOURCES = (
    Source("Vendor calls", VendorCall, "code", "at", "core_vendorcall"),
    Source("Incidents", Incident, "code", "last_seen_at", "core_incident"),
    Source("Effects", Outbox, "error_code", "created_at", "core_outbox"),
    Source("Answers", Turn, "error_code", "opened_at", "conversations_conversation"),
)


@dataclass(frozen=True)
class Line:
    entry: CatalogueEntry
    day: int
    week: int
    is_open: bool


@dataclass(frozen=True)
class Occurrence:
    at: datetime
    source: str
    text: str
    url: str


def all_codes(request: HttpRequest) -> HttpResponse:
    day, week = _occurrences()
    open_codes = set(_open_incidents().values_list("code", flat=True))
    lines = [
        Line(error.entry, day[code], week[code], code in open_codes)
        for code, error in CATALOGUE.items()
    ]
    return _page(request, "admin/office/error_codes.html", {"title": "Error codes", "lines": lines})


def one_code(request: HttpRequest, code: str) -> HttpResponse:
    if code not in CATALOGUE:
        raise Http404
    entry = CATALOGUE[code].entry
    day, week = _occurrences()
    latest = sorted(_latest(code), key=lambda one: one.at, reverse=True)[:LATEST]
    context = {
        "title": f"{code}: {entry.meaning}",
        "line": Line(entry, day[code], week[code], _open_incidents().filter(code=code).exists()),
        "incidents": _open_incidents().filter(code=code),
        "latest": latest,
    }
    return _page(request, "admin/office/error_code.html", context)


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    if not request.user.has_perm("core.view_incident"):
        raise PermissionDenied
    request.current_app = admin.site.name
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context})


def _open_incidents() -> Any:
    return Incident.objects.filter(closed_at__isnull=True)


def _occurrences() -> tuple[Counter[str], Counter[str]]:
    """By code, in the last 24 hours and 7 days."""
    day: Counter[str] = Counter()
    week: Counter[str] = Counter()
    for source in SOURCES:
        lately = source.model._default_manager.filter(**{f"{source.at}__gte": now() - WEEK})
        recent = Count("pk", filter=Q(**{f"{source.at}__gte": now() - DAY}))
        counted = lately.values(source.code).annotate(in_day=recent, in_week=Count("pk"))
        for row in counted.order_by():
            day[row[source.code]] += row["in_day"]
            week[row[source.code]] += row["in_week"]
    refused = RefusedPosts.objects.filter(last_at__gte=now() - WEEK).aggregate(
        in_day=Sum("count", filter=Q(last_at__gte=now() - DAY)), in_week=Sum("count")
    )
    day[REFUSALS] += refused["in_day"] or 0
    week[REFUSALS] += refused["in_week"] or 0
    return day, week


def _latest(code: str) -> Iterator[Occurrence]:
    for source in SOURCES:
        rows: Iterable[Any] = source.model._default_manager.filter(**{source.code: code})
        for row in rows.order_by(f"-{source.at}")[:LATEST]:  # type: ignore[attr-defined]
            # A turn is read in its chat.
            pk = row.conversation_id if isinstance(row, Turn) else row.pk
            url = reverse(f"admin:{source.page}_change", args=[pk])
            yield Occurrence(getattr(row, source.at), source.title, _words(row), url)


def _words(row: Any) -> str:
    if isinstance(row, Turn):
        return row.error[:160] or f"Conversation {row.conversation_id}"
    text = row.error if isinstance(row, Outbox) else row.detail
    return f"{row}: {text}"[:160] if text else str(row)
