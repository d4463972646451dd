"""Visits settled or off in few words; slots and surveys as in `visits`."""

from dataclasses import replace
from datetime import UTC, datetime

from conversations.claims import FindingKind, Known
from tests.conversations.claims.knowing import NOTHING, knowing, tool
from tests.conversations.claims.visits import (
    CANCELLED,
    CONFIRMED,
    HELD,
    MOVED,
    OFFERED,
    PROVISIONAL,
)

COMING = knowing(surveys=(datetime(2026, 11, 24, 10, 30, tzinfo=UTC),))
NEW = replace(MOVED, surveys=(datetime(2026, 11, 27, 8, 30, tzinfo=UTC),))
THURSDAY = replace(MOVED, surveys=(datetime(2026, 12, 3, 9, 0, tzinfo=UTC),))
LENGTH = "A survey takes about 45 minutes."
BOOKED, DONE, DATE, DURATION = (
    FindingKind.BOOKED, FindingKind.DONE, FindingKind.DATE, FindingKind.DURATION,
)  # fmt: skip
OFF = (
    "No problem, that's cancelled.",
    "Cancelled.",
    "All cancelled, sorry you can't make it",
    "That's off the diary now",
    "I've taken you out of the diary",
    "we'll scrap the visit",
    "Nobody will come on Tuesday then",
)
ON = (
    "You're all set.",
    "Perfect, that's you sorted for Tuesday.",
    "Done and dusted: Tuesday 1 December at 10:30",
    "Tuesday 1 December at 10:30 is in.",
    "I've put that through for Tuesday",
    "Please expect Tom on Tuesday",
    "You can expect our surveyor on Tuesday",
    "It's definitely happening on Tuesday.",
    "The calendar has accepted your survey",
    "C'est noté, à mardi",
    "Nos vemos el martes.",
    "Der Termin ist fix.",
    "Bis Dienstag um 10:30 Uhr!",
    "Ci vediamo martedì!",
    "Do zobaczenia we wtorek!",
)
NEW_TIME = "your new time is Friday 27 November at 08:30"
INSTEAD = "Thursday 3 December at 09:00 instead, no problem"
KEEP = "I'll keep Tuesday at 10:30 for you"
PASSED = "I've passed your address to the surveyor."

HONEST: tuple[tuple[str, Known], ...] = (
    *((said, CANCELLED) for said in OFF),
    *((said, CONFIRMED) for said in ON),
    (NEW_TIME, NEW),
    (INSTEAD, THURSDAY),
    (KEEP, HELD),
    ("If it's cancelled, we will not charge you.", NOTHING),
    ("Thursday 3 December at 09:00 instead?", OFFERED),
    ("I can offer Thursday 3 December at 09:00 instead.", OFFERED),
    ("See you this Tuesday at half ten.", COMING),
    ("See you Tuesday week at half ten.", CONFIRMED),
    ("See you a week on Tuesday at half ten.", CONFIRMED),
    ("I'm holding Tuesday 1 December at 10:30 for you until 10:05.", HELD),
    ("We're fully booked on Tuesday 1 December.", OFFERED),
    (PASSED, CONFIRMED),
    (PASSED, PROVISIONAL),
    ("It takes about 45 minutes.", knowing(tool_texts=(tool(text=LENGTH),))),
    ("It takes about 45 minutes.", knowing(tool_texts=(tool(length_minutes=45),))),
    ("It takes about 45 minutes.", knowing(firm_texts=(LENGTH,))),
)
DISHONEST: tuple[tuple[FindingKind, str, Known], ...] = (
    *((DONE, said, known) for said in OFF for known in (NOTHING, CONFIRMED)),
    *((BOOKED, said, known) for said in ON for known in (OFFERED, PROVISIONAL, HELD)),
    *((BOOKED, NEW_TIME, known) for known in (OFFERED, CONFIRMED)),
    *((BOOKED, INSTEAD, known) for known in (OFFERED, CONFIRMED)),
    (BOOKED, KEEP, OFFERED),
    (BOOKED, "See you Tuesday week at half ten.", COMING),
    (BOOKED, "See you this Tuesday at half ten.", CONFIRMED),
    (DATE, "I'm holding Tuesday 1 December at 10:30 for you until 18:00.", HELD),
    (BOOKED, "I'm holding Wednesday 2 December at 14:00 for you until 10:05.", HELD),
    (BOOKED, "You're fully booked in for Tuesday 1 December.", OFFERED),
    (DONE, PASSED, NOTHING),
    (DURATION, "It takes about 45 minutes.", NOTHING),
)
