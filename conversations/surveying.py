"""The surveys of a conversation's person: what the model is told of them, what a text may rest on,
and what the customer has heard.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q

from conversations.claims import telling
from conversations.models import Conversation
from conversations.offered import Offered, earlier_offers
from conversations.offers import offer
from hampstead.core.clock import now, to_london
from hampstead.core.models import Outbox
from leads.models import Person, Survey, SurveyNotice
from leads.slots import Slot
from leads.telling import spoken_time, written_time
from leads.told import record_answer

Status = Survey.Status
# A cancellation is spoken of for a while after it.
REMEMBERED = timedelta(days=14)
# What was booked in this call may be said again in it; later only a second fact opens it.
SAME_CALL = timedelta(hours=1)
DISPUTED = "- a survey is booked, and a colleague is sorting out its time: do not state a time"
HIDDEN = (
    "there is an upcoming survey: say nothing of it; to move or cancel it, the caller must give "
    "the whole postcode of the property"
)
HALF_HIDDEN = (
    "there is an upcoming survey: say nothing of it; it cannot be moved or cancelled on the phone: "
    "call promise_callback"
)
PHONE = Conversation.Channel.PHONE


@dataclass(frozen=True)
class Standing:
    """What stands for one person, the next first; what was cancelled lately, the last first."""

    live: tuple[Survey, ...] = ()
    cancelled: tuple[Survey, ...] = ()
    has_moved: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.live and not self.cancelled

    @property
    def booked(self) -> Survey | None:
        return next((survey for survey in self.live if survey.is_booked), None)

    @property
    def just_cancelled(self) -> tuple[Survey, ...]:
        """Within the hour, and the customer may not have heard it yet."""
        since = now() - SAME_CALL
        return tuple(
            survey
            for survey in self.cancelled
            if survey.updated_at > since and survey.told != Survey.Told.CANCELLED
        )

    @property
    def hold(self) -> Survey | None:
        return next((survey for survey in self.live if survey.status == Status.HELD), None)

    def starts(self, status: Survey.Status) -> tuple[datetime, ...]:
        return tuple(
            survey.starts_at
            for survey in self.live
            if survey.status == status and not is_left(survey)
        )

    def _was_told_for(self) -> tuple[datetime, ...]:
        """What they expect, or did until just now, and what is no longer so."""
        before = (
            expected_before(survey)
            for survey in (*self.live, *self.just_cancelled)
            if not is_left(survey)
        )
        return tuple(at for at in before if at is not None)

    def claims(self) -> dict[str, Any]:
        """The fields of `claims.Known` that surveys fill. A conflict's time bears out nothing."""
        return {
            "surveys": self.starts(Status.CONFIRMED),
            "provisional": self.starts(Status.PROVISIONAL),
            "held": self.starts(Status.HELD),
            "was_told_for": self._was_told_for(),
            "has_moved": self.has_moved,
            "has_cancelled": bool(self.cancelled) and self.booked is None,
        }


NOTHING = Standing()


def expected_before(survey: Survey) -> datetime | None:
    """The other time that the customer was told of it."""
    is_other = survey.told_starts_at != survey.starts_at
    return survey.told_starts_at if is_other else None


def hidden(survey: Survey) -> str:
    """What the model is told of a survey that a caller has not proven to be theirs."""
    return HIDDEN if " " in survey.postcode else HALF_HIDDEN


def is_left(survey: Survey) -> bool:
    """It was changed, and staff have not agreed yet that the customer hears it."""
    return bool(vars(survey).get("was_left"))


def standing_of(person: Person) -> Standing:
    """A hold that has lapsed, and a visit that is over, stand no longer. One small query for the
    many who have no survey: this is asked twice in every turn.
    """
    theirs = Survey.objects.filter(person=person)
    if not theirs.exists():
        return NOTHING
    at = now()
    lately = Q(status=Status.CANCELLED, updated_at__gt=at - REMEMBERED)
    moved = SurveyNotice.objects.filter(
        survey=OuterRef("pk"), purpose=SurveyNotice.Purpose.MOVED, due_at__gt=at - REMEMBERED
    )
    left = SurveyNotice.objects.filter(survey=OuterRef("pk"), state=SurveyNotice.State.LEFT)
    rows = (
        theirs.filter(Q(status__in=Survey.LIVE) | lately)
        .filter(span__endswith__gt=at)
        .exclude(status=Status.HELD, hold_until__lte=at)
        .select_related("surveyor")
        .annotate(was_moved=Exists(moved), was_left=Exists(left))
        .order_by("span")
    )
    found = list(rows)
    live = tuple(survey for survey in found if survey.status in Survey.LIVE)
    cancelled = [survey for survey in found if survey.status == Status.CANCELLED]
    return Standing(
        live=live,
        cancelled=tuple(sorted(cancelled, key=lambda survey: survey.updated_at, reverse=True)),
        has_moved=any(vars(survey)["was_moved"] for survey in live),
    )


def time_words(channel: str, at: datetime) -> str:
    return spoken_time(at) if channel == PHONE else written_time(at)


def slot_of(survey: Survey) -> Slot:
    return Slot(survey.surveyor_id, survey.starts_at, survey.ends_at)


# --- what the model is told ---------------------------------------------------------------


@dataclass(frozen=True)
class Situation:
    """Lines for the model, and the same as JSON texts that an answer may rest on."""

    lines: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


def situation_of(conversation: Conversation) -> Situation:
    standing = standing_of(conversation.person)
    offered, has_moved = earlier_offers(conversation)
    lines = [
        *(_line(conversation, survey) for survey in standing.live),
        *(_cancelled_line(conversation, survey) for survey in standing.just_cancelled),
        *(_offered_line(one) for one in offered),
    ]
    return Situation(
        lines=("# Survey", *lines) if lines else (),
        texts=tuple(_texts(conversation, standing, offered, has_moved=has_moved)),
    )


def _line(conversation: Conversation, survey: Survey) -> str:
    if not may_be_read_out(conversation, survey):
        return f"- {hidden(survey)}"
    if survey.status == Status.HELD:
        token = offer(conversation, slot_of(survey))
        until, when = _until(survey), _when(conversation, survey)
        return f"- held for them until {until}, not booked: {when} (slot {token})"
    if survey.status == Status.CONFLICT or is_left(survey):
        return DISPUTED
    firm = "booked" if survey.status == Status.CONFIRMED else "provisionally booked"
    token = offer(conversation, slot_of(survey))
    told = _untold(conversation, survey)
    return f"- {firm}: {_when(conversation, survey)} with {first_name(survey)}{told} (slot {token})"


def _untold(conversation: Conversation, survey: Survey) -> str:
    if survey.is_told:
        return ""
    untold = "; the customer has not been told this yet"
    before = expected_before(survey)
    if before is None:
        return untold
    expected = time_words(conversation.channel, before)
    return f"{untold}, they expect {expected}: tell them of the change"


def _cancelled_line(conversation: Conversation, survey: Survey) -> str:
    if not may_be_read_out(conversation, survey) or is_left(survey):
        return "- a survey was cancelled just now: say nothing of its time"
    return f"- cancelled just now: {_when(conversation, survey)}; the customer has not been told"


def _offered_line(one: Offered) -> str:
    state = "if it is still free" if one.is_free else "taken since"
    return f"- offered earlier, {state}: {one.text} (slot {one.slot})"


def may_be_read_out(conversation: Conversation, survey: Survey) -> bool:
    """The number of a caller proves nothing; a chat on WhatsApp is its owner's."""
    if conversation.channel != PHONE:
        return True
    is_of_this_call = survey.source == conversation.subject
    return is_of_this_call and survey.created_at > now() - SAME_CALL


def _when(conversation: Conversation, survey: Survey) -> str:
    return time_words(conversation.channel, survey.starts_at)


def _until(survey: Survey) -> str:
    return f"{to_london(survey.hold_until or survey.starts_at):%H:%M}"


def first_name(survey: Survey) -> str:
    return survey.surveyor.name.split()[0] if survey.surveyor.name.strip() else "our surveyor"


def held_text(channel: str, survey: Survey) -> str:
    return f"{time_words(channel, survey.starts_at)} is held for you until {_until(survey)}."


def _texts(
    conversation: Conversation,
    standing: Standing,
    offered: list[Offered],
    *,
    has_moved: bool,
) -> Iterator[str]:
    if free := [{"slot": one.slot, "text": one.text} for one in offered if one.is_free]:
        yield json.dumps({"slots": free}, ensure_ascii=False)
    if standing.hold is not None:
        yield json.dumps({"text": held_text(conversation.channel, standing.hold)})
    if standing.starts(Status.PROVISIONAL):
        yield json.dumps({"text": "We will confirm it by message."})
    if has_moved:
        yield json.dumps({"moved": True})


# --- what the customer has heard ----------------------------------------------------------


def note_told(standing: Standing, said: str, effect: Outbox) -> None:
    """What this text, on its way to the customer, tells of their surveys, noted on them.

    Call inside the commit that sends it, with the rows as they are then.
    """
    for survey in (*standing.live, *standing.cancelled):
        told = told_by(said, survey)
        if told is not None and not is_left(survey):
            record_answer(
                survey=survey,
                told=told,
                effect=effect,
                surveyor_id=survey.surveyor_id if _names(said, survey) else None,
            )


def _names(said: str, survey: Survey) -> bool:
    """As a word of its own: "tomorrow" is not Tom."""
    return re.search(rf"\b{re.escape(first_name(survey))}\b", said) is not None


def told_by(said: str, survey: Survey) -> Survey.Told | None:
    """None: it says nothing of this survey, or not plainly what is true of it."""
    if survey.status == Status.CANCELLED:
        return Survey.Told.CANCELLED if telling.calls_it_cancelled(said) else None
    if not telling.tells_when(said, survey.starts_at):
        return None
    if survey.status == Status.HELD:
        return Survey.Told.HELD if telling.calls_it_held(said) else None
    if not telling.calls_it_booked(said):
        return None
    if telling.calls_it_provisional(said):
        return Survey.Told.PROVISIONAL
    return Survey.Told.BOOKED if survey.status == Status.CONFIRMED else None
