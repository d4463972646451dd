"""A moment in words, for reading and for saying aloud: always London, always weekday plus date."""

from datetime import datetime

from hampstead.core.clock import now, to_london

_NUMBERS = (
    "twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven",
)  # fmt: skip
_PAST = {5: "five", 10: "ten", 15: "quarter", 20: "twenty", 25: "twenty-five", 30: "half"}


def written_time(at: datetime) -> str:
    """'Tuesday 1 December at 10:30'; with the year when it is not this one."""
    local = to_london(at)
    return f"{local:%A} {local.day} {local:%B}{_year(local)} at {local:%H:%M}"


def spoken_time(at: datetime) -> str:
    """'Tuesday the 1st of December at half past ten'."""
    local = to_london(at)
    day = f"{local:%A} the {_ordinal(local.day)} of {local:%B}{_year(local)}"
    return f"{day} at {_clock(local.hour, local.minute)}"


def _year(local: datetime) -> str:
    return "" if local.year == to_london(now()).year else f" {local.year}"


def _ordinal(number: int) -> str:
    ending = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _clock(hour: int, minute: int) -> str:
    """Visits are by day, so no am or pm, except where the hour alone would mislead."""
    if (hour, minute) in ((0, 0), (12, 0)):
        return "midday" if hour else "midnight"
    if minute % 5:
        return f"{_NUMBERS[hour % 12]} {'oh ' if minute < 10 else ''}{minute}{_half(hour)}"
    if minute == 0:
        return f"{_NUMBERS[hour % 12]} o'clock{_half(hour)}"
    if minute <= 30:
        return f"{_PAST[minute]} past {_NUMBERS[hour % 12]}{_half(hour)}"
    return f"{_PAST[60 - minute]} to {_NUMBERS[(hour + 1) % 12]}{_half(hour)}"


def _half(hour: int) -> str:
    """From eight in the morning until before eight in the evening an hour is unmistakable."""
    if 8 <= hour < 20:
        return ""
    return " in the morning" if hour < 12 else " in the evening"
