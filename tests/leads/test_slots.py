"""When a surveyor could come: the table of refusals, the gaps, and both clock changes.

The present is Monday 23 November 2026, 10:00; Tom works Monday to Friday from nine to five.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hampstead.core.clock import LONDON, to_london
from leads.slots import (
    Busy,
    Refusal,
    Roster,
    Slot,
    Terms,
    UnrealTimeError,
    Visit,
    at_local,
    free_slots,
    refusal,
)
from leads.travel import travel_minutes

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TUESDAY = date(2026, 11, 24)
WORKS = {weekday: (time(9), time(17)) for weekday in range(5)}
TERMS = Terms(
    minutes=45,
    every_minutes=30,
    travel_minutes=30,
    minutes_per_mile=6,
    days_notice=1,
    days_ahead=28,
    closed=frozenset({date(2026, 12, 25), date(2026, 12, 28)}),
)
TOM = Roster(surveyor_id=1, outcode="NW3", hours=WORKS, max_a_day=4)


def utc(text: str) -> datetime:
    """'2026-11-24 09:30' by the clock in London, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def busy(begin: str, end: str) -> Busy:
    return Busy(utc(begin), utc(end))


def visit(begin: str, end: str, outcode: str = "NW3") -> Visit:
    return Visit(utc(begin), utc(end), outcode)


def starts(roster: Roster, day: date = TUESDAY, terms: Terms = TERMS) -> list[str]:
    found = free_slots([roster], terms, at=NOW, outcode="NW3", days=[day])
    return [f"{to_london(slot.starts_at):%H:%M}" for slot in found]


def refused(start: str, roster: Roster = TOM, *, minutes: int | None = None) -> Refusal | None:
    return refusal(roster, TERMS, utc(start), at=NOW, outcode="NW3", minutes=minutes)


def test_an_empty_day_is_free_from_the_first_minute_to_the_last_that_fits() -> None:
    found = starts(TOM)
    assert (found[0], found[-1], len(found)) == ("09:00", "16:00", 15)


def test_between_two_visits_lies_the_way_by_their_outcodes() -> None:
    # NW3 to SE9 is about twelve miles: more than an hour.
    roster = replace(TOM, visits=(visit("2026-11-24 12:00", "2026-11-24 12:45", "SE9"),))
    way = travel_minutes("SE9", "NW3", TERMS)
    found = starts(roster)
    before, after = max(x for x in found if x < "12:00"), min(x for x in found if x > "12:00")
    assert way > 60
    assert utc(f"2026-11-24 {before}") + timedelta(minutes=45 + way) <= utc("2026-11-24 12:00")
    assert utc(f"2026-11-24 {after}") >= utc("2026-11-24 12:45") + timedelta(minutes=way)


def test_beside_another_entry_lies_the_least_way() -> None:
    roster = replace(TOM, busy=(busy("2026-11-24 11:00", "2026-11-24 12:00"),))
    found = starts(roster)
    assert ("09:30" in found, "10:00" in found) == (True, False)
    assert ("12:00" in found, "12:30" in found) == (False, True)


def test_the_ends_of_the_day_need_no_way() -> None:
    roster = replace(TOM, busy=(busy("2026-11-24 08:00", "2026-11-24 08:30"),))
    assert starts(roster)[0] == "09:00"


def test_an_entry_without_length_takes_no_time() -> None:
    roster = replace(TOM, busy=(busy("2026-11-24 11:00", "2026-11-24 11:00"),))
    assert starts(roster) == starts(TOM)


def test_an_entry_over_several_days_takes_them_all() -> None:
    roster = replace(TOM, busy=(busy("2026-11-24 00:00", "2026-11-27 00:00"),))
    found = free_slots([roster], TERMS, at=NOW, outcode="NW3")
    assert to_london(found[0].starts_at).date() == date(2026, 11, 27)


def test_slots_come_by_time_and_then_by_surveyor() -> None:
    found = free_slots([replace(TOM, surveyor_id=2), TOM], TERMS, at=NOW, outcode="NW3")
    assert found == sorted(found, key=lambda slot: (slot.starts_at, slot.surveyor_id))
    assert [slot.surveyor_id for slot in found[:2]] == [1, 2]


@pytest.mark.parametrize(
    ("at", "notice", "first"),
    [
        ("2026-11-23 10:00", 1, "2026-11-24 09:00"),
        ("2026-11-27 10:00", 1, "2026-11-30 09:00"),
        ("2026-11-28 10:00", 1, "2026-11-30 09:00"),
        ("2026-12-24 10:00", 1, "2026-12-29 09:00"),
        ("2026-11-23 10:00", 3, "2026-11-26 09:00"),
        ("2026-11-23 10:00", 0, "2026-11-23 10:30"),
        ("2026-11-23 23:59", 1, "2026-11-24 09:00"),
    ],
    ids=["tomorrow", "over the weekend", "on a Saturday", "over Christmas", "three days",
         "no notice", "just before midnight"],
)  # fmt: skip
def test_the_first_slot_keeps_the_notice(at: str, notice: int, first: str) -> None:
    found = free_slots([TOM], replace(TERMS, days_notice=notice), at=utc(at), outcode="NW3")
    assert found[0].starts_at == utc(first)


def test_a_surveyor_without_working_days_is_never_free() -> None:
    nobody = replace(TOM, hours={})
    assert free_slots([nobody], TERMS, at=NOW, outcode="NW3") == []
    assert refused("2026-11-24 10:00", nobody) == Refusal.DAY_OFF


@pytest.mark.parametrize(
    ("start", "why"),
    [
        ("2026-11-24 09:00", None),
        ("2026-11-24 09:10", None),
        ("2026-11-24 16:15", None),
        ("2026-11-20 10:00", Refusal.PAST),
        ("2026-11-23 10:00", Refusal.PAST),
        ("2026-11-23 14:00", Refusal.TOO_SOON),
        ("2026-12-22 10:00", Refusal.TOO_FAR),
        ("2026-12-21 10:00", None),
        ("2026-12-25 10:00", Refusal.CLOSED_DAY),
        ("2026-11-28 10:00", Refusal.DAY_OFF),
        ("2026-11-24 08:30", Refusal.OUTSIDE_HOURS),
        ("2026-11-24 16:30", Refusal.OUTSIDE_HOURS),
        ("2026-11-24 17:00", Refusal.OUTSIDE_HOURS),
    ],
)
def test_why_a_start_is_refused(start: str, why: Refusal | None) -> None:
    assert refused(start) == why


@pytest.mark.parametrize(
    ("start", "why"),
    [
        ("2026-11-24 12:00", Refusal.BUSY),
        ("2026-11-24 12:59", Refusal.BUSY),
        ("2026-11-24 11:30", Refusal.BUSY),
        ("2026-11-24 13:15", Refusal.TOO_CLOSE),
        ("2026-11-24 11:00", Refusal.TOO_CLOSE),
        ("2026-11-24 13:30", None),
        ("2026-11-24 10:45", None),
    ],
)
def test_why_a_start_beside_another_entry_is_refused(start: str, why: Refusal | None) -> None:
    roster = replace(TOM, busy=(busy("2026-11-24 12:00", "2026-11-24 13:00"),))
    assert refused(start, roster) == why


def test_three_hours_do_not_fit_a_gap_of_one() -> None:
    roster = replace(
        TOM,
        busy=(
            busy("2026-11-24 09:00", "2026-11-24 11:00"),
            busy("2026-11-24 13:00", "2026-11-24 17:00"),
        ),
    )
    assert refused("2026-11-24 11:30", roster) is None
    assert refused("2026-11-24 11:30", roster, minutes=180) == Refusal.GAP_TOO_SHORT


def test_a_full_day_takes_no_more() -> None:
    visits = (
        visit("2026-11-24 09:00", "2026-11-24 09:45"),
        visit("2026-11-24 15:00", "2026-11-24 15:45"),
    )
    roster = replace(TOM, max_a_day=2, visits=visits)
    assert refused("2026-11-24 12:00", roster) == Refusal.FULL_DAY
    assert starts(roster) == []
    assert starts(roster, date(2026, 11, 25)) == starts(TOM, date(2026, 11, 25))


@pytest.mark.parametrize("why", list(Refusal))
def test_every_refusal_has_words_for_customers(why: Refusal) -> None:
    assert why.words.endswith(".")
    assert why.value not in why.words


# --- the clocks ---------------------------------------------------------------------------

NIGHTS = replace(TOM, hours={weekday: (time(0), time(6)) for weekday in range(7)})


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        (date(2026, 10, 24), time(9), datetime(2026, 10, 24, 8, tzinfo=UTC)),
        (date(2026, 10, 25), time(9), datetime(2026, 10, 25, 9, tzinfo=UTC)),
        (date(2026, 10, 25), time(0, 30), datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2), datetime(2026, 10, 25, 2, tzinfo=UTC)),
        (date(2027, 3, 28), time(0, 59), datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        (date(2027, 3, 28), time(2), datetime(2027, 3, 28, 1, tzinfo=UTC)),
    ],
)
def test_a_london_time_is_one_moment(day: date, clock: time, expected: datetime) -> None:
    assert at_local(day, clock) == expected
    assert at_local(day, clock).tzinfo is UTC


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28)], ids=["twice", "never"])
@pytest.mark.parametrize("clock", [time(1), time(1, 30), time(1, 59)])
def test_a_london_time_that_is_not_one_moment_is_refused(day: date, clock: time) -> None:
    with pytest.raises(UnrealTimeError):
        at_local(day, clock)


@pytest.mark.parametrize(
    ("day", "utc_hour"), [(date(2026, 10, 26), 9), (date(2026, 10, 23), 8), (date(2027, 3, 29), 8)]
)
def test_the_working_day_begins_by_londons_clock(day: date, utc_hour: int) -> None:
    before = datetime.combine(day - timedelta(days=5), time(12), UTC)
    found = free_slots([TOM], TERMS, at=before, outcode="NW3", days=[day])
    assert found[0].starts_at == datetime.combine(day, time(utc_hour), UTC)


def test_nothing_begins_in_the_hour_that_comes_twice() -> None:
    day = date(2026, 10, 25)
    at = datetime(2026, 10, 20, tzinfo=UTC)
    found = free_slots([NIGHTS], TERMS, at=at, outcode="NW3", days=[day])
    shown = [f"{to_london(slot.starts_at):%H:%M}" for slot in found]
    assert shown == ["00:00", "00:30", *(f"{h:02}:{m:02}" for h in (2, 3, 4) for m in (0, 30)),
                     "05:00"]  # fmt: skip
    for first in (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ):
        assert refusal(NIGHTS, TERMS, first, at=at, outcode="NW3") == Refusal.OUTSIDE_HOURS


def test_the_hour_that_is_missing_offers_nothing() -> None:
    day = date(2027, 3, 28)
    at = datetime(2027, 3, 22, tzinfo=UTC)
    found = free_slots([NIGHTS], TERMS, at=at, outcode="NW3", days=[day])
    shown = [f"{to_london(slot.starts_at):%H:%M}" for slot in found]
    assert shown[:4] == ["00:00", "00:30", "02:00", "02:30"]


@pytest.mark.parametrize("hours", [(time(1, 30), time(5)), (time(0), time(1, 30))])
@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28)])
def test_hours_that_end_within_the_change_are_read_cautiously(
    day: date, hours: tuple[time, time]
) -> None:
    roster = replace(TOM, hours={6: hours})
    at = datetime.combine(day - timedelta(days=8), time(12), UTC)
    terms = replace(TERMS, minutes=15, every_minutes=15)
    found = free_slots([roster], terms, at=at, outcode="NW3", days=[day])
    assert found
    for slot in found:
        begin, end = to_london(slot.starts_at).time(), to_london(slot.ends_at).time()
        assert begin >= hours[0]
        assert end <= hours[1]


# --- moments that are none ----------------------------------------------------------------


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 24, 10),  # noqa: DTZ001  that is the point
        datetime(2026, 11, 24, 10, tzinfo=LONDON),
        datetime(2026, 7, 24, 10, tzinfo=LONDON),
        datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Paris")),
    ],
    ids=["naive", "London in winter", "London in summer", "Paris"],
)
def test_a_moment_that_is_not_utc_is_refused(moment: datetime) -> None:
    later = moment + timedelta(hours=1)
    with pytest.raises(ValueError, match="UTC"):
        refusal(TOM, TERMS, moment, at=NOW, outcode="NW3")
    with pytest.raises(ValueError, match="UTC"):
        Slot(1, moment, later)
    with pytest.raises(ValueError, match="UTC"):
        Busy(moment, later)
    with pytest.raises(ValueError, match="UTC"):
        Visit(moment, later, "NW3")


def test_a_present_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        free_slots([TOM], TERMS, at=NOW.replace(tzinfo=None), outcode="NW3")


def test_the_present_may_come_in_any_zone() -> None:
    in_paris = NOW.astimezone(ZoneInfo("Europe/Paris"))
    assert free_slots([TOM], TERMS, at=in_paris, outcode="NW3") == free_slots(
        [TOM], TERMS, at=NOW, outcode="NW3"
    )
