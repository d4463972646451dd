"""What Graph's refusals mean for us. Branches on status and code, never on the message."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hampstead.core.errors import CalendarError, NextStep

# Whose mailbox it is does not exist, or has no licence: not "the entry is gone".
NO_MAILBOX = {
    "errorinvaliduser",
    "errornonexistentmailbox",
    "mailboxnotenabledforrestapi",
    "mailboxnothostedinexchangeonline",
    "request_resourcenotfound",
    "resourcenotfound",
}
SYNC_STATE_LOST = {"syncstatenotfound", "syncstateinvalid", "resyncrequired"}
ALREADY_CREATED = "errorduplicatetransactionid"
ACCESS_DENIED = "erroraccessdenied"
NO_ACCESS = "We may not use this calendar: check the app's consent and the mailboxes it may reach"


class SyncStateLostError(CalendarError):
    """The link to the last reading leads nowhere: read everything once more."""


class CalendarConflictError(CalendarError):
    """Somebody changed the same thing meanwhile: read it again, then decide."""


class MailboxRefusedError(CalendarError):
    """This one mailbox is closed to us; it says nothing of the others."""


class AlreadyCreatedError(CalendarError):
    """An earlier attempt with the same key has made it."""


def is_gone(status: int, code: str, *, is_in_mailbox: bool) -> bool:
    return status in (404, 410) and not (is_in_mailbox and code.lower() in NO_MAILBOX)


def refusal(
    *,
    status: int,
    code: str,
    message: str,
    headers: Mapping[str, str],
    is_write: bool,
    is_in_mailbox: bool,
) -> CalendarError:
    """`code` and `message` are the body's, both "" if it had none."""
    text = f"{status} {code}: {message}" if code else f"{status} {message}".strip()
    more: dict[str, Any] = {"vendor_code": str(status)}
    name = code.lower()
    if name == ALREADY_CREATED:
        return AlreadyCreatedError(text, next_step=NextStep.RECONCILE, trips_breaker=False, **more)
    if name in SYNC_STATE_LOST or status == 410:
        return SyncStateLostError(text, next_step=NextStep.GIVE_UP, **more)
    if status in (401, 403):
        plain = f"{NO_ACCESS} ({text})"
        if name == ACCESS_DENIED and is_in_mailbox:
            # A credential's failure would pause the calendars of everybody.
            return MailboxRefusedError(plain, next_step=NextStep.GIVE_UP, **more)
        return CalendarError(plain, next_step=NextStep.FIX_CREDENTIALS, **more)
    if status in (409, 412):
        step = NextStep.RECONCILE
        return CalendarConflictError(text, next_step=step, trips_breaker=False, **more)
    if status == 429 or status >= 500:
        return _later(status, text, headers, is_write=is_write)
    if status == 404 and name in NO_MAILBOX:
        text = f"There is no such mailbox, or it has no licence ({text})"
    return CalendarError(text, next_step=NextStep.GIVE_UP, **more)


def _later(status: int, text: str, headers: Mapping[str, str], *, is_write: bool) -> CalendarError:
    """429 and 503 say that nothing was done; a gateway that gave up waiting does not know."""
    wait = retry_after(headers)
    if status in (429, 503) or (status == 504 and not is_write):
        step = NextStep.WAIT
    else:
        step = NextStep.RECONCILE if is_write else NextStep.RETRY
    return CalendarError(
        text,
        next_step=step,
        retry_after=wait,
        vendor_code=str(status),
        trips_breaker=status != 429,
    )


def retry_after(headers: Mapping[str, str]) -> timedelta | None:
    raw = headers.get("retry-after", "")
    is_number = raw.isascii() and raw.isdigit() and len(raw) < 7
    return timedelta(seconds=int(raw)) if is_number else None
