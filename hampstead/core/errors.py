"""The error catalogue E001–E015 and one exception class per code.

An error says what should happen next: `next_step` decides between trying again, waiting,
asking the vendor whether it happened, and giving up. Callers never look at HTTP details.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from hampstead.core.storable import storable


class NextStep(StrEnum):
    RETRY = "retry"  # nothing happened; try again after a back-off
    WAIT = "wait"  # nothing happened; try again, but not before `retry_after`
    RECONCILE = "reconcile"  # it may have happened; find out before trying again
    GIVE_UP = "give_up"  # nothing happened and trying again cannot help
    FIX_CREDENTIALS = "fix_credentials"  # an operator must act; hold work, burn no attempts


@dataclass(frozen=True)
class CatalogueEntry:
    code: str
    meaning: str
    remedy: str
    temporary: bool
    http_status: int


class CatalogueError(Exception):
    """Base of all errors staff and operators meet by code."""

    entry: ClassVar[CatalogueEntry]

    def __init__(
        self,
        detail: str,
        *,
        next_step: NextStep | None = None,
        retry_after: timedelta | None = None,
        vendor_code: str = "",
        trips_breaker: bool | None = None,
    ) -> None:
        detail = storable(detail)[:2000]  # a vendor's words end up in rows
        super().__init__(detail)
        self.detail = detail
        self.vendor_code = vendor_code
        self.retry_after = retry_after
        default = NextStep.RETRY if self.entry.temporary else NextStep.GIVE_UP
        self.next_step = next_step or default
        # A refusal that is about this one request says nothing about the vendor's health.
        self.trips_breaker = (
            self.next_step in (NextStep.RETRY, NextStep.RECONCILE)
            if trips_breaker is None
            else trips_breaker
        )

    @property
    def code(self) -> str:
        return self.entry.code

    def __str__(self) -> str:
        return f"{self.code} {self.entry.meaning}: {self.detail}"


def _entry(code: str, meaning: str, remedy: str, *, temporary: bool, status: int) -> CatalogueEntry:
    return CatalogueEntry(code, meaning, remedy, temporary, status)


class DatabaseError(CatalogueError):
    entry = _entry(
        "E001",
        "Database connection failed",
        "Check that PostgreSQL is running and accepts connections; work waits and resumes itself.",
        temporary=True,
        status=503,
    )


class RedisError(CatalogueError):
    entry = _entry(
        "E002",
        "Redis connection failed",
        "Check that Redis is running. Nothing is lost: the work is in PostgreSQL and drains "
        "when Redis is back.",
        temporary=True,
        status=503,
    )


class ClaudeError(CatalogueError):
    entry = _entry(
        "E003",
        "Claude API error",
        "Check ANTHROPIC_API_KEY, the model id and the rate limits; customers get one honest "
        "holding sentence and the answer follows, or the scripted intake asks on.",
        temporary=True,
        status=502,
    )


class DeepgramError(CatalogueError):
    entry = _entry(
        "E004",
        "Deepgram API error",
        "Check DEEPGRAM_API_KEY and the credit at Deepgram; what was heard before costs nothing "
        "when it is tried again.",
        temporary=True,
        status=502,
    )


class ElevenLabsError(CatalogueError):
    entry = _entry(
        "E005",
        "ElevenLabs API error",
        "Check ELEVENLABS_API_KEY, ELEVENLABS_VOICE and the quota; phrases said before still work.",
        temporary=True,
        status=502,
    )


class WhatsAppError(CatalogueError):
    entry = _entry(
        "E006",
        "WhatsApp API error",
        "Check WHATSAPP_API_KEY and the webhook at 360dialog; parked messages can be released "
        "in the outbox.",
        temporary=True,
        status=502,
    )


class VapiError(CatalogueError):
    entry = _entry(
        "E007",
        "VAPI API error",
        "Check the VAPI key and the webhook secret.",
        temporary=True,
        status=502,
    )


class HubSpotError(CatalogueError):
    entry = _entry(
        "E008",
        "HubSpot API error",
        "Check the HubSpot key and its scopes.",
        temporary=True,
        status=502,
    )


class CalendarError(CatalogueError):
    entry = _entry(
        "E009",
        "Calendar API error",
        "Check the Microsoft credentials and the calendar permission.",
        temporary=True,
        status=502,
    )


class StorageError(CatalogueError):
    entry = _entry(
        "E010",
        "File storage failed",
        "Check the S3 credentials or the free space of the local store.",
        temporary=True,
        status=503,
    )


class RateLimitError(CatalogueError):
    entry = _entry(
        "E011",
        "Rate limit exceeded",
        "Work is queued and goes on by itself; lower the load or raise the limit if it persists. "
        "A ceiling of the day holds until midnight, or until you raise it under Spend ceilings.",
        temporary=True,
        status=429,
    )


class BudgetSpentError(RateLimitError):
    """The money of a day is spent. `who` is "vendor" (for everybody) or "person"."""

    def __init__(self, detail: str, *, who: str, retry_after: timedelta) -> None:
        super().__init__(
            detail, next_step=NextStep.WAIT, retry_after=retry_after, trips_breaker=False
        )
        self.who = who


class BreakerOpenError(CatalogueError):
    entry = _entry(
        "E012",
        "Circuit breaker is open",
        "Wait 60 seconds for the next trial call, or reset the breaker on the vendor's page.",
        temporary=True,
        status=503,
    )


class SignatureError(CatalogueError):
    entry = _entry(
        "E013",
        "Webhook signature invalid",
        "Compare the webhook secret here with the one configured at the vendor.",
        temporary=False,
        status=401,
    )


class ConversationNotFoundError(CatalogueError):
    entry = _entry(
        "E014",
        "Conversation not found",
        "The conversation was erased or never existed; check the link.",
        temporary=False,
        status=404,
    )


class QualificationError(CatalogueError):
    entry = _entry(
        "E015",
        "Lead qualification failed",
        "Check the published qualification rules, then requalify the lead; if a conversation could "
        "not be summarised, read it, or press Try again beside it.",
        temporary=False,
        status=500,
    )


CATALOGUE: dict[str, type[CatalogueError]] = {
    error.entry.code: error
    for error in (
        DatabaseError,
        RedisError,
        ClaudeError,
        DeepgramError,
        ElevenLabsError,
        WhatsAppError,
        VapiError,
        HubSpotError,
        CalendarError,
        StorageError,
        RateLimitError,
        BreakerOpenError,
        SignatureError,
        ConversationNotFoundError,
        QualificationError,
    )
}


class FencedOutError(Exception):
    """Another worker, or a member of staff, has taken over this lane: stop, write nothing."""
