"""Carries out "whatsapp" effects of the outbox."""

from django.db.models import F
from django.db.models.lookups import IsNull

from conversations.models import Conversation
from hampstead.core.clock import now
from hampstead.core.errors import NextStep, WhatsAppError
from hampstead.core.models import Outbox
from leads.contact import may_contact
from leads.models import ContactChannel, ContactPurpose
from whatsapp import callback_notices, notices
from whatsapp.dialog360 import dialog360
from whatsapp.models import WhatsAppIdentity
from whatsapp.statuses import apply_early_statuses

# What an effect's purpose means to the gate; one that is not named here counts as marketing.
PURPOSES = {
    "answer": ContactPurpose.ANSWER,
    "holding": ContactPurpose.ANSWER,
    "intake": ContactPurpose.ANSWER,
    "lane": ContactPurpose.ANSWER,
    "emergency": ContactPurpose.ANSWER,
    "opt_out": ContactPurpose.ANSWER,
    # Within 24 hours of the customer's own words, else the window is closed: so it answers them.
    "staff": ContactPurpose.ANSWER,
    **notices.CONTACT,
    callback_notices.PURPOSE: ContactPurpose.SERVICE,
}
OPT_OUT = "opt_out"  # "we stop now" is owed to whoever has just told us to


class WhatsAppSender:
    """WhatsApp has no idempotency key: an unknown outcome is reconciled by its statuses."""

    is_keyed = False

    def refusal(self, effect: Outbox) -> str:
        conversation = _conversation(effect)
        if conversation is None:
            return "the conversation is gone"
        if why := _forbidden(effect, conversation):
            return why
        if effect.purpose in notices.CONTACT and (why := notices.refusal(effect)):
            return why
        if effect.purpose == callback_notices.PURPOSE and (why := callback_notices.refusal(effect)):
            return why
        window = conversation.window_expires_at
        if window is None or window <= now():
            return "the 24-hour window is closed"
        return ""

    def send(self, effect: Outbox) -> str:
        identity = _identity(effect)
        accepted = dialog360().send_text(
            to=identity.wa_id,
            bsuid=identity.bsuid,
            text=effect.payload["text"],
            correlation=str(effect.idem),
        )
        return accepted.vendor_id

    def recorded(self, effect: Outbox, vendor_id: str) -> None:
        apply_early_statuses(effect, vendor_id)
        if effect.purpose in notices.CONTACT:
            notices.settle_effect(effect)


def _forbidden(effect: Outbox, conversation: Conversation) -> str:
    if effect.purpose == OPT_OUT:
        return ""
    decision = may_contact(
        person=conversation.person,
        channel=ContactChannel.WHATSAPP,
        purpose=PURPOSES.get(effect.purpose, ContactPurpose.MARKETING),
    )
    return decision.why


def _conversation(effect: Outbox) -> Conversation | None:
    pk = int(effect.lane.partition(":")[2])
    return Conversation.objects.filter(pk=pk).select_related("person").first()


def _identity(effect: Outbox) -> WhatsAppIdentity:
    """The newest identity of the person, preferring one with a phone number."""
    conversation = _conversation(effect)
    person = conversation.person if conversation else None
    found = (
        WhatsAppIdentity.objects.filter(person=person)
        .order_by(IsNull(F("wa_id"), True), "-id")
        .first()
        if person
        else None
    )
    if found is None:
        raise WhatsAppError("no WhatsApp id for this person", next_step=NextStep.GIVE_UP)
    return found
