"""A time that was offered, as an opaque token: good for this conversation only.

The model sees and repeats the token; it can neither make one up nor use another customer's.
Short, because a model copies it letter by letter: surveyor, start, length and the minute of the
offer in 14 bytes, and 12 bytes of a signature over them and the conversation.
"""

import base64
import binascii
import hmac
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.crypto import salted_hmac

from conversations.models import Conversation
from hampstead.core.clock import now
from leads.slots import Slot

GOOD_FOR = timedelta(hours=24)
SIGNATURE_BYTES = 12
_PARTS = struct.Struct(">IIHI")  # surveyor, start and length in minutes, minute of the offer
_MINUTE = timedelta(minutes=1)
_BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


class UnknownOfferError(ValueError):
    """Not offered here, or too long ago; offer anew."""


def offer(conversation: Conversation, slot: Slot) -> str:
    """About 35 letters, digits, '-' and '_'. Raises ValueError unless on a full minute."""
    length = slot.ends_at - slot.starts_at
    parts = _PARTS.pack(
        slot.surveyor_id, _minute(slot.starts_at), _whole(length), _minute(_now_to_the_minute())
    )
    return base64.urlsafe_b64encode(parts + _signature(conversation, parts)).decode().rstrip("=")


def taken_offer(conversation: Conversation, token: Any) -> Slot:
    """What was offered in this conversation. Raises UnknownOfferError."""
    raw = _bytes_of(token)
    parts, signature = raw[: _PARTS.size], raw[_PARTS.size :]
    if not hmac.compare_digest(signature, _signature(conversation, parts)):
        raise UnknownOfferError("this was not offered here")
    surveyor_id, start, minutes, offered = _PARTS.unpack(parts)
    if now() - (_BEGINNING + offered * _MINUTE) > GOOD_FOR:
        raise UnknownOfferError("this was offered too long ago")
    starts_at = _BEGINNING + start * _MINUTE
    return Slot(surveyor_id, starts_at, starts_at + minutes * _MINUTE)


def _bytes_of(token: Any) -> bytes:
    if not isinstance(token, str):
        raise UnknownOfferError("an offer is a text")
    padded = token.strip() + "=" * (-len(token.strip()) % 4)
    try:
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnknownOfferError("this is no offer") from error
    if len(raw) != _PARTS.size + SIGNATURE_BYTES:
        raise UnknownOfferError("this is no offer")
    return raw


def _signature(conversation: Conversation, parts: bytes) -> bytes:
    salt = f"offer:{conversation.pk}"
    return salted_hmac(salt, parts, algorithm="sha256").digest()[:SIGNATURE_BYTES]


def _now_to_the_minute() -> datetime:
    return now().replace(second=0, microsecond=0)


def _minute(at: datetime) -> int:
    return _whole(at - _BEGINNING)


def _whole(length: timedelta) -> int:
    minutes, rest = divmod(length, _MINUTE)
    if rest:
        raise ValueError("not on a full minute")
    return minutes
