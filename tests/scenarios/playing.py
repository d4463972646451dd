"""Playing a scenario through the public door: posts in, everything due done, staff acting."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from unittest import mock

import time_machine

from conversations import turns
from conversations.handover import hand_back, take_over
from conversations.models import Conversation
from conversations.staffwriting import reply_as_staff
from hampstead.core import breaker
from hampstead.core.clock import LONDON, now
from hampstead.core.models import StaffUser, VendorHealth, VendorUse
from leads.enquiries import set_status
from leads.facts import note_facts, parse_facts
from leads.models import Lead
from leads.qualifying import qualify_lead
from tests.running import make_lanes_due, process_inbox, run_due
from tests.scenarios.calendars import arrange, entries, with_tokens
from tests.scenarios.reading import Scenario, Step
from tests.vendors import Sandbox
from tests.whatsapp.posts import NUMBER, envelope, store, text_message

BETWEEN_STEPS = timedelta(seconds=40)
SPENT = "spent by the scenario"
PASSES = 6  # of everything due after a step: answer, send, second answer


@dataclass(frozen=True)
class Played:
    """What the grader needs beside the rows."""

    sent: list[str]
    model_calls: int
    calendar_entries: int  # of ours, in all calendars


def play(scenario: Scenario, sandbox: Sandbox) -> Played:
    start = scenario.at.replace(tzinfo=LONDON)
    with time_machine.travel(start, tick=True) as traveller:
        for step in scenario.steps:
            traveller.shift(step.wait or BETWEEN_STEPS)
            _play_step(step, sandbox)
    calls = [entry for entry in sandbox.log("anthropic") if entry["route"] == "/v1/messages"]
    return Played(sandbox.phone(NUMBER), len(calls), entries(sandbox))


def _play_step(step: Step, sandbox: Sandbox) -> None:
    if step.claude:
        _make_claude(step.claude)
    if step.persona:
        sandbox.persona(step.persona)
    if step.calendar:
        arrange(step.calendar, sandbox)
    if step.model:
        sandbox.answers(*with_tokens(step.model))
    if step.fault:
        sandbox.fault(**{"vendor": "anthropic", "route": "/v1/messages", **step.fault})
    if step.staff:
        _staff_act(step.staff)
    for text in step.say:
        _write(text, step)
    with _going_on(step):
        for _ in range(PASSES):
            run_due()
            make_lanes_due()


@contextmanager
def _going_on(step: Step) -> Iterator[None]:
    """The customer writes on, once for each answer the model has just made; or staff act."""
    left = list(step.meanwhile)
    orders = [step.staff_meanwhile] if step.staff_meanwhile else []

    def at(point: str) -> None:
        if point == "turn.after_model" and orders:
            _staff_act(orders.pop())
        if point == "turn.after_model" and left:
            _write(left.pop(0), step)
            process_inbox()

    with mock.patch.object(turns, "failpoint", at):
        yield


def _write(text: str, step: Step) -> None:
    payload = envelope(text_message(text))
    if step.profile:
        payload["entry"][0]["changes"][0]["value"]["contacts"][0]["profile"]["name"] = step.profile
    store(payload)


def _make_claude(state: str) -> None:
    if state == "budget spent":
        _spend()
        return
    VendorUse.objects.filter(model=SPENT).delete()
    row, _ = VendorHealth.objects.get_or_create(vendor="anthropic")
    is_away = state == "away"
    row.state = VendorHealth.State.OPEN if is_away else VendorHealth.State.CLOSED
    row.until = row.last_error_at = None
    if is_away:
        row.until = now() + timedelta(days=3)
    row.save()
    breaker.forget_cache()


def _spend() -> None:
    """The person's own money of the day; before they have written, everybody's."""
    conversation = Conversation.objects.select_related("person").first()
    VendorUse.objects.create(
        vendor="anthropic",
        model=SPENT,
        purpose="answer",
        payer=conversation.person.subject if conversation else "",
        cost_pence=Decimal(500 if conversation else 5_000),
        at=now(),
    )


def _staff_act(order: str) -> None:
    conversation = Conversation.objects.get()
    verb, _, text = order.partition(": ")
    by = staff()
    if verb == "take over":
        take_over(conversation=conversation, by=by)
    elif verb == "hand back":
        hand_back(conversation=conversation, by=by)
    elif verb == "write":
        reply_as_staff(conversation=conversation, text=text, by=by)
    elif verb == "note":
        _note(conversation, text, by)
    elif verb == "close lead" and conversation.lead is not None:
        set_status(lead=conversation.lead, status=Lead.Status(text), by=by)
    else:
        raise ValueError(f"staff cannot {order}")


def _note(conversation: Conversation, text: str, by: StaffUser) -> None:
    """ "postcode=N6", read like anything a form sends."""
    name, _, value = text.partition("=")
    parsed = parse_facts({name: value})
    assert conversation.lead is not None, "no enquiry yet"
    assert not parsed.problems, parsed.problems
    note_facts(
        lead=conversation.lead, facts=parsed.accepted, source="staff", quote="corrected", by=by
    )
    qualify_lead(lead=conversation.lead)


def staff() -> StaffUser:
    return StaffUser.objects.get_or_create(username="office", is_staff=True)[0]
