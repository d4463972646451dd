"""Opaque slots: what we offered, signed, so that nobody can make one up or use another's."""

from datetime import UTC, datetime, timedelta

from django.core import signing

from hampstead.core.models import StaffUser
from leads.api.problems import ConflictError, RequestError
from leads.slots import Slot

VALID_FOR = timedelta(hours=24)
LONGEST = 300
_SALT = "leads.api.slot"


def ticket_of(slot: Slot, *, user: StaffUser) -> str:
    begin, end = (int(moment.timestamp()) for moment in (slot.starts_at, slot.ends_at))
    return signing.dumps([slot.surveyor_id, begin, end, user.pk], salt=_SALT)


def slot_of(ticket: str, *, user: StaffUser) -> Slot:
    """Raises RequestError for one that we did not give to this user, ConflictError for an old
    one. Whether the time is still free is not its business.
    """
    try:
        surveyor_id, begin, end, owner = signing.loads(ticket, salt=_SALT, max_age=VALID_FOR)
    except signing.SignatureExpired:
        raise ConflictError(
            "slot_expired", "This slot is too old. Ask for free times anew."
        ) from None
    except signing.BadSignature:
        owner = None
    if owner != user.pk:
        raise RequestError("unknown_slot", "This is no slot that was offered to this token.")
    moments = (datetime.fromtimestamp(seconds, UTC) for seconds in (begin, end))
    return Slot(surveyor_id, *moments)
