"""Shorthands of the tests about survey tools, on Monday 23 November 2026."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from conversations.desk import Desk
from conversations.models import Conversation
from conversations.offers import taken_offer
from conversations.tools import run_tool
from leads.models import FactKey, Surveyor
from tests.factories.leads import SurveyFactory

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FACTS = {FactKey.POSTCODE: "NW3 2QG", FactKey.CUSTOMER_NAME: "Priya Shah"}


def run(desk: Desk, name: str, **arguments: Any) -> Any:
    return run_tool(name, arguments, desk)


def slots(desk: Desk, wish: str = "") -> list[dict[str, str]]:
    found: list[dict[str, str]] = run(desk, "find_slots", preferred_time=wish).content["slots"]
    return found


def token(desk: Desk, wish: str = "") -> str:
    return slots(desk, wish)[0]["slot"]


def on_the_phone(desk: Desk, conversation: Conversation) -> Desk:
    Conversation.objects.update(channel="phone")
    conversation.refresh_from_db()
    return replace(desk, channel="phone")


def said_in_this_call(desk: Desk, **said: str) -> None:
    """The caller gives their name and postcode themselves."""
    run(desk, "note_facts", **(said or {"customer_name": "Priya Shah", "postcode": "NW3 2QG"}))


def take(desk: Desk, slot: str) -> None:
    """Every surveyor is at somebody else's then."""
    assert desk.conversation is not None
    taken = taken_offer(desk.conversation, slot)
    for surveyor in Surveyor.objects.all():
        SurveyFactory(surveyor=surveyor, starts_at=taken.starts_at)
