"""Whether days and times that are named are among those that are known."""

from conversations.claims.clock_times import ClockTime
from conversations.claims.days import Day
from conversations.claims.ground import Moments


def bears_out(given: Moments, said: Moments) -> bool:
    return (
        all(knows_day(day, given) for day in said.days)
        and all(knows_time(one, given) for one in said.times)
        and all(knows_pair(day, one, given) for day, one in said.pairs)
    )


def knows_day(day: Day, given: Moments) -> bool:
    return any(day.agrees_with(known) for known in given.days)


def knows_time(one: ClockTime, given: Moments) -> bool:
    return any(one.times & known.times for known in given.times)


def knows_pair(day: Day, one: ClockTime, given: Moments) -> bool:
    """They were said together, or each was said alone."""
    if any(day.agrees_with(known) and one.times & at.times for known, at in given.pairs):
        return True
    paired = {id(part) for pair in given.pairs for part in pair}
    return any(day.agrees_with(known) for known in given.days if id(known) not in paired) and any(
        one.times & at.times for at in given.times if id(at) not in paired
    )
