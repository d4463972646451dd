"""The home page's card about the assistant: what it did today, and what it cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from conversations.models import AnswerCheck, Turn
from hampstead.core import spending
from hampstead.core.admin.money import in_pence
from hampstead.core.clock import LONDON, now, to_london

Outcome = AnswerCheck.Outcome
BY = Turn.AnsweredBy
CHECKS = (
    ("Corrected before sending", Outcome.REPAIRED, "warn"),
    ("Stopped", Outcome.REPLACED, "bad"),
    ("Wrong on the phone", Outcome.FLAGGED, "bad"),
)


@dataclass(frozen=True)
class Line:
    title: str
    value: str
    look: str = ""
    url: str = ""


def read_assistant(may: Any) -> list[Line]:
    """Since midnight in London."""
    since = datetime.combine(to_london(now()).date(), time(0), LONDON)
    turns = dict(
        Turn.objects.filter(closed_at__gte=since).values_list("answered_by").annotate(Count("pk"))
    )
    checks = dict(
        AnswerCheck.objects.filter(at__gte=since).values_list("outcome").annotate(Count("pk"))
    )
    off_topic = Turn.objects.filter(closed_at__gte=since, enquiry_lane="off_topic").count()
    lines = [
        Line("Answers", str(turns.get(BY.MODEL, 0) + turns.get(BY.LANE, 0))),
        _counted("Answered by the intake", turns.get(BY.INTAKE, 0)),
        *_checks(checks, has_links=may("conversations.view_answercheck")),
        Line("Off topic, refused", str(off_topic)),
    ]
    if may("core.view_vendoruse"):
        lines.append(_cost())
    return lines


def _counted(title: str, count: int) -> Line:
    return Line(title, str(count), "warn" if count else "")


def _checks(checks: dict[str, int], *, has_links: bool) -> Iterator[Line]:
    page = reverse("admin:conversations_answercheck_changelist")
    for title, outcome, look in CHECKS:
        count = checks.get(outcome, 0)
        url = f"{page}?{urlencode({'outcome__exact': outcome})}" if has_links else ""
        yield Line(title, str(count), look if count else "", url)


def _cost() -> Line:
    spent = in_pence(spending.spent_today("anthropic"))
    url = reverse("admin:core_vendoruse_changelist")
    return Line("Claude has cost", spent, url=url)
