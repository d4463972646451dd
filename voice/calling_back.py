"""The assistant rings back: one try after the other is ordered when it is due, and followed to its
end. At most two; then a colleague does it.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from hampstead.core import live, outbox
from hampstead.core.clock import now
from hampstead.core.models import Outbox
from leads.models import Promise
from leads.promises import ensure_task, keep_promise
from voice.callbacks import (
    State,
    call_off,
    is_on_the_phone,
    objection,
    ringing_time,
    settle,
)
from voice.calls import note_call
from voice.endings import CUT_OFF
from voice.models import Call, Callback, CallLine
from voice.reading import CallFacts

KIND = PURPOSE = "callback"
MOST_TRIES = 2
TRY_AGAIN_AFTER = timedelta(hours=1)
BUSY_FOR = timedelta(minutes=10)
USEFUL_FOR = timedelta(minutes=30)  # an order that has not left by then is not carried out
MOST_AT_ONCE = 100
NOT_ANSWERED = "nobody answered"
CLOSED = "the promise is closed"
MAY_HAVE_RUNG = "it may have rung already"


def sweep() -> int:
    """Follow what rings, then order what is due; how many were ordered."""
    for pk in _of(State.ORDERED, State.CALLING).values_list("pk", flat=True)[:MOST_AT_ONCE]:
        follow(pk)
    for ordered in range(MOST_AT_ONCE):
        if not _order_one(now()):
            return ordered
    return MOST_AT_ONCE


def _of(*states: Callback.State) -> QuerySet[Callback]:
    return Callback.objects.filter(state__in=states).order_by("due_at", "pk")


def _locked() -> QuerySet[Callback]:
    rows = Callback.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return rows.select_related("person", "promise__person")


# --- a try begins -------------------------------------------------------------------------


@transaction.atomic
def _order_one(at: datetime) -> bool:
    """Decide on one that is due; False: none is left, or others have them."""
    due = _locked().filter(state=State.WAITING, due_at__lte=at).order_by("due_at", "pk")
    if (callback := due.first()) is None:
        return False
    if not callback.promise.is_open:
        settle(callback, State.CANCELLED, CLOSED)
    elif why := objection(callback.person):
        _leave(callback, why)
    elif ringing_time(at) > at:
        _put_off(callback, ringing_time(at))
    elif is_on_the_phone(callback.person_id):
        _put_off(callback, at + BUSY_FOR)
    else:
        _order(callback, at)
    return True


def _put_off(callback: Callback, until: datetime) -> None:
    callback.due_at, callback.effect, callback.state = until, "", State.WAITING
    callback.save(update_fields=["due_at", "effect", "state"])


def _order(callback: Callback, at: datetime) -> None:
    effect = outbox.enqueue(
        kind=KIND,
        lane=callback.subject,
        payload={"callback": callback.pk, "number": callback.person.phone},
        purpose=PURPOSE,
        subject=callback.promise.subject,
        not_after=at + USEFUL_FOR,
    )
    callback.state, callback.effect, callback.dialled_at = State.ORDERED, name_of(effect), None
    callback.save(update_fields=["state", "effect", "dialled_at"])


def name_of(effect: Outbox) -> str:
    """As a callback says which effect is its own."""
    return f"outbox:{effect.pk}"


def objection_now(effect: Outbox) -> str:
    """Asked again inside the claim of the call: why it must not ring; empty: it may."""
    rows = Callback.objects.select_related("person", "promise")
    callback = rows.filter(pk=effect.payload.get("callback")).first()
    if callback is None or callback.effect != name_of(effect) or not callback.is_open:
        return "it was called off"
    if not callback.promise.is_open:
        return CLOSED
    if callback.person.phone != effect.payload.get("number"):
        return "their number has changed"
    at = now()
    if why := objection(callback.person):
        return why
    if ringing_time(at) > at:
        return "nobody is rung at this hour"
    return "they are on the phone" if is_on_the_phone(callback.person_id) else ""


# --- and is followed ----------------------------------------------------------------------


@transaction.atomic
def follow(pk: int) -> None:
    """What has become of its try. Again and again with the same result."""
    callback = _locked().filter(pk=pk).first()
    if callback is None:
        return
    if callback.state == State.ORDERED:
        _follow_order(callback)
    if callback.state == State.CALLING:
        _follow_call(callback)


def _follow_order(callback: Callback) -> None:
    effect = Outbox.objects.filter(pk=callback.effect.partition(":")[2] or 0).first()
    if effect is None:
        _leave(callback, "its order is gone")
    elif effect.vendor_id:
        _link(callback, effect)
    elif effect.status == Outbox.Status.CANCELLED:
        _called_back(callback, effect)
    elif effect.status in (Outbox.Status.FAILED, Outbox.Status.UNCERTAIN):
        _leave(callback, f"the call could not be made ({effect.error})")
    elif effect.created_at < now() - USEFUL_FOR and call_off(callback, "too late to be useful"):
        may_have_rung = callback.dialled_at is not None
        _leave(callback, MAY_HAVE_RUNG if may_have_rung else "the call could not be made in time")


def _link(callback: Callback, effect: Outbox) -> None:
    """VAPI rings: the call's row is ours from the first moment."""
    facts = CallFacts(
        vendor_id=effect.vendor_id,
        kind=Call.Kind.OUTBOUND,
        caller=effect.payload["number"],
        status=Call.Status.QUEUED,
        at=now(),
    )
    call = note_call(facts)
    Call.objects.filter(pk=call.pk).update(callback=callback, kind=Call.Kind.OUTBOUND)
    callback.state, callback.tries = State.CALLING, callback.tries + 1
    callback.save(update_fields=["state", "tries"])
    live.announce(callback.promise.subject)


def _called_back(callback: Callback, effect: Outbox) -> None:
    """The claim refused it, or a person did: what holds now decides what comes next."""
    at = now()
    if callback.dialled_at is not None:
        _leave(callback, f"{MAY_HAVE_RUNG} ({effect.error})")
    elif not callback.promise.is_open:
        settle(callback, State.CANCELLED, CLOSED)
    elif why := objection(callback.person):
        _leave(callback, why)
    elif ringing_time(at) > at:
        _put_off(callback, ringing_time(at))
    elif is_on_the_phone(callback.person_id):
        _put_off(callback, at + BUSY_FOR)
    else:
        _leave(callback, effect.error or "it was cancelled")


def _follow_call(callback: Callback) -> None:
    """A call that was answered counts once its report is here, with what was said."""
    call = callback.calls.order_by("-pk").first()
    if call is None or not call.is_over:
        return
    if call.ending == Call.Ending.NOT_REACHED:
        _not_reached(callback)
    elif call.reported_at is None:
        return
    elif call.ending in CUT_OFF:
        _leave(callback, f"the call broke off: {call.get_ending_display().lower()}")
    elif call.lines.filter(speaker=CallLine.Speaker.CALLER).exists():
        settle(callback, State.REACHED)
        keep_promise(promise=callback.promise, by=None)
    else:
        _not_reached(callback)


def _not_reached(callback: Callback) -> None:
    if callback.tries >= MOST_TRIES:
        _leave(callback, NOT_ANSWERED)
        return
    _put_off(callback, ringing_time(now() + TRY_AGAIN_AFTER))


def _leave(callback: Callback, why: str) -> None:
    """A colleague does it: the promise stands."""
    settle(callback, State.LEFT, why)
    promise = Promise.objects.select_related("person").get(pk=callback.promise_id)
    if promise.is_open:
        rang = {0: "has not rung", 1: "rang once"}.get(callback.tries, "rang twice")
        ensure_task(promise, note=f"The assistant {rang}: {callback.why}.")
