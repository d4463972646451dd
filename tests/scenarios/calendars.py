"""What happens to the surveyors' calendars in a scenario, and the tokens a model may send."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from conversations.models import Conversation, ToolCall
from conversations.offers import offer, taken_offer
from hampstead.core import breaker
from hampstead.core.models import VendorHealth
from leads.booking import mark_conflict
from leads.models import Survey, Surveyor
from tests.factories.leads import PersonFactory, SurveyFactory
from tests.vendors import Sandbox


def arrange(order: str, sandbox: Sandbox) -> None:
    verb, _, what = order.partition(": ")
    if verb == "away":
        sandbox.fault("microsoft", status=503, times=999)
    elif verb == "read only":
        sandbox.fault("microsoft", route="/events", method="POST", status=503, times=int(what))
    elif verb == "back":
        sandbox.clear_faults()
        VendorHealth.objects.filter(vendor="microsoft").delete()
        breaker.forget_cache()
    elif verb == "busy":
        _fill(date.fromisoformat(what), sandbox)
    elif verb == "taken":
        _take(int(what))
    elif verb == "disputed":
        for survey in Survey.objects.booked():
            mark_conflict(survey=survey, trouble="it clashes with another entry")
    else:
        raise ValueError(f"a calendar cannot be {order}")


def _fill(day: date, sandbox: Sandbox) -> None:
    starts = datetime.combine(day, time(0), UTC)
    for surveyor in Surveyor.objects.all():
        sandbox.person_adds(surveyor.mailbox, starts, starts + timedelta(days=1))


def _take(number: int) -> None:
    """Somebody else gets that time, with every surveyor."""
    slot = taken_offer(Conversation.objects.get(), _offered()[number - 1]["slot"])
    for surveyor in Surveyor.objects.all():
        SurveyFactory(
            person=PersonFactory(),
            lead=None,
            surveyor=surveyor,
            starts_at=slot.starts_at,
            source="staff",
        )


def _offered() -> list[dict[str, str]]:
    calls = ToolCall.objects.filter(result__has_key="slots").order_by("-id")
    slots: list[dict[str, str]] = calls[0].result["slots"] if calls else []
    return slots


def with_tokens(answers: tuple[Any, ...]) -> list[Any]:
    """The scripted answers with real tokens in the places of "{slot 1}" and "{foreign slot}"."""
    text = json.dumps(answers)
    if "slot" not in text:
        return list(answers)
    for number, one in enumerate(_offered(), start=1):
        text = text.replace(f"{{slot {number}}}", one["slot"])
    if "{foreign slot}" in text:
        own = taken_offer(Conversation.objects.get(), _offered()[0]["slot"])
        text = text.replace("{foreign slot}", offer(Conversation(pk=999_999), own))
    answered: list[Any] = json.loads(text)
    return answered


def entries(sandbox: Sandbox) -> int:
    """Entries of ours that the calendars show."""
    mailboxes = Surveyor.objects.values_list("mailbox", flat=True)
    return sum(
        bool(event.get("transactionId")) for mailbox in mailboxes
        for event in sandbox.calendar(mailbox)
    )  # fmt: skip
