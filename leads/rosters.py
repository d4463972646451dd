"""Rows made into what `slots` reckons with: terms, rosters and the window we look at."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from hampstead.core.clock import LONDON, to_london
from leads.models import Person, Survey, Surveyor, SurveyRules
from leads.office_hours import bank_holidays
from leads.slots import Busy, Roster, Terms, Visit

MOST_DAYS = 60  # Microsoft tells free from busy for less than 62 days, today among them


def active_surveyors() -> list[Surveyor]:
    """With their working hours."""
    active = Surveyor.objects.filter(is_active=True)
    return list(active.order_by("pk").prefetch_related("hours"))


def terms_of(rules: SurveyRules, at: datetime) -> Terms:
    year = to_london(at).year
    return Terms(
        minutes=rules.minutes,
        every_minutes=rules.every_minutes,
        travel_minutes=rules.travel_minutes,
        minutes_per_mile=rules.minutes_per_mile,
        days_notice=rules.days_notice,
        days_ahead=min(rules.days_ahead, MOST_DAYS),
        closed=bank_holidays(year) | bank_holidays(year + 1),
    )


def window(rules: SurveyRules, at: datetime) -> tuple[datetime, datetime]:
    """All the days on which a survey could be booked, today included; always the same within a
    day, so that what one reading of the calendars found serves the next."""
    today = to_london(at).date()
    last = today + timedelta(days=min(rules.days_ahead, MOST_DAYS))
    return midnight(today), midnight(last + timedelta(days=1))


def window_of(
    rules: SurveyRules, at: datetime, *, starts_at: datetime, ends_at: datetime
) -> tuple[datetime, datetime]:
    """The usual window, so that the reading serves others too; beyond it the days of the visit."""
    starts, ends = window(rules, at)
    is_inside = starts <= starts_at and ends_at <= ends
    return (starts, ends) if is_inside else around(starts_at, ends_at)


def around(starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """The whole London days that a visit touches."""
    first, last = to_london(starts_at).date(), to_london(ends_at).date()
    return midnight(first), midnight(last + timedelta(days=1))


def midnight(day: date) -> datetime:
    """Where the London day begins, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def visits_of(
    surveyors: Iterable[Surveyor],
    *,
    starts: datetime,
    ends: datetime,
    at: datetime,
    person: Person | None = None,
    instead_of: Survey | None = None,
) -> dict[int, tuple[Visit, ...]]:
    """The live surveys of each, by the surveyor's id.

    Left out, and so free again: holds that have lapsed, what `person` holds, and `instead_of`.
    """
    rows = (
        Survey.objects.live()
        .filter(surveyor__in=[each.pk for each in surveyors], span__overlap=(starts, ends))
        .exclude(status=Survey.Status.HELD, hold_until__lte=at)
        .order_by("span")
    )
    if person is not None:
        rows = rows.exclude(status=Survey.Status.HELD, person=person)
    if instead_of is not None:
        rows = rows.exclude(pk=instead_of.pk)
    found: dict[int, list[Visit]] = {}
    for surveyor_id, span, postcode in rows.values_list("surveyor_id", "span", "postcode"):
        visit = Visit(span.lower, span.upper, postcode.partition(" ")[0])
        found.setdefault(surveyor_id, []).append(visit)
    return {surveyor_id: tuple(visits) for surveyor_id, visits in found.items()}


def roster_of(surveyor: Surveyor, *, busy: Sequence[Busy], visits: Sequence[Visit]) -> Roster:
    return Roster(
        surveyor_id=surveyor.pk,
        outcode=surveyor.outcode,
        hours={row.weekday: (row.begins, row.ends) for row in surveyor.hours.all()},
        max_a_day=surveyor.max_a_day,
        busy=tuple(busy),
        visits=tuple(visits),
    )


def rosters_of(
    surveyors: Iterable[Surveyor],
    *,
    diaries: Mapping[int, Sequence[Busy]],
    visits: Mapping[int, Sequence[Visit]],
) -> list[Roster]:
    """Of those whose calendar could be read: what nobody looked at is never free."""
    return [
        roster_of(each, busy=diaries[each.pk], visits=visits.get(each.pk, ()))
        for each in surveyors
        if each.pk in diaries
    ]
