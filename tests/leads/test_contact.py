"""The gate before every contact."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from hampstead.core.clock import LONDON, now
from leads.consents import grant_consent, withdraw_consent
from leads.contact import may_contact
from leads.models import ContactChannel as Channel
from leads.models import ContactPurpose as Purpose
from leads.models import Person
from tests.factories.leads import PersonFactory

pytestmark = pytest.mark.django_db
DAY = datetime(2026, 11, 23, 12, tzinfo=LONDON)
NOTHING, STOPPED, AGREED, AGREED_AND_STOPPED, STOPPED_AND_AGREED = range(5)
STEPS: dict[int, list[Callable[..., Any]]] = {
    NOTHING: [],
    STOPPED: [withdraw_consent],
    AGREED: [grant_consent],
    AGREED_AND_STOPPED: [grant_consent, withdraw_consent],
    STOPPED_AND_AGREED: [withdraw_consent, grant_consent],
}


def person_who(state: int, channel: Channel, purpose: Purpose) -> Person:
    person = PersonFactory()
    for number, step in enumerate(STEPS[state]):
        step(person=person, channel=channel, purposes=[purpose], source=f"message:{number}")
    return person


@pytest.mark.parametrize("channel", [Channel.WHATSAPP, Channel.EMAIL, Channel.PHONE])
@pytest.mark.parametrize("purpose", [Purpose.ANSWER, Purpose.SERVICE, Purpose.REMINDER])
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (NOTHING, True), (STOPPED, False), (AGREED, True), (AGREED_AND_STOPPED, False),
        (STOPPED_AND_AGREED, True),
    ],
)  # fmt: skip
def test_what_belongs_to_an_enquiry_is_allowed_until_they_say_stop(
    channel: Channel, purpose: Purpose, state: int, expected: bool
) -> None:
    person = person_who(state, channel, purpose)
    decision = may_contact(person=person, channel=channel, purpose=purpose, at=DAY)
    assert decision.is_allowed is expected


@pytest.mark.parametrize("channel", [Channel.WHATSAPP, Channel.EMAIL])
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (NOTHING, False), (STOPPED, False), (AGREED, True), (AGREED_AND_STOPPED, False),
        (STOPPED_AND_AGREED, True),
    ],
)  # fmt: skip
def test_marketing_needs_a_yes_that_was_not_taken_back(
    channel: Channel, state: int, expected: bool
) -> None:
    person = person_who(state, channel, Purpose.MARKETING)
    decision = may_contact(person=person, channel=channel, purpose=Purpose.MARKETING, at=DAY)
    assert decision.is_allowed is expected


def test_there_are_no_marketing_calls_even_with_a_yes() -> None:
    person = person_who(AGREED, Channel.PHONE, Purpose.MARKETING)
    decision = may_contact(person=person, channel="phone", purpose="marketing", at=DAY)
    assert (decision.is_allowed, decision.again_at) == (False, None)


@pytest.mark.parametrize(
    ("at", "again_at"),
    [
        ((2026, 11, 23, 19, 59), None),
        ((2026, 11, 23, 20, 0), (2026, 11, 24, 8)),
        ((2026, 11, 24, 3, 0), (2026, 11, 24, 8)),
        ((2026, 11, 24, 7, 59), (2026, 11, 24, 8)),
        ((2026, 11, 24, 8, 0), None),
        ((2026, 7, 1, 20, 30), (2026, 7, 2, 8)),
        ((2026, 10, 24, 23, 0), (2026, 10, 25, 8)),
        ((2026, 3, 29, 0, 30), (2026, 3, 29, 8)),
    ],
    ids=[
        "just before", "begin", "at night", "just before eight", "eight", "summer time",
        "the clock goes back tonight", "the clock goes forward tonight",
    ],
)  # fmt: skip
@pytest.mark.parametrize("purpose", [Purpose.REMINDER, Purpose.MARKETING])
def test_what_we_start_waits_for_the_end_of_the_quiet_hours(
    purpose: Purpose, at: tuple[int, ...], again_at: tuple[int, ...] | None
) -> None:
    person = person_who(AGREED, Channel.WHATSAPP, purpose)
    decision = may_contact(
        person=person,
        channel=Channel.WHATSAPP,
        purpose=purpose,
        at=datetime(*at, tzinfo=LONDON),  # type: ignore[misc,arg-type]
    )
    expected = datetime(*again_at, tzinfo=LONDON) if again_at else None  # type: ignore[misc,arg-type]
    assert (decision.is_allowed, decision.again_at) == (again_at is None, expected)


@pytest.mark.parametrize("purpose", [Purpose.ANSWER, Purpose.SERVICE])
def test_answers_go_out_by_night(purpose: Purpose) -> None:
    at = datetime(2026, 11, 24, 3, tzinfo=LONDON)
    person = PersonFactory()
    assert may_contact(person=person, channel="whatsapp", purpose=purpose, at=at).is_allowed


def test_a_stop_counts_for_its_person_channel_and_purpose_only() -> None:
    stopped = person_who(STOPPED, Channel.WHATSAPP, Purpose.ANSWER)
    asked = [
        (stopped, Channel.PHONE, Purpose.ANSWER),
        (stopped, Channel.WHATSAPP, Purpose.SERVICE),
        (PersonFactory(), Channel.WHATSAPP, Purpose.ANSWER),
    ]
    for person, channel, purpose in asked:
        assert may_contact(person=person, channel=channel, purpose=purpose).is_allowed


def test_the_refusal_says_when_they_asked_us_to_stop() -> None:
    person = person_who(STOPPED, Channel.WHATSAPP, Purpose.ANSWER)
    decision = may_contact(person=person, channel="whatsapp", purpose="answer")
    assert decision.why.startswith(f"they asked us to stop on {now():%A}")


def test_an_unknown_purpose_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="spam"):
        may_contact(person=PersonFactory(), channel="whatsapp", purpose="spam")
