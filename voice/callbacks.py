"""Handing a promised call-back to the assistant, and taking it back. Only what the customer asked
for: the row says where.
"""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.db import transaction

from conversations.models import Conversation, Message
from hampstead.core import audit, live, outbox
from hampstead.core.clock import LONDON, now, to_london
from hampstead.core.models import Outbox, StaffUser
from leads.contact import may_contact
from leads.models import ContactChannel, ContactPurpose, Person, Promise
from leads.overrides import ReasonMissingError
from leads.promises import ensure_task, relieve_staff
from leads.wording import tidy
from voice.models import Call, Callback
from voice.owing import WANTED_A_PERSON

State = Callback.State
RING_FROM, RING_UNTIL = time(9), time(20)  # in London, on any day
# Who named a time is rung near it: the promise is due at its end.
BEFORE_THE_TIME = timedelta(minutes=30)
RUNNING_FOR = timedelta(hours=1)  # a call of which nothing was heard for longer is over
SAID_BEFORE = timedelta(days=1)
HANDED_WITHIN = timedelta(days=1)


class CallbackRefusedError(Exception):
    """The assistant must not ring; the text says why, in words for staff."""


@transaction.atomic
def hand_over(*, promise: Promise, by: StaffUser | None) -> Callback:
    """The assistant rings back in place of a colleague. Raises CallbackRefusedError."""
    rows = Promise.objects.select_for_update(of=("self",), no_key=True).select_related("person")
    promise = rows.get(pk=promise.pk)
    if why := refusal(promise):
        raise CallbackRefusedError(why)
    evidence, asked_at = _evidence(promise)
    at = now()
    begins = max(at, promise.due_at - BEFORE_THE_TIME) if promise.wish else at
    callback = Callback.objects.create(
        person=promise.person,
        promise=promise,
        evidence=evidence,
        asked_at=asked_at,
        handed_by=by,
        due_at=ringing_time(begins),
    )
    relieve_staff(promise)
    if by is not None:
        due = {"due_at": callback.due_at.isoformat(), "asked_in": evidence}
        audit.record(action="hand call-back over", subject=promise.subject, by=by, after=due)
    live.announce(promise.subject)
    return callback


def refusal(promise: Promise) -> str:
    """Why the assistant must not be given it; empty: it may."""
    if not promise.is_open:
        return "the promise is closed"
    if not _evidence(promise)[0]:
        return "they did not ask for a call themselves"
    if promise.about in WANTED_A_PERSON:
        return "they asked for a person"
    if Callback.objects.filter(person=promise.person_id, state__in=Callback.OPEN).exists():
        return "the assistant has it already"
    return objection(promise.person)


def objection(person: Person) -> str:
    """Why nobody may be rung by the assistant now, whatever was asked for."""
    if not settings.VAPI_PHONE_NUMBER_ID:
        return "no line for calls of ours is set up (VAPI_PHONE_NUMBER_ID)"
    if person.phone is None:
        return "we do not know their number"
    return may_contact(
        person=person, channel=ContactChannel.PHONE, purpose=ContactPurpose.SERVICE
    ).why


def _evidence(promise: Promise) -> tuple[str, datetime]:
    """Where the customer asked to be rung: what they said last before it was promised."""
    kind, _, number = promise.source.partition(":")
    is_asked = promise.kind == Promise.Kind.CALL_BACK and promise.made_by_id is None
    if not is_asked or kind != "conversation" or not number.isdigit():
        return "", promise.made_at
    theirs = Conversation.objects.filter(pk=number, person=promise.person_id).first()
    if theirs is None:
        return "", promise.made_at
    if theirs.channel == Conversation.Channel.PHONE:
        calls = Call.objects.filter(conversation=theirs, created_at__lte=promise.made_at)
        call = calls.order_by("-created_at").first()
        return (call.subject, call.created_at) if call else ("", promise.made_at)
    said = Message.objects.filter(
        conversation=theirs,
        author=Message.Author.CUSTOMER,
        stored_at__lte=promise.made_at,
        stored_at__gt=promise.made_at - SAID_BEFORE,
    )
    message = said.order_by("-id").first()
    return (f"message:{message.pk}", message.sent_at) if message else ("", promise.made_at)


def ringing_time(at: datetime) -> datetime:
    """`at`, or the next moment at which people may be rung."""
    local = to_london(at)
    if RING_FROM <= local.time() < RING_UNTIL:
        return at
    day = local.date() + timedelta(days=1 if local.time() >= RING_UNTIL else 0)
    return datetime.combine(day, RING_FROM, LONDON).astimezone(UTC)


def is_on_the_phone(person_id: int) -> bool:
    running = Call.objects.exclude(status=Call.Status.ENDED)
    lately = running.filter(heard_at__gt=now() - RUNNING_FOR)
    return lately.filter(conversation__person=person_id).exists()


@transaction.atomic
def cancel_callback(*, callback: Callback, by: StaffUser, reason: str) -> bool:
    """A colleague rings instead. False if it is too late: it rings, or has ended."""
    if not (reason := tidy(reason, limit=200)):
        raise ReasonMissingError("Please give a reason.")
    rows = Callback.objects.select_for_update(of=("self",), no_key=True)
    callback = rows.select_related("promise__person").get(pk=callback.pk)
    if callback.state not in (State.WAITING, State.ORDERED) or not call_off(callback, reason):
        return False
    settle(callback, State.CANCELLED, reason)
    if callback.promise.is_open:
        ensure_task(callback.promise)
    audit.record(action="cancel call-back", subject=callback.subject, by=by, reason=reason)
    return True


def call_off(callback: Callback, why: str) -> bool:
    """Its order to VAPI, if there is one that has not left; False: it may be ringing."""
    pk = callback.effect.partition(":")[2]
    effect = Outbox.objects.filter(pk=pk).first() if pk else None
    return effect is None or outbox.cancel(effect=effect, by=None, reason=why)


def settle(callback: Callback, state: Callback.State, why: str = "") -> None:
    callback.state, callback.why, callback.settled_at = state, why[:200], now()
    callback.save(update_fields=["state", "why", "settled_at"])
    live.announce(callback.promise.subject)


def hand_over_asked() -> int:
    """With AUTO_CALLBACKS each call-back that was asked for; how many."""
    if not settings.AUTO_CALLBACKS:
        return 0
    asked = Promise.objects.open().filter(
        kind=Promise.Kind.CALL_BACK, made_by=None, made_at__gt=now() - HANDED_WITHIN
    )
    handed = 0
    for promise in asked.filter(callbacks=None).select_related("person"):
        if not refusal(promise):
            hand_over(promise=promise, by=None)
            handed += 1
    return handed
