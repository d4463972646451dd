"""What tools say of a visit, repeated word for word: true only while the rows agree with it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conversations.claims import FindingKind, Known, check
from leads.telling import spoken_time, written_time
from tests.conversations.claims.knowing import DUE, knowing, tool

TUESDAY = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
THURSDAY = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)
BOOKED, DONE = FindingKind.BOOKED, FindingKind.DONE
WHEN, LATER = written_time(TUESDAY), written_time(THURSDAY)
HELD = f"{WHEN} is held for you until 10:05."
HELD_LATER = f"{LATER} is held for you until 10:06."
IS_BOOKED = f"The survey is booked for {WHEN}. Tom will come to the property."
IS_MOVED = f"The survey is moved to {WHEN}. Tom will come to the property."
IS_THERE = f"The survey is already at {WHEN}. Tom will come to the property."
PROVISIONAL = f"The survey is provisionally booked for {WHEN}. We will confirm it by message."
APPROVED = f"The survey is provisionally booked for {WHEN}. A colleague will confirm it by message."
MOVING = f"The survey is provisionally moved to {WHEN}. We will confirm it by message."
THERE = f"The survey is provisionally already at {WHEN}. A colleague will confirm it by message."
CANCELLED = f"The survey on {WHEN} is cancelled."
RELEASED = "The time is no longer held for you."
SORTED = "A colleague is sorting out the time of the survey."


def after(*said: str, **rows: object) -> Known:
    """The turn's tools said this, one after the other; these rows stand now."""
    known = knowing(tool_texts=tuple(tool(status="done", text=text) for text in said))
    return replace(known, **rows)  # type: ignore[arg-type]  # a table names the fields


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (HELD, after(HELD, held=(TUESDAY,))),
        (HELD_LATER, after(HELD, HELD_LATER, held=(THURSDAY,))),
        (IS_BOOKED, after(IS_BOOKED, surveys=(TUESDAY,))),
        (IS_BOOKED, after(HELD, IS_BOOKED, surveys=(TUESDAY,))),
        (IS_MOVED, after(IS_MOVED, surveys=(TUESDAY,), has_moved=True)),
        (IS_THERE, after(IS_THERE, surveys=(TUESDAY,))),
        (PROVISIONAL, after(PROVISIONAL, provisional=(TUESDAY,))),
        (PROVISIONAL, after(PROVISIONAL, surveys=(TUESDAY,))),  # accepted a moment later
        (APPROVED, after(APPROVED, provisional=(TUESDAY,))),
        (MOVING, after(MOVING, provisional=(TUESDAY,), has_moved=True)),
        (THERE, after(THERE, provisional=(TUESDAY,))),
        (CANCELLED, after(CANCELLED, has_cancelled=True)),
        (CANCELLED, after(CANCELLED, surveys=(THURSDAY,))),  # the other of two
        (RELEASED, after(HELD, RELEASED)),
        (SORTED, after(SORTED)),
        (f"A colleague will ring {DUE}.", after(f"A colleague will ring {DUE}.")),
        ("That time has just been taken.", after("That time has just been taken.")),
        (
            "That time cannot be held any longer. Book it now, or choose another.",
            after("That time cannot be held any longer. Book it now, or choose another."),
        ),
        (
            "NW1 is on the edge of our area: a colleague decides and lets you know.",
            after("NW1 is on the edge of our area: a colleague decides and lets you know."),
        ),
    ],
)
def test_what_a_tool_said_may_be_repeated_while_it_stands(said: str, known: Known) -> None:
    assert check(said, known) == []


@pytest.mark.parametrize(
    ("kind", "said", "known"),
    [
        (BOOKED, HELD, after(HELD, HELD_LATER, held=(THURSDAY,))),
        (BOOKED, f"{HELD} {HELD_LATER}", after(HELD, HELD_LATER, held=(THURSDAY,))),
        (BOOKED, HELD, after(HELD, RELEASED)),
        (BOOKED, IS_BOOKED, after(IS_BOOKED, f"The survey is moved to {LATER}.",
                                  surveys=(THURSDAY,), has_moved=True)),
        (BOOKED, IS_BOOKED, after(IS_BOOKED, CANCELLED, has_cancelled=True)),
        (BOOKED, IS_BOOKED, after(IS_BOOKED, provisional=(TUESDAY,))),
        (BOOKED, IS_MOVED, after(IS_MOVED, f"The survey is moved to {LATER}.",
                                 surveys=(THURSDAY,), has_moved=True)),
        (BOOKED, IS_THERE, after(IS_THERE, surveys=(THURSDAY,))),
        (BOOKED, PROVISIONAL, after(PROVISIONAL, provisional=(THURSDAY,))),
        (BOOKED, PROVISIONAL, after(PROVISIONAL, CANCELLED, has_cancelled=True)),
        (BOOKED, MOVING, after(MOVING, provisional=(THURSDAY,), has_moved=True)),
        (BOOKED, THERE, after(THERE, provisional=(THURSDAY,))),
        (DONE, CANCELLED, after(CANCELLED, IS_BOOKED, surveys=(TUESDAY,))),
        (DONE, CANCELLED, after(CANCELLED, PROVISIONAL, provisional=(TUESDAY,))),
        (DONE, CANCELLED, after(CANCELLED, HELD, held=(TUESDAY,))),
    ],
)  # fmt: skip
def test_what_a_later_tool_undid_may_not(kind: FindingKind, said: str, known: Known) -> None:
    assert kind in [finding.kind for finding in check(said, known)]


@pytest.mark.parametrize("words", [written_time, spoken_time])
@pytest.mark.parametrize("minutes", range(0, 24 * 60, 55))
def test_any_time_is_borne_out_by_its_row(words: object, minutes: int) -> None:
    at = datetime(2026, 12, 1, 0, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    when = words(at)  # type: ignore[operator]
    said = f"The survey is booked for {when}. Tom will come to the property."
    assert check(said, after(said, surveys=(at,))) == []
