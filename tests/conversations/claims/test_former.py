"""When a visit was before a move: the customer had been told it, so it may be named as past."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from conversations.claims import FindingKind, Known, check
from tests.conversations.claims.knowing import knowing

WAS = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)  # a Tuesday
IS = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)  # a Thursday
MOVED = knowing(surveys=(IS,), has_moved=True, was_told_for=(WAS,))
UNTOLD = replace(MOVED, was_told_for=())
PROVISIONAL = knowing(provisional=(IS,), has_moved=True, was_told_for=(WAS,))
CANCELLED = knowing(has_cancelled=True, was_told_for=(WAS,))
STANDS = knowing(surveys=(IS,), was_told_for=(WAS,))

HONEST = (
    "I have moved it from Tuesday 1 December at 10:00 to Thursday 3 December at 14:00.",
    "I've moved your survey from Tuesday, 1 December at 10:00, to Thursday, 3 December at 14:00.",
    "Your survey has been moved from Tuesday 1 December to Thursday 3 December at 14:00.",
    "I've moved you from Tuesday to Thursday 3 December at 14:00.",
    "Moved from Tuesday at ten to Thursday 3 December at two in the afternoon.",
    "Your survey is now on Thursday 3 December at 14:00 instead of Tuesday 1 December at 10:00.",
    "Instead of Tuesday 1 December at 10:00, your survey is on Thursday 3 December at 14:00.",
    "It is booked for Thursday 3 December at 14:00 rather than Tuesday 1 December at 10:00.",
    "Your survey was on Tuesday 1 December at 10:00 and is now on Thursday 3 December at 14:00.",
    "It was Tuesday 1 December at 10:00, and now it is Thursday 3 December at 14:00.",
    "It was booked for Tuesday 1 December at 10:00; I have moved it to Thursday 3 December.",
    "You're booked for Thursday 3 December at 14:00, no longer Tuesday 1 December at 10:00.",
    "You're booked for Thursday 3 December at 14:00, not Tuesday 1 December.",
    "Your survey on Tuesday 1 December at 10:00 has been moved to Thursday 3 December at 14:00.",
    "I've moved your survey on Tuesday 1 December at 10:00 to Thursday 3 December at 14:00.",
    "I've moved your Tuesday 1 December visit to Thursday 3 December at 14:00.",
    "Moved from Tuesday the 1st of December at ten o'clock to Thursday the 3rd of December at two "
    "o'clock.",
    "J'ai déplacé votre visite du mardi 1 décembre à 10h au jeudi 3 décembre à 14h.",
    "Ihr Termin wurde von Dienstag, 1. Dezember um 10:00 Uhr auf Donnerstag, 3. Dezember um 14:00 "
    "Uhr verschoben.",
    "He movido su visita del martes 1 de diciembre a las 10:00 al jueves 3 de diciembre a las "
    "14:00.",
    "Mudei a sua visita de terça-feira, 1 de dezembro, às 10h para quinta-feira, 3 de dezembro, "
    "às 14h.",
)


@pytest.mark.parametrize("said", HONEST)
def test_the_former_time_may_be_named_as_such(said: str) -> None:
    assert check(said, MOVED) == []


def test_also_while_the_new_time_is_provisional() -> None:
    said = "I've provisionally moved it from Tuesday 1 December at 10:00 to Thursday 3 December."
    assert check(said, PROVISIONAL) == []


@pytest.mark.parametrize(
    "said",
    [
        "Your survey on Tuesday 1 December at 10:00 is cancelled.",
        "I've cancelled your survey on Tuesday 1 December at 10:00.",
        "Your survey on Tuesday 1 December at 10:00 has been cancelled, as you asked.",
    ],
)
def test_a_cancelled_visit_may_be_named_by_its_time(said: str) -> None:
    assert check(said, CANCELLED) == []


@pytest.mark.parametrize(
    "said",
    [
        "I have moved it from Tuesday 1 December at 10:00 to Thursday 3 December at 14:00.",
        "Your survey on Tuesday 1 December at 10:00 has been moved to Thursday 3 December.",
        "It was Tuesday 1 December at 10:00, and now it is Thursday 3 December at 14:00.",
    ],
)
def test_a_time_the_customer_was_never_told_may_not(said: str) -> None:
    assert FindingKind.DATE in [finding.kind for finding in check(said, UNTOLD)]


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("You're booked for Tuesday 1 December at 10:00.", MOVED),
        ("Your survey is on Tuesday 1 December at 10:00.", MOVED),
        ("I've moved your survey to Tuesday 1 December at 10:00.", MOVED),
        ("I've moved it from Thursday 3 December at 14:00 to Tuesday 1 December at 10:00.", MOVED),
        ("Moved to Tuesday 1 December at 10:00 from Thursday 3 December at 14:00.", MOVED),
        ("See you on Tuesday 1 December at 10:00 instead of Thursday 3 December at 14:00.", MOVED),
        ("I've moved it from Tuesday 1 December at 10:00 to Friday 4 December at 14:00.", MOVED),
        ("I've moved it from Monday 30 November at 10:00 to Thursday 3 December at 14:00.", MOVED),
        ("I've moved it from Tuesday 1 December at 11:00 to Thursday 3 December at 14:00.", MOVED),
        ("Tom will be with you from Tuesday 1 December at 10:00.", STANDS),
        ("You're booked in from Tuesday 1 December at 10:00 to 11:00.", STANDS),
        ("Your survey was confirmed for Tuesday 1 December at 10:00.", STANDS),
        ("Your survey is not cancelled, it is on Tuesday 1 December at 10:00.", CANCELLED),
        ("You're booked for Tuesday 1 December at 10:00.", CANCELLED),
        ("I've cancelled it and booked you in for Tuesday 1 December at 10:00.", CANCELLED),
        ("I can offer Tuesday 1 December at 10:00.", MOVED),
    ],
)
def test_never_as_the_present_time(said: str, known: Known) -> None:
    assert check(said, known)


@pytest.mark.parametrize(
    "said",
    [
        "Tom will be with you from Tuesday 8 December at 09:00.",
        "You're booked from Tuesday 1 December at 10:00 to 11:00.",
    ],
)
def test_from_means_before_only_where_something_moved(said: str) -> None:
    eighth = datetime(2026, 12, 8, 9, 0, tzinfo=UTC)
    known = knowing(surveys=(IS,), tool_texts=(f'{{"at": "{eighth:%Y-%m-%d} at 09:00"}}',))
    assert FindingKind.BOOKED in [finding.kind for finding in check(said, known)]
