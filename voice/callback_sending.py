"""Carries out "callback" effects of the outbox: VAPI rings a customer, once for each effect.

VAPI has no key against doubles, so each call bears the effect's name: whoever does not know whether
it was ordered looks for that name first, and long enough after.
"""

from datetime import timedelta

from django.conf import settings

from hampstead.core.clock import now
from hampstead.core.errors import NextStep, VapiError
from hampstead.core.models import Outbox
from voice.callback_assistant import build_callback_assistant
from voice.calling_back import follow, name_of, objection_now
from voice.models import Callback
from voice.vapi import vapi

# By then a call that was ordered shows up in VAPI's list.
SHOWS_UP_WITHIN = timedelta(seconds=30)
CLOCKS_DIFFER_BY = timedelta(minutes=2)


class CallbackSender:
    is_keyed = True  # by its name, which we look for before we repeat anything

    def refusal(self, effect: Outbox) -> str:
        """Once it may have rung, `send` finds that out before anything is decided."""
        return "" if _may_have_rung(effect) else objection_now(effect)

    def send(self, effect: Outbox) -> str:
        """VAPI's id of the call. Raises VapiError."""
        callback = Callback.objects.select_related("person", "promise").get(
            pk=effect.payload["callback"]
        )
        if callback.dialled_at is not None:
            if found := _ordered_before(callback, effect):
                return found
            if why := objection_now(effect):
                raise VapiError(why, next_step=NextStep.GIVE_UP, trips_breaker=False)
        # Committed before the wire is touched: a repeat knows that there may be a call.
        Callback.objects.filter(pk=callback.pk).update(dialled_at=now())
        return vapi().ring(
            to=effect.payload["number"],
            line=settings.VAPI_PHONE_NUMBER_ID,
            name=call_name(effect),
            assistant=build_callback_assistant(callback),
        )

    def recorded(self, effect: Outbox, vendor_id: str) -> None:
        follow(effect.payload["callback"])


def _may_have_rung(effect: Outbox) -> bool:
    mine = Callback.objects.filter(pk=effect.payload.get("callback"), effect=name_of(effect))
    return mine.exclude(dialled_at=None).exists()


def call_name(effect: Outbox) -> str:
    """At most 40 characters, and never that of another effect."""
    return f"cb-{effect.idem.hex}"


def _ordered_before(callback: Callback, effect: Outbox) -> str:
    """The call of an earlier attempt; empty: there is none, and none will show up."""
    dialled_at = callback.dialled_at or now()
    for record in vapi().begun_since(dialled_at - CLOCKS_DIFFER_BY):
        if record.get("name") == call_name(effect):
            return str(record["id"])[:64]
    if now() - dialled_at < SHOWS_UP_WITHIN:
        raise VapiError(
            "not known yet whether it rings", next_step=NextStep.WAIT, trips_breaker=False
        )
    return ""
