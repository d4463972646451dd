"""What a turn's tools work at: for whom, in which state, and what the turn will do when it
commits. Nothing here comes from the model.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from conversations.models import Conversation, EnquiryLane
from conversations.prompting import Lane, Playbook
from conversations.surveying import NOTHING, Standing
from hampstead.core.clock import now
from leads.models import EnquiryKind, Fact, FactKey, Person, Promise
from leads.promises import callback_due, stands

EMERGENCY = "emergency"
NO_LEADS = ("supplier", "job_seeker", "neighbour", "sales_call", "existing_client")
FIXED = (EnquiryLane.Action.REPLY, EnquiryLane.Action.HANDOVER)


class State(StrEnum):
    """How far the conversation has been sorted; tools are allowed by it."""

    ENQUIRY = "enquiry"
    NOT_A_LEAD = "not_a_lead"
    EMERGENCY = "emergency"


@dataclass(frozen=True)
class NewPromise:
    """A promise the turn makes when it commits."""

    due_at: datetime
    about: str = ""
    wish: str = ""


@dataclass
class Wishes:
    """What a turn will do when it commits."""

    facts: dict[FactKey, Any] = field(default_factory=dict)
    handover_reason: str = ""
    promises: dict[Promise.Kind, NewPromise] = field(default_factory=dict)
    lane: Lane | None = None


@dataclass(frozen=True)
class ToolResult:
    content: Mapping[str, Any]
    is_error: bool = False


def _nobody_overtakes() -> None:
    """Outside a lane there is no fence."""


@dataclass
class Desk:
    """`facts`: known before this turn. `check`: call inside a transaction before acting at once;
    raises FencedOutError if somebody has taken over. `standing`: the surveys as last looked at.
    """

    channel: str
    playbook: Playbook
    lane_code: str = ""  # the conversation's path before this turn
    open_promises: tuple[Promise, ...] = ()
    has_phone: bool = True
    wishes: Wishes = field(default_factory=Wishes)
    conversation: Conversation | None = None  # none in the playground: nothing is booked there
    facts: Mapping[FactKey, Any] = field(default_factory=dict)
    check: Callable[[], None] = _nobody_overtakes
    standing: Standing = NOTHING

    def fact(self, key: FactKey) -> Any:
        """As of now: noted earlier in this turn counts."""
        return self.wishes.facts.get(key, self.facts.get(key))

    @property
    def state(self) -> State:
        """As of now: a lane chosen, or a new project noted, earlier in this turn counts."""
        chosen = self.wishes.lane
        lane = chosen if chosen and stays(chosen) else self.playbook.lane(self.lane_code)
        if lane is None:
            is_other = self.fact(FactKey.ENQUIRY_KIND) in NO_LEADS
            return State.NOT_A_LEAD if is_other else State.ENQUIRY
        if lane.code == EMERGENCY:
            return State.EMERGENCY
        kind = self.wishes.facts.get(FactKey.ENQUIRY_KIND, lane.enquiry_kind)
        is_lead = kind in ("", EnquiryKind.NEW_PROJECT)
        return State.ENQUIRY if is_lead else State.NOT_A_LEAD


def stays(lane: Lane) -> bool:
    """Whether a conversation is on this lane from then on, not for one turn only."""
    return bool(lane.enquiry_kind) or lane.code == EMERGENCY


def is_fixed(lane: Lane) -> bool:
    """Whether the lane has the last word: its reply is sent as it stands."""
    return lane.action in FIXED


def open_promises(person: Person) -> tuple[Promise, ...]:
    return tuple(Promise.objects.open().filter(person=person).order_by("due_at", "pk"))


def promise_reply(desk_promises: Iterable[Promise], about: str) -> NewPromise:
    """A colleague will reply in writing: by when, if it was promised already, stands."""
    for promise in desk_promises:
        if promise.kind == Promise.Kind.REPLY and stands(promise):
            return NewPromise(promise.due_at, about)
    return NewPromise(callback_due(now()), about)


def desk_of(
    conversation: Conversation,
    playbook: Playbook,
    promises: tuple[Promise, ...],
    *,
    facts: Iterable[Fact] = (),
    check: Callable[[], None] = _nobody_overtakes,
) -> Desk:
    return Desk(
        channel=conversation.channel,
        playbook=playbook,
        lane_code=conversation.enquiry_lane,
        open_promises=promises,
        has_phone=conversation.person.phone is not None,
        conversation=conversation,
        facts={FactKey(fact.key): fact.value for fact in facts},
        check=check,
    )
