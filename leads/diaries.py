"""When surveyors are busy, by what their calendars were last seen to hold.

A reading is kept in the Diary row, so that a customer who asks three times costs one call. Nobody
is free by default: a mailbox that cannot be read is missing from the answer.
"""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, Subquery

from hampstead.core import lanes
from hampstead.core.clock import now
from hampstead.core.errors import CalendarError, CatalogueError, NextStep
from hampstead.core.storable import storable
from leads.diary_records import ensure_diaries, note_success, note_trouble
from leads.models import CalendarEvent, Diary, Survey, Surveyor, SurveyRules
from leads.outlook import Block, FreeBusy, outlook
from leads.slots import Busy

CACHE_AGE = timedelta(seconds=60)
# A caller waits on the phone; the other's call rarely takes longer than half a second.
WAIT_SECONDS = 1.5
LOOK_EVERY_SECONDS = 0.05
Blocks = list[dict[str, Any]]


@dataclass(frozen=True)
class Question:
    """From when to when, UTC, and how old an answer may be."""

    starts: datetime
    ends: datetime
    max_age: timedelta

    def is_answered_by(self, diary: Diary) -> bool:
        if not self.max_age or diary.read_at is None or diary.read_at < now() - self.max_age:
            return False
        if diary.reads_from is None or diary.reads_to is None:
            return False
        return bool(diary.reads_from <= self.starts and self.ends <= diary.reads_to)


def read_diaries(
    surveyors: Sequence[Surveyor], *, starts: datetime, ends: datetime, max_age: timedelta
) -> dict[int, tuple[Busy, ...]]:
    """Surveyor id -> other people's time between `starts` and `ends`, UTC, sorted.

    Our own visits are left out: they are rows. `max_age` zero asks Microsoft in any case. Not to
    be called inside a transaction: it may wait for Microsoft. A mailbox that cannot be read is
    missing; if none can, raises CalendarError, BreakerOpenError or RateLimitError.
    """
    question = Question(starts, ends, max_age)
    seen = _seen(surveyors)
    stale = [one for one in surveyors if not _is_answered(question, seen.get(one.pk))]
    blocks = {pk: diary.blocks for pk, diary in seen.items()}
    for surveyor in stale:
        blocks.pop(surveyor.pk, None)
    if stale:
        try:
            blocks |= _refresh(stale, question)
        except CatalogueError:
            if not blocks:
                raise
        if not blocks:
            raise CalendarError("no calendar could be read")
        seen = _seen(surveyors)
    return {pk: tuple(_busy(seen[pk], found, question)) for pk, found in blocks.items()}


def takes_time(show_as: str, *, tentative_blocks: bool, elsewhere_blocks: bool) -> bool:
    """By the firm's rules. What we cannot interpret counts as taken."""
    rules = {"free": False, "tentative": tentative_blocks, "workingElsewhere": elsewhere_blocks}
    return rules.get(show_as, True)


def _is_answered(question: Question, diary: Diary | None) -> bool:
    return diary is not None and question.is_answered_by(diary)


def _seen(surveyors: Sequence[Surveyor]) -> dict[int, Diary]:
    """The diaries with all that is needed to interpret them: one query."""
    ours = CalendarEvent.objects.filter(
        surveyor=OuterRef("pk"), is_wanted=True, survey__status__in=Survey.BOOKED
    )
    rules = SurveyRules.objects.filter(pk=1)
    diaries = Diary.objects.filter(pk__in=[one.pk for one in surveyors]).annotate(
        ours=ArraySubquery(ours.values("survey__span")),
        tentative_blocks=Subquery(rules.values("tentative_blocks")),
        elsewhere_blocks=Subquery(rules.values("elsewhere_blocks")),
    )
    return {diary.pk: diary for diary in diaries}


# --- asking Microsoft -----------------------------------------------------------------------
def _refresh(stale: list[Surveyor], question: Question) -> dict[int, Blocks]:
    """What is busy now, by surveyor id.

    Many who ask at once need one answer: whoever has a diary's lock asks, the others wait a
    moment for the row and ask themselves only if it does not come. A question that bears no age
    waits for nobody, because an answer under way may have been given before it was put.
    """
    ensure_diaries(stale)
    if not question.max_age:
        return _fetch(stale, question)
    with ExitStack() as held:
        mine = [one for one in stale if held.enter_context(lanes.holding(f"diary:{one.pk}"))]
        found = _answers(mine, question)  # somebody may just have asked
        found |= _fetch([one for one in mine if one.pk not in found], question)
    return found | _await([one for one in stale if one not in mine], question)


def _await(elsewhere: list[Surveyor], question: Question) -> dict[int, Blocks]:
    """What another process is just asking about, for as long as a caller can wait."""
    found: dict[int, Blocks] = {}
    until = time.monotonic() + WAIT_SECONDS
    while len(found) < len(elsewhere) and time.monotonic() < until:
        time.sleep(LOOK_EVERY_SECONDS)
        found = _answers(elsewhere, question)
    return found | _fetch([one for one in elsewhere if one.pk not in found], question)


def _answers(surveyors: list[Surveyor], question: Question) -> dict[int, Blocks]:
    diaries = _seen(surveyors) if surveyors else {}
    return {pk: one.blocks for pk, one in diaries.items() if question.is_answered_by(one)}


def _fetch(surveyors: list[Surveyor], question: Question) -> dict[int, Blocks]:
    """One call for all of them; what it said is kept."""
    if not surveyors:
        return {}
    began = now()
    try:
        answer = _ask(surveyors, question)
    except CalendarError as error:
        for surveyor in surveyors:
            note_trouble(surveyor_id=surveyor.pk, scope=_scope(surveyor), error=str(error))
        raise
    found: dict[int, Blocks] = {}
    unknown = FreeBusy(blocks=(), error="Microsoft said nothing about this mailbox")
    for surveyor in surveyors:
        diary = answer.get(surveyor.mailbox, unknown)
        if diary.error:
            note_trouble(surveyor_id=surveyor.pk, scope=_scope(surveyor), error=diary.error)
            continue
        found[surveyor.pk] = [_stored(block) for block in diary.blocks]
        _store(surveyor, found[surveyor.pk], began=began, question=question)
    return found


def _ask(surveyors: list[Surveyor], question: Question) -> dict[str, FreeBusy]:
    """By mailbox. Microsoft asks in the name of the first of them: should it be that one which
    does not exist any more, the others are asked one by one.
    """
    mailboxes = [one.mailbox for one in surveyors]
    try:
        return _free_busy(mailboxes, question)
    except CalendarError as error:
        if error.next_step != NextStep.GIVE_UP or len(mailboxes) == 1:
            raise
    answer: dict[str, FreeBusy] = {}
    for mailbox in mailboxes:
        try:
            answer |= _free_busy([mailbox], question)
        except CalendarError as error:
            if error.next_step != NextStep.GIVE_UP:
                raise
            answer[mailbox] = FreeBusy((), str(error))
    return answer


def _free_busy(mailboxes: list[str], question: Question) -> dict[str, FreeBusy]:
    return outlook().free_busy(mailboxes, starts=question.starts, ends=question.ends)


def _scope(surveyor: Surveyor) -> str:
    return f"diary:{surveyor.pk}"


def _store(surveyor: Surveyor, blocks: Blocks, *, began: datetime, question: Question) -> None:
    """Unless a newer reading is there, or a change became known while we asked."""
    Diary.objects.filter(
        Q(read_at__isnull=True) | Q(read_at__lte=began),
        Q(changes_read_at__isnull=True) | Q(changes_read_at__lte=began),
        pk=surveyor.pk,
    ).update(blocks=blocks, reads_from=question.starts, reads_to=question.ends, read_at=began)
    note_success(surveyor_id=surveyor.pk, scope=_scope(surveyor))


def _stored(block: Block) -> dict[str, Any]:
    return {
        "starts": block.starts.astimezone(UTC).isoformat(),
        "ends": block.ends.astimezone(UTC).isoformat(),
        "show_as": block.show_as,
        "is_all_day": block.is_all_day,
        "subject": storable(block.subject),
    }


# --- interpreting a reading -----------------------------------------------------------------
def _busy(diary: Diary, blocks: Blocks, question: Question) -> list[Busy]:
    """Each visit of ours explains one block of exactly its time; a second one is somebody's."""
    rules = cast(Any, diary)
    ours = [(span.lower, span.upper) for span in rules.ours]
    busy: list[Busy] = []
    for block in blocks:
        starts, ends = _moment(block["starts"]), _moment(block["ends"])
        is_taken = takes_time(
            block["show_as"],
            tentative_blocks=rules.tentative_blocks is not False,
            elsewhere_blocks=rules.elsewhere_blocks is True,
        )
        if not is_taken or starts >= ends or ends <= question.starts or starts >= question.ends:
            continue
        if (starts, ends) in ours:
            ours.remove((starts, ends))
            continue
        busy.append(Busy(starts, ends))
    return sorted(busy, key=lambda one: (one.starts_at, one.ends_at))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
