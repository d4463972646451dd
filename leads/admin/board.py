"""The survey board: what each surveyor's day holds, and what a person must see to first."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.dateparse import parse_datetime

from hampstead.core.clock import LONDON, now, to_london
from hampstead.core.models import Outbox
from leads.models import Diary, Survey, Surveyor
from leads.office_hours import bank_holidays
from leads.survey_records import awaits_approval

FIRST_HOUR, LAST_HOUR = 8, 18
BLOCKING = {"busy", "oof", "tentative", "unknown"}
SHOW_AS_WORDS = {
    "busy": "Busy",
    "oof": "Out of office",
    "tentative": "Tentative",
    "workingElsewhere": "Working elsewhere",
    "free": "Marked as free",
    "unknown": "Busy",
}
LOOKS = {
    Survey.Status.HELD: "held",
    Survey.Status.PROVISIONAL: "provisional",
    Survey.Status.CONFIRMED: "confirmed",
    Survey.Status.CONFLICT: "conflict",
    Survey.Status.DONE: "done",
}
SHOWN = (*Survey.LIVE, Survey.Status.DONE)


@dataclass(frozen=True)
class Item:
    """A survey, or somebody's other time, inside one day."""

    starts: datetime  # London
    ends: datetime
    title: str
    look: str
    detail: str = ""
    survey: Survey | None = None
    is_all_day: bool = False

    @property
    def times(self) -> str:
        return "All day" if self.is_all_day else f"{self.starts:%H:%M}–{self.ends:%H:%M}"

    @property
    def from_percent(self) -> float:
        return _percent(self.starts)

    @property
    def height_percent(self) -> float:
        return max(_percent(self.ends) - _percent(self.starts), 2.5)


@dataclass(frozen=True)
class Cell:
    """One surveyor's day."""

    day: date
    hours: str  # "" on a day off
    items: tuple[Item, ...]
    is_today: bool
    holiday: bool


@dataclass(frozen=True)
class Row:
    surveyor: Surveyor
    cells: tuple[Cell, ...]
    seen: str  # how old our look at the calendar is
    error: str


def _percent(moment: datetime) -> float:
    minutes = moment.hour * 60 + moment.minute - FIRST_HOUR * 60
    share = minutes / ((LAST_HOUR - FIRST_HOUR) * 60) * 100
    return round(min(max(share, 0.0), 100.0), 2)


def hours_shown() -> list[str]:
    return [f"{hour:02}:00" for hour in range(FIRST_HOUR, LAST_HOUR)]


def week_of(day: date) -> list[date]:
    """Monday to Saturday: nobody surveys on a Sunday unless the hours say so."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=ahead) for ahead in range(6)]


def rows_of(days: Sequence[date]) -> list[Row]:
    """One row for each active surveyor, and for whoever left with surveys in the book."""
    begin, end = _midnight(days[0]), _midnight(days[-1] + timedelta(days=1))
    surveys = _surveys(begin, end)
    busy_ids = {survey.surveyor_id for survey in surveys}
    rows = []
    for surveyor in Surveyor.objects.order_by("name").prefetch_related("hours"):
        if not surveyor.is_active and surveyor.pk not in busy_ids:
            continue
        diary = Diary.objects.filter(surveyor=surveyor).first()
        mine = [survey for survey in surveys if survey.surveyor_id == surveyor.pk]
        items = [*map(_of_survey, mine), *_others(diary, mine)]
        rows.append(_row(surveyor, diary, days, items))
    return rows


def _surveys(begin: datetime, end: datetime) -> list[Survey]:
    found = Survey.objects.filter(status__in=SHOWN, span__overlap=(begin, end))
    return list(found.select_related("person", "surveyor").order_by("span"))


def _row(
    surveyor: Surveyor, diary: Diary | None, days: Sequence[date], items: Iterable[Item]
) -> Row:
    hours = {row.weekday: f"{row.begins:%H:%M}–{row.ends:%H:%M}" for row in surveyor.hours.all()}
    items = sorted(items, key=lambda item: (not item.is_all_day, item.starts))
    today = to_london(now()).date()
    cells = tuple(
        Cell(
            day=day,
            hours=hours.get(day.weekday(), ""),
            items=tuple(part for item in items if (part := _within(item, day)) is not None),
            is_today=day == today,
            holiday=day in bank_holidays(day.year),
        )
        for day in days
    )
    return Row(surveyor, cells, _seen(diary), diary.error if diary else "")


def _within(item: Item, day: date) -> Item | None:
    """The part of it that falls into the day; None if none does."""
    begin, end = _midnight(day), _midnight(day + timedelta(days=1))
    if item.starts >= end or item.ends <= begin:
        return None
    if item.starts >= begin and item.ends <= end:
        return item
    last = end - timedelta(minutes=1)
    starts, ends = max(item.starts, begin), min(item.ends, last)
    is_whole = item.starts <= begin and item.ends >= end
    return Item(
        starts, ends, item.title, item.look, item.detail, item.survey, item.is_all_day or is_whole
    )


def _of_survey(survey: Survey) -> Item:
    status = Survey.Status(survey.status)
    detail = " · ".join(filter(None, [survey.postcode, _state_words(survey)]))
    return Item(
        starts=to_london(survey.starts_at),
        ends=to_london(survey.ends_at),
        title=survey.person.display_name,
        look=LOOKS[status],
        detail=detail,
        survey=survey,
    )


def _state_words(survey: Survey) -> str:
    if survey.status == Survey.Status.HELD and survey.hold_until is not None:
        return f"held until {to_london(survey.hold_until):%H:%M}"
    if survey.status == Survey.Status.PROVISIONAL:
        return "needs your approval" if awaits_approval(survey) else "not in the calendar yet"
    if survey.status == Survey.Status.CONFLICT:
        return "clash"
    return "" if survey.is_told or survey.status == Survey.Status.DONE else "customer not told"


def _others(diary: Diary | None, surveys: Sequence[Survey]) -> Iterator[Item]:
    """What else the calendar was seen to hold; our own entries are the surveys themselves."""
    ours = {(survey.starts_at, survey.ends_at) for survey in surveys}
    for block in diary.blocks if diary else []:
        starts, ends = parse_datetime(block["starts"]), parse_datetime(block["ends"])
        if starts is None or ends is None or (starts, ends) in ours:
            continue
        show_as = str(block.get("show_as", "busy"))
        yield Item(
            starts=to_london(starts),
            ends=to_london(ends),
            title=str(block.get("subject") or "") or SHOW_AS_WORDS.get(show_as, "Busy"),
            look="busy" if show_as in BLOCKING else "free",
            detail=SHOW_AS_WORDS.get(show_as, ""),
            is_all_day=bool(block.get("is_all_day")),
        )


def _seen(diary: Diary | None) -> str:
    if diary is None or diary.read_at is None:
        return "calendar not read yet"
    minutes = int((now() - diary.read_at).total_seconds() // 60)
    if minutes < 2:
        return "calendar read just now"
    local = to_london(diary.read_at)
    return f"calendar read at {local:%H:%M}" if minutes < 720 else f"calendar read {local:%a %H:%M}"


def needing_a_person() -> list[Survey]:
    """Clashes first, then what is not settled or not told; nothing that is over."""
    order = {Survey.Status.CONFLICT: 0, Survey.Status.PROVISIONAL: 1}
    upcoming = Survey.objects.upcoming().select_related("person", "surveyor")
    open_ones = [
        survey
        for survey in upcoming
        if survey.status != Survey.Status.CONFIRMED or not survey.is_told or survey.trouble
    ]
    return sorted(open_ones, key=lambda row: (order.get(Survey.Status(row.status), 2), row.span))


def problem_of(survey: Survey) -> str:
    """What is wrong, and what to do, in one sentence."""
    if survey.trouble:
        return survey.trouble
    if survey.status == Survey.Status.PROVISIONAL:
        return _not_certain(survey)
    if survey.told_starts_at and survey.told_starts_at != survey.starts_at:
        told = to_london(survey.told_starts_at)
        return f"The customer still expects {told:%A} {told.day} {told:%B at %H:%M}."
    return "The customer has not been told yet."


def _not_certain(survey: Survey) -> str:
    if awaits_approval(survey):
        return "Waits for your approval; the customer was told that it is provisional."
    if Outbox.objects.filter(lane=survey.lane, status__in=Outbox.LIVE).exists():
        return "Not in the calendar yet; it is tried again by itself."
    return "Not in the calendar: writing it has failed. See the outbox, and tell the surveyor."


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)
