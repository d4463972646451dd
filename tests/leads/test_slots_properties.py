"""Whatever the diary holds: every slot is free, and what is no slot is refused."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hampstead.core.clock import LONDON, to_london
from leads.slots import Busy, Roster, Terms, Visit, free_slots, refusal
from leads.travel import travel_minutes

OUTCODES = ["NW3", "NW6", "SE9", "E4", "W5", "ZZ9", ""]
DAYS_FROM = datetime(2026, 10, 19, tzinfo=UTC)


@st.composite
def spans(draw: st.DrawFn) -> tuple[datetime, datetime]:
    begin = DAYS_FROM + timedelta(minutes=draw(st.integers(0, 20 * 24 * 12)) * 5)
    return begin, begin + timedelta(minutes=draw(st.integers(0, 60)) * 5)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    hours = {}
    for weekday in draw(st.sets(st.integers(0, 6))):
        begin = draw(st.integers(0, 21))
        end = draw(st.integers(begin + 1, 23))
        hours[weekday] = (time(begin, draw(st.sampled_from([0, 30]))), time(end, 45))
    return Roster(
        surveyor_id=draw(st.integers(1, 3)),
        outcode="NW3",
        hours=hours,
        max_a_day=draw(st.integers(0, 4)),
        busy=tuple(Busy(*span) for span in draw(st.lists(spans(), max_size=12))),
        visits=tuple(
            Visit(*span, draw(st.sampled_from(OUTCODES)))
            for span in draw(st.lists(spans(), max_size=8))
        ),
    )


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    return Terms(
        minutes=draw(st.sampled_from([15, 45, 60, 180])),
        every_minutes=draw(st.sampled_from([15, 30, 45])),
        travel_minutes=draw(st.sampled_from([0, 30, 60])),
        minutes_per_mile=6,
        days_notice=draw(st.integers(0, 3)),
        days_ahead=draw(st.integers(1, 14)),
        closed=frozenset(
            draw(st.sets(st.dates(date(2026, 10, 19), date(2026, 11, 6)), max_size=3))
        ),
    )


PRESENT = st.integers(0, 10 * 24 * 60).map(lambda minutes: DAYS_FROM + timedelta(minutes=minutes))


@given(rosters(), terms(), PRESENT, st.sampled_from(OUTCODES))
@settings(max_examples=150, deadline=None)
def test_every_slot_is_truly_free(roster: Roster, rules: Terms, at: datetime, outcode: str) -> None:
    least = timedelta(minutes=rules.travel_minutes)
    for slot in free_slots([roster], rules, at=at, outcode=outcode):
        local, ends = to_london(slot.starts_at), to_london(slot.ends_at)
        day = local.date()
        assert slot.starts_at > at
        assert slot.ends_at - slot.starts_at == timedelta(minutes=rules.minutes)
        assert day not in rules.closed
        assert day <= to_london(at).date() + timedelta(days=rules.days_ahead)
        assert day >= to_london(at).date() + timedelta(days=min(rules.days_notice, 1))
        begin, end = roster.hours[day.weekday()]
        assert begin <= local.time()
        assert ends.date() == day
        assert ends.time() <= end
        for taken in (each for each in roster.busy if each.starts_at < each.ends_at):
            is_before = taken.ends_at + least <= slot.starts_at
            assert is_before or slot.ends_at + least <= taken.starts_at
        for other in (each for each in roster.visits if each.starts_at < each.ends_at):
            way = timedelta(minutes=travel_minutes(other.outcode, outcode, rules))
            is_before = other.ends_at + way <= slot.starts_at
            assert is_before or slot.ends_at + way <= other.starts_at
        same_day = [each for each in roster.visits if to_london(each.starts_at).date() == day]
        assert len(same_day) < roster.max_a_day


@given(rosters(), terms(), PRESENT)
@settings(max_examples=100, deadline=None)
def test_what_is_refused_is_exactly_what_is_not_free(
    roster: Roster, rules: Terms, at: datetime
) -> None:
    free = {slot.starts_at for slot in free_slots([roster], rules, at=at, outcode="NW6")}
    today = to_london(at).date()
    for ahead in range(-1, rules.days_ahead + 2):
        day = today + timedelta(days=ahead)
        begin, _ = roster.hours.get(day.weekday(), (time(9), time(17)))
        start = datetime.combine(day, begin, LONDON).astimezone(UTC)
        while to_london(start).date() == day:
            why = refusal(roster, rules, start, at=at, outcode="NW6")
            # Where the day itself begins while the clocks change, the grid is another.
            if begin.hour != 1:
                assert (why is None) == (start in free), (start, why)
            start += timedelta(minutes=rules.every_minutes)


@given(st.lists(rosters(), max_size=4), terms(), PRESENT)
@settings(max_examples=40, deadline=None)
def test_slots_are_always_in_order(known: list[Roster], rules: Terms, at: datetime) -> None:
    found = free_slots(known, rules, at=at, outcode="NW3")
    assert found == sorted(found, key=lambda slot: (slot.starts_at, slot.surveyor_id))
