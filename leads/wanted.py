"""When somebody would like the surveyor to come, as days and times to look for. Pure.

What cannot be read is left out: slots are offered anyway, and the customer says if they suit.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from hampstead.core.clock import to_london
from leads.slots import Slot
from leads.spoken.days import DAY, MONTH, WEEKDAY, WEEKDAY_AT, read_days
from leads.spoken.moments import preferred_time
from leads.spoken.runs import AHEAD_DAYS, read_run
from leads.spoken.text import plain
from leads.wishes import NO, Wish, read_wish

AT_MINUTES = 30  # "at half ten": what begins then, or within half an hour
ABOUT_MINUTES = 45  # "around half ten": so much before, and after too
_ON = r"(?:on |at |a |any |this |the |next )*"
_NAME = rf"{_ON}(?:{WEEKDAY}s?|week ?ends?)"
_NAMES = rf"{_NAME}(?:(?: or |,? and |, ?|/){_NAME})*"
_NEVER = re.compile(
    rf"\b(?:{NO}|can'?t make|cannot (?:do|make)|do(?:es)?n'?t (?:do|like)|isn'?t|bar|apart from"
    rf"|other than|anything but) {_NAMES}\b"
)
_NEVER_AFTER = re.compile(
    rf"\b{_NAMES} (?:(?:is|are|'s|would be) )?(?:no good|not (?:good|possible|great|ideal)|out\b"
    r"|bad|impossible|(?:isn'?t|aren'?t|doesn'?t|don'?t|won'?t)"
    r" (?:good|possible|great|ideal|work|suit|do))"
)
_WEEKDAY = re.compile(rf"\b{WEEKDAY}s?\b")
_WEEKEND = re.compile(r"\bweek ?ends?\b")
_WORKING_DAYS = re.compile(r"\bweek ?days?\b")
_EVERY = re.compile(rf"\b(?:(?:every|any|a) {WEEKDAY}s?|{WEEKDAY}s)\b")
# "the 3rd or 4th of December": both are in December.
_TWO_DATES = re.compile(rf"\b{DAY}(?= (?:or|and) (?:the )?{DAY} (?:of )?{MONTH}\b)")
_OR = re.compile(r" or | and |,? otherwise ")


@dataclass(frozen=True)
class Wanted:
    """None: any. A visit begins from `begin` until just before `end`, in London;
    `never_on` are weekdays, 0 is Monday. "Any time" is read too: from midnight on."""

    days: tuple[date, ...] | None = None
    begin: time | None = None
    end: time | None = None
    never_on: frozenset[int] = frozenset()

    @property
    def is_read(self) -> bool:
        """There is something to aim at."""
        return self != Wanted()


def read_wanted(text: str, at: datetime) -> Wanted:
    """'Tuesday or Thursday afternoon', 'w/c 7th December', 'next week but not Fridays'."""
    said, never_on = _without_never(plain(text))
    today = to_london(at).date()
    if (run := read_run(said, today)) is not None:
        days, said = _chosen(*run), run[1]
        begin, end = _times(read_wish(said, at))  # "end of the month" is no time of day
    else:
        wish = read_wish(said, at)
        days = _days(said, wish, today)
        begin, end = _times(wish)
    if days is not None:  # "not Friday" beside "next Friday": the later word is the clearer one
        days = tuple(day for day in days if day.weekday() not in never_on) or days
    wanted = Wanted(days, begin, end, never_on)
    is_any = not wanted.is_read and preferred_time(text, today) is not None  # "asap", "whenever"
    return replace(wanted, begin=time.min) if is_any else wanted


def suits(wanted: Wanted, slot: Slot) -> bool:
    local = to_london(slot.starts_at)
    day, clock = local.date(), local.time()
    if day.weekday() in wanted.never_on or (wanted.days is not None and day not in wanted.days):
        return False
    is_late_enough = wanted.begin is None or clock >= wanted.begin
    return is_late_enough and (wanted.end is None or clock < wanted.end)


def _without_never(said: str) -> tuple[str, frozenset[int]]:
    """What they rule out, and the text without it."""
    never: set[int] = set()
    for pattern in (_NEVER, _NEVER_AFTER):
        for found in pattern.finditer(said):
            never.update(WEEKDAY_AT[name[1]] for name in _WEEKDAY.finditer(found[0]))
            if _WEEKEND.search(found[0]):
                never.update((5, 6))
        said = pattern.sub(" ", said)
    if _WORKING_DAYS.search(said):
        never.update((5, 6))
    return re.sub(r"\s+", " ", said).strip(), frozenset(never)


def _chosen(days: list[date], rest: str) -> tuple[date, ...] | None:
    """'Tuesday or Thursday' beside 'next week'"""
    named = {WEEKDAY_AT[found[1]] for found in _WEEKDAY.finditer(rest)}
    return tuple([day for day in days if day.weekday() in named] or days) or None


def _days(said: str, wish: Wish, today: date) -> tuple[date, ...] | None:
    if _EVERY.search(said):
        return _every({WEEKDAY_AT[found[1]] for found in _WEEKDAY.finditer(said)}, today)
    days = read_days(said, today)
    if len(days) < 2:
        said = _TWO_DATES.sub(lambda found: f"{found[1]} {found[3]}", said)
        parts = [read_days(part, today) for part in _OR.split(said)]
        days = sorted({day for part in parts for day in part}) or days
    return tuple(days) or (None if wish.day is None else (wish.day,))


def _every(weekdays: set[int], today: date) -> tuple[date, ...]:
    ahead = (today + timedelta(days=days) for days in range(AHEAD_DAYS))
    return tuple(day for day in ahead if day.weekday() in weekdays)


def _times(wish: Wish) -> tuple[time | None, time | None]:
    if wish.begin is None or not (wish.is_exact or wish.is_about):
        return wish.begin, wish.end
    if wish.is_exact:
        return wish.begin, _later(wish.begin, AT_MINUTES)
    return _later(wish.begin, -ABOUT_MINUTES), _later(wish.begin, ABOUT_MINUTES + 1)


def _later(clock: time, minutes: int) -> time:
    """Within the day."""
    of_day = min(max(clock.hour * 60 + clock.minute + minutes, 0), 24 * 60 - 1)
    return time(of_day // 60, of_day % 60)
