"""When somebody would like to be rung, as people say it: "tomorrow afternoon", "after five".

Pure. What cannot be read is left out: the wish itself is kept for the person who rings.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hampstead.core.clock import to_london
from leads.spoken.days import read_weeks_ahead

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SHORT_DAYS = "|".join(name[:3] for name in DAYS)
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50,
}  # fmt: skip
NO = r"(?:not?|never|any ?(?:time|day) but|except|avoid|can'?t(?: do| talk| speak)?)"
# The first of the list that occurs counts. Begin and end; None: of the working day.
PARTS: tuple[tuple[str, time | None, time | None], ...] = (
    (rf"{NO} (?:in (?:the )?|before )?mornings?", time(12), None),
    (rf"{NO} (?:in (?:the )?)?afternoons?", None, time(12)),
    (r"before (?:the )?(?:school|drop|work)\w*", None, time(9)),
    (r"pick(?:ed|ing)? ?-?up", time(16), None),
    (r"school run|drop(?:ped|ping)? ?-?off", time(9, 30), time(12)),
    (r"first thing|early mornings?|early doors", None, time(10)),
    (r"mid ?-?mornings?", time(10), time(12)),
    (r"late mornings?", time(11), time(12, 30)),
    (r"(?:before|by|until) (?:noon|midday|lunch\w*)|mornings?", None, time(12)),
    (r"after lunch\w*", time(13, 30), None),
    (r"after (?:noon|midday)", time(12), None),
    (r"lunch ?-?(?:time|break|hour)?|midday|noon", time(12), time(14)),
    (r"mid ?-?afternoons?", time(14, 30), time(16, 30)),
    (r"late afternoons?", time(16), None),
    (r"early afternoons?", time(12), time(15)),
    (r"afternoons?|arvo|(?<![0-9] )pm", time(12), None),
    (r"after work|evenings?|tonight|tea ?time", time(17), None),
    (r"(?:end of|close of|later in) (?:the |play|business)(?:day)?", time(16), None),
)
FROM = r"(?:after|from|past|not before|later than|no earlier than|earliest|gone)"
UNTIL = r"(?:before|by|until|till|no later than|latest)"
ABOUT = r"(?:at|around|about|circa|approx)"
CLOCK = (
    r"(?:(?P<fraction>half|quarter) ?(?P<side>past|to)? )?"
    r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-5][0-9])| (?P<spoken>15|20|30|40|45|50))?"
    r"(?: ?(?P<half>am|pm))?(?P<exact> ?o'?clock)?(?P<ish> ?-?ish)?"
)
PAST = re.compile(r"\b(5|10|20|25) past ([0-9]{1,2})\b")
NO_COUNT = r"(?![0-9a-z:]|\.[0-9]| ?(?:%|min|hour|hr|day|week|month|year|people|of us))"
TIMES = re.compile(
    rf"(?:\b(?:(?P<start>{FROM})|(?P<end>{UNTIL})|(?P<near>{ABOUT})) )?"
    rf"(?<![0-9£:.]){CLOCK}{NO_COUNT}"
)
LAST_CLOCK = CLOCK.replace("(?P<", "(?P<last_")
BETWEEN = re.compile(rf"(?<![0-9£:.]){CLOCK} ?(?:and|to|-|–|until|till) ?{LAST_CLOCK}{NO_COUNT}")
SIGNS = ("start", "end", "near", "minute", "spoken", "half", "exact", "fraction", "ish")
IN_A_WHILE = re.compile(
    r"\bin (?:about |around )?(?P<count>half an?|an?|[0-9]{1,3}|a couple of) ?"
    r"(?P<unit>min|hour|hr|day|week|fortnight)"
)
COUNTS = {"a": 1.0, "an": 1.0, "half a": 0.5, "half an": 0.5, "a couple of": 2.0}
UNITS = {
    "min": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "hr": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "fortnight": timedelta(weeks=2),
}
FARTHEST_DAYS = 366
DAY_OF_MONTH = re.compile(
    r"\b(?P<day>[0-9]{1,2})(?P<th>st|nd|rd|th)?(?: of)?"
    rf"(?: (?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)})\b)?"
)
EARLIEST_HOUR = 8  # "half seven" is in the evening, "half eight" in the morning


@dataclass(frozen=True)
class Wish:
    day: date | None = None
    begin: time | None = None
    end: time | None = None
    never_on: int | None = None  # a weekday, 0 is Monday
    is_exact: bool = False  # `begin` is the time they named: "at ten"
    is_about: bool = False  # more or less: "around ten", "ten-ish"

    @property
    def is_read(self) -> bool:
        """There is a day or a time to aim at."""
        return (self.day, self.begin, self.end) != (None, None, None)


def read_wish(text: str, at: datetime) -> Wish:
    said = _plain(text)
    if (found := IN_A_WHILE.search(said)) and found["unit"] in ("min", "hour", "hr"):
        moment = to_london(at + _while(found))
        return Wish(moment.date(), moment.time().replace(second=0, microsecond=0))
    begin, end, sort = _times(said)
    local = to_london(at)
    day = local.date() + _while(found) if found else _day(said, local.date())
    is_over = end is not None and end <= local.time()
    if day == local.date() and is_over and any(name in said for name in DAYS):
        day += timedelta(days=7)
    return Wish(day, begin, end, _never_on(said), sort == "exact", sort == "about")


def _plain(text: str) -> str:
    said = re.sub(r"[’`´]", "'", text.casefold().replace("@", "at "))[:300]
    said = re.sub(r"\b([ap])\.? ?m\b\.?", r"\1m", said)
    words = "|".join(NUMBERS)
    said = re.sub(rf"\b({words})\b", lambda found: str(NUMBERS[found[1]]), said)
    said = PAST.sub(lambda found: f"{found[2]}:{found[1]:0>2}", said)
    return re.sub(r"\s+", " ", said).strip()


def _while(found: re.Match[str]) -> timedelta:
    count = COUNTS.get(found["count"]) or float(found["count"])
    return min(count * UNITS[found["unit"]], timedelta(days=FARTHEST_DAYS))


def _times(said: str) -> tuple[time | None, time | None, str]:
    """Begin, end, and how the begin is meant: "exact", "about" or "" (from then on)."""
    begin, end = next(
        (part[1:] for part in PARTS if re.search(rf"\b(?:{part[0]})\b", said)), (None, None)
    )
    is_late = begin is not None and begin >= time(12)
    if (found := BETWEEN.search(said)) and (between := _between(found, is_late)):
        return *between, ""
    for found in TIMES.finditer(said):
        moment = _clock(found.groupdict(), is_late)
        # A bare number is no time: "2 bathrooms".
        if moment is None or not any(found[sign] for sign in SIGNS):
            continue
        if found["end"]:
            return (begin if begin and begin < moment else None), moment, ""
        if found["start"]:
            return moment, None, ""
        is_about = found["ish"] or (found["near"] or "at") != "at"
        return moment, None, "about" if is_about else "exact"
    return begin, end, ""


def _between(found: re.Match[str], is_late: bool) -> tuple[time, time] | None:
    said = found.groupdict()
    first = _clock(said, is_late)
    last = _clock({name[5:]: said[name] for name in said if name.startswith("last_")}, is_late)
    return (first, last) if first and last and first < last else None


def _clock(said: dict[str, str | None], is_late: bool) -> time | None:
    hour, minute = int(said["hour"] or 0), int(said["minute"] or said["spoken"] or 0)
    if said["fraction"] == "half":
        minute = 30
    elif said["fraction"] == "quarter":
        hour, minute = (hour - 1, 45) if said["side"] == "to" else (hour, 15)
    if said["half"] == "am":
        hour %= 12
    elif hour < 12 and (said["half"] or hour < EARLIEST_HOUR or (is_late and hour < 10)):
        hour += 12
    return time(hour, minute) if 0 < hour < 24 else None


def _day(said: str, today: date) -> date | None:
    if later := read_weeks_ahead(said, today):
        return later
    if re.search(r"\bday after tomorrow\b", said):
        return today + timedelta(days=2)
    if re.search(r"(?<!not )\b(?:tomorrow|tomoz|tmrw|tmw|2moro|not today)\b", said):
        return today + timedelta(days=1)
    if day := _date(said, today) or _weekday(said, today):  # a date says it exactly
        return day
    monday = today - timedelta(days=today.weekday())
    if re.search(r"\bnext week\b", said):
        return monday + timedelta(days=7)
    if re.search(r"\bweekend\b", said):
        return monday + timedelta(days=5)
    is_today = re.search(r"\b(?:today|tonight|this (?:morning|afternoon|evening|lunch))", said)
    return today if is_today else None


def _never_on(said: str) -> int | None:
    found = re.search(rf"\b{NO}(?: on)? (?:a |this |next )?({SHORT_DAYS})", said)
    return next((at for at, name in enumerate(DAYS) if found and name[:3] == found[1]), None)


def _weekday(said: str, today: date) -> date | None:
    named = (
        rf"\b(?P<no>{NO}(?: on)? )?(?P<next>next )?(?P<day>{SHORT_DAYS})"
        r"(?:[a-z]{0,3}day|rs?|s)?s?\b"
    )
    for found in re.finditer(named, said):
        number = next(place for place, name in enumerate(DAYS) if name[:3] == found["day"])
        if found["no"]:
            continue
        if found["next"]:  # "next Tuesday" is the one of next week
            return today + timedelta(days=7 + number - today.weekday())
        return today + timedelta(days=(number - today.weekday()) % 7)
    return None


def _date(said: str, today: date) -> date | None:
    for found in DAY_OF_MONTH.finditer(said):
        if not found["th"] and not found["month"]:
            continue
        for ahead in range(FARTHEST_DAYS):
            day = today + timedelta(days=ahead)
            is_month = not found["month"] or MONTHS[day.month - 1].startswith(found["month"][:3])
            if day.day == int(found["day"]) and is_month:
                return day
    return None
