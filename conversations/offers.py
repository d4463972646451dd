"""What is offered as an opaque token, such as a slot: good for this conversation only.

The model sees and repeats the token; it can neither make one up nor use another customer's.
"""

from datetime import timedelta
from typing import Any

from django.core import signing

from conversations.models import Conversation

GOOD_FOR = timedelta(hours=24)


class UnknownOfferError(ValueError):
    """Not offered here, or too long ago; offer anew."""


def offer(conversation: Conversation, value: Any) -> str:
    """A token for a JSON value."""
    return signing.dumps(value, salt=_salt(conversation), compress=True)


def taken_offer(conversation: Conversation, token: Any) -> Any:
    """The value that was offered in this conversation. Raises UnknownOfferError."""
    if not isinstance(token, str):
        raise UnknownOfferError("an offer is a text")
    try:
        return signing.loads(token, salt=_salt(conversation), max_age=GOOD_FOR)
    except signing.BadSignature as error:
        raise UnknownOfferError("this was not offered here") from error


def _salt(conversation: Conversation) -> str:
    return f"offer:{conversation.pk}"
