"""The outbox: effects on the outside, claimed, attempted, recorded, and never blindly repeated.

`deliver` runs under the lane's hold, so a row found `sending` was left by a worker that died:
whether it arrived is found out (`reconciling`) before anything else happens to it.
"""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from hampstead.core import audit, database, requestid, stafftasks
from hampstead.core.clock import Now, now
from hampstead.core.errors import BreakerOpenError, CatalogueError, NextStep, RateLimitError
from hampstead.core.failpoints import failpoint
from hampstead.core.fence import LaneHold
from hampstead.core.logs import fields
from hampstead.core.models import AuditEntry, Outbox, StaffUser
from hampstead.core.retry import backoff, capped
from hampstead.core.storable import storable

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
MAY_NOT_HAVE_ARRIVED = "may not have arrived"
NOT_DELIVERED = "was not delivered"
HOLD_RECHECK = timedelta(seconds=60)
Status = Outbox.Status
RANK = {Status.SENT: 1, Status.DELIVERED: 2, Status.READ: 3}
UNARRIVED = [Status.PENDING, Status.SENDING, Status.RECONCILING, Status.HELD, Status.UNCERTAIN]


class Sender(Protocol):
    """How a kind of effect is carried out; named in settings.OUTBOX_SENDERS."""

    is_keyed: bool  # the vendor recognises a repeat by our key, so repeating is safe

    def refusal(self, effect: Outbox) -> str:
        """Why it must not happen now (empty: it may). Checked inside the claim."""

    def send(self, effect: Outbox) -> str:
        """Do it; the vendor's id of the result. Raises catalogue errors."""

    def recorded(self, effect: Outbox, vendor_id: str) -> None:
        """The id is stored now: apply what the vendor said about it before."""


def enqueue(
    *,
    kind: str,
    lane: str,
    payload: dict[str, Any],
    purpose: str,
    subject: str = "",
    not_after: datetime | None = None,
) -> Outbox:
    """Write one effect in the caller's transaction; the pump sees it once that commits."""
    effect = Outbox.objects.create(
        kind=kind,
        lane=lane,
        idem=uuid.uuid4(),
        payload=payload,
        purpose=purpose,
        subject=subject,
        not_after=not_after,
        request_id=requestid.current(),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('lane', %s)", [lane])
    return effect


def deliver(hold: LaneHold) -> None:
    """Carry out the lane's effects in order; stops at the first that must wait."""
    while (effect := _head(hold.key)) is not None:
        with requestid.following(effect.request_id or requestid.new()):
            _step(hold, effect)
        effect.refresh_from_db(fields=["status", "due_at"])
        if effect.status in Outbox.LIVE and _must_wait(effect):
            return


def _head(lane: str) -> Outbox | None:
    """The first live effect of the lane, if its time has come."""
    first = Outbox.objects.filter(lane=lane, status__in=Outbox.LIVE).order_by("id").first()
    return None if first is None or _must_wait(first) else first


def _must_wait(effect: Outbox) -> bool:
    return not Outbox.objects.filter(pk=effect.pk, due_at__lte=Now()).exists()


def _step(hold: LaneHold, effect: Outbox) -> None:
    if effect.kind not in settings.OUTBOX_SENDERS:
        _fail(effect, f"nobody sends effects of kind {effect.kind}", code="")
        return
    sender: Sender = import_string(settings.OUTBOX_SENDERS[effect.kind])()
    if effect.status == Status.SENDING:
        _recover(effect, sender)
    elif effect.status == Status.RECONCILING:
        _give_to_person(effect)
    elif _claim(hold, effect, sender):
        failpoint("outbox.claimed")
        _attempt(effect, sender)


def _recover(effect: Outbox, sender: Sender) -> None:
    """The worker died between its claim and the record. Did it happen?"""
    if _may_repeat(effect, sender):
        _move(effect, Status.PENDING, due_in=timedelta(0))
    else:
        _reconcile(effect, "the worker died while sending")


def _may_repeat(effect: Outbox, sender: Sender) -> bool:
    """Although it may have happened: the vendor recognises it by its key."""
    return sender.is_keyed and effect.attempts < MAX_ATTEMPTS


def _reconcile(effect: Outbox, why: str) -> None:
    wait = timedelta(seconds=settings.RECONCILE_SECONDS)
    _move(effect, Status.RECONCILING, due_in=wait, error=why)


@transaction.atomic
def _give_to_person(effect: Outbox) -> None:
    """No sign of it within the reconcile time: later effects go on, a person decides on this."""
    if _move(effect, Status.UNCERTAIN, error=effect.error) and _asks_staff(effect):
        stafftasks.open_task(
            title=_title(effect, MAY_NOT_HAVE_ARRIVED),
            subject=f"outbox:{effect.pk}",
            detail="The vendor never said whether it was sent. Look whether it is there, then "
            "send it again or cancel it.",
            code=effect.error_code,
        )


@transaction.atomic
def _claim(hold: LaneHold, effect: Outbox, sender: Sender) -> bool:
    """Mark it `sending` under the fence, after asking once more whether it may happen."""
    hold.check()
    if settings.SENDING_FROZEN:
        _move(effect, Status.HELD, due_in=HOLD_RECHECK, error="sending is frozen")
        return False
    if effect.revoked:
        _move(effect, Status.CANCELLED, error=effect.revoked)
        return False
    if why := _too_late(effect) or sender.refusal(effect):
        _drop(effect, why)
        return False
    claimed = Outbox.objects.filter(pk=effect.pk, status__in=[Status.PENDING, Status.HELD]).update(
        status=Status.SENDING,
        attempts=effect.attempts + 1,
        claimed_at=Now(),
        fence=hold.fence,
        error="",
    )
    effect.status, effect.attempts = Status.SENDING, effect.attempts + 1
    return bool(claimed)


def _too_late(effect: Outbox) -> str:
    is_late = effect.not_after is not None and effect.not_after <= now()
    return "too late to be useful" if is_late else ""


def _drop(effect: Outbox, why: str) -> None:
    """It will not be sent; somebody may have to say it in another way."""
    if _move(effect, Status.CANCELLED, error=why) and effect.purpose not in settings.NOT_MISSED:
        stafftasks.open_task(
            title=_title(effect, "was not sent"),
            subject=f"outbox:{effect.pk}",
            detail=f"Reason: {why}. Decide whether the customer still needs to hear it.",
        )


def _attempt(effect: Outbox, sender: Sender) -> None:
    try:
        vendor_id = sender.send(effect)
    except CatalogueError as error:
        _refused(effect, error, sender)
        return
    except Exception as error:  # a bug of ours after the claim: did it happen or not?
        logger.exception("sender failed", extra=fields(outbox=effect.pk, kind=effect.kind))
        if _may_repeat(effect, sender):
            wait = backoff(effect.attempts, base_seconds=2)
            _move(effect, Status.PENDING, due_in=wait, error=database.described(error))
        else:
            _reconcile(effect, database.described(error))
        return
    failpoint("outbox.effect_done")
    _record_sent(effect, vendor_id)
    sender.recorded(effect, vendor_id)


def _record_sent(effect: Outbox, vendor_id: str) -> None:
    """We know that it went out, whoever has moved the row meanwhile."""
    record_arrival(effect=effect, vendor_id=vendor_id, status=Status.SENT)
    logger.info("effect sent", extra=fields(outbox=effect.pk, kind=effect.kind))


def _refused(effect: Outbox, error: CatalogueError, sender: Sender) -> None:
    effect.error_code = error.code
    usual = backoff(effect.attempts, base_seconds=2)
    wait = capped(error.retry_after, default=usual, floor=usual)
    if isinstance(error, BreakerOpenError | RateLimitError):
        _unclaim(effect, capped(error.retry_after, default=usual), str(error))
    elif error.next_step == NextStep.FIX_CREDENTIALS:
        _unclaim(effect, HOLD_RECHECK, str(error))
    elif error.next_step == NextStep.WAIT and sender.is_keyed:
        _unclaim(effect, max(wait, _patience(effect)), str(error), to=Status.PENDING)
    elif error.next_step == NextStep.RECONCILE and not _may_repeat(effect, sender):
        _reconcile(effect, str(error))
    elif error.next_step == NextStep.GIVE_UP or effect.attempts >= MAX_ATTEMPTS:
        _fail(effect, str(error), code=error.code)
    else:
        _move(effect, Status.PENDING, due_in=wait, error=str(error))


def _patience(effect: Outbox) -> timedelta:
    """The longer it has waited, the less often the vendor is asked: no attempts tell."""
    return min((now() - effect.created_at) / 4, HOLD_RECHECK)


@transaction.atomic
def _unclaim(effect: Outbox, wait: timedelta, why: str, *, to: Outbox.Status = Status.HELD) -> None:
    """Nothing happened at the vendor, so no attempt is burned."""
    Outbox.objects.filter(pk=effect.pk).update(attempts=effect.attempts - 1)
    _move(effect, to, due_in=wait, error=why)


@transaction.atomic
def _fail(effect: Outbox, why: str, *, code: str) -> None:
    if _move(effect, Status.FAILED, error=why) and _asks_staff(effect):
        stafftasks.open_task(
            title=_title(effect, "could not be sent"),
            subject=f"outbox:{effect.pk}",
            detail=why,
            code=code,
        )


def _asks_staff(effect: Outbox) -> bool:
    """Is the task ours? Not where another part follows what becomes of it, and asks them in its
    own words; but its outcome is known to that part once, so a second try is ours again.
    """
    return not settings.NOT_MISSED.get(effect.purpose) or was_released(effect)


def _title(effect: Outbox, words: str) -> str:
    """'A message could not be sent'"""
    return f"A {settings.EFFECT_NAMES.get(effect.kind, 'message')} {words}"


def _move(
    effect: Outbox, to: Outbox.Status, *, due_in: timedelta | None = None, error: str = ""
) -> bool:
    """Conditional on the state we saw: False means somebody else moved it, and we stop."""
    changed = Outbox.objects.filter(pk=effect.pk, status=effect.status).update(
        status=to,
        due_at=None if due_in is None else Now() + due_in,
        error=error[:2000],
        error_code=effect.error_code if error else "",
    )
    return bool(changed)


@transaction.atomic
def record_arrival(*, effect: Outbox, vendor_id: str, status: Outbox.Status) -> bool:
    """The vendor says how far it got: only ever forward. True if that was news."""
    lower = [known for known, rank in RANK.items() if rank < RANK[status]]
    if status != Status.SENT:
        lower.append(Status.FAILED)  # a later delivery outranks a failure; a late `sent` does not
    changed = Outbox.objects.filter(pk=effect.pk, status__in=[*UNARRIVED, *lower]).update(
        status=status, due_at=None, error="", error_code=""
    )
    if vendor_id:
        Outbox.objects.filter(pk=effect.pk, vendor_id="").update(vendor_id=vendor_id)
    if changed:
        Outbox.objects.filter(pk=effect.pk, sent_at__isnull=True).update(sent_at=Now())
        for words in (MAY_NOT_HAVE_ARRIVED, NOT_DELIVERED):
            title = _title(effect, words)
            stafftasks.close_by_itself(title=title, subject=f"outbox:{effect.pk}")
    return bool(changed)


@transaction.atomic
def record_failure(*, effect: Outbox, code: str, detail: str) -> bool:
    """The vendor says it did not arrive. Terminal, unless a delivery is reported later."""
    changed = Outbox.objects.filter(pk=effect.pk, status__in=[*UNARRIVED, Status.SENT]).update(
        status=Status.FAILED, due_at=None, error=storable(detail)[:2000], error_code=code
    )
    if changed and _asks_staff(effect):
        stafftasks.open_task(
            title=_title(effect, NOT_DELIVERED),
            subject=f"outbox:{effect.pk}",
            detail=detail,
            code=code,
        )
    return bool(changed)


@transaction.atomic
def release(*, effect: Outbox, by: StaffUser | None, reason: str = "") -> bool:
    """Send a parked effect again, however old it is; False if it is not parked."""
    parked = [Status.UNCERTAIN, Status.FAILED, Status.HELD]
    changed = Outbox.objects.filter(pk=effect.pk, status__in=parked).update(
        status=Status.PENDING,
        attempts=0,
        due_at=Now(),
        not_after=None,
        revoked="",
        vendor_id="",
        error="",
        error_code="",
    )
    if changed:
        audit.record(action="release effect", subject=f"outbox:{effect.pk}", by=by, reason=reason)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('lane', %s)", [effect.lane])
    return bool(changed)


def was_released(effect: Outbox) -> bool:
    """Staff, or a sweep, had it sent again: its attempts are counted anew since."""
    released = AuditEntry.objects.filter(subject=f"outbox:{effect.pk}", action="release effect")
    return released.exists()


@transaction.atomic
def cancel(*, effect: Outbox, by: StaffUser | None, reason: str = "") -> bool:
    """Decide that it will not be sent; False if it is too late for that."""
    open_states = [Status.PENDING, Status.HELD, Status.UNCERTAIN, Status.FAILED]
    changed = Outbox.objects.filter(pk=effect.pk, status__in=open_states).update(
        status=Status.CANCELLED, due_at=None, error=reason
    )
    if changed:
        audit.record(action="cancel effect", subject=f"outbox:{effect.pk}", by=by, reason=reason)
    return bool(changed)


def cancel_unsent(*, lane: str, purposes: list[str], why: str) -> int:
    """Cancel what has not been claimed yet, inside the caller's transaction.

    What is on its way cannot be called back, but it is not tried again if the vendor refuses it.
    """
    effects = Outbox.objects.filter(lane=lane, purpose__in=purposes)
    effects.filter(status__in=[Status.SENDING, Status.RECONCILING]).update(revoked=why)
    waiting = effects.filter(status__in=[Status.PENDING, Status.HELD])
    return waiting.update(status=Status.CANCELLED, due_at=None, error=why)
