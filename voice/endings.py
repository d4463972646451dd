"""How a call ended, from VAPI's 600-odd reasons. The first rule that fits; never a failure."""

import re

from voice.models import Call

Ending = Call.Ending
# "Our server" before "provider": some of its reasons name both.
_RULES: tuple[tuple[str, Call.Ending], ...] = (
    (r"^assistant-request-returned-forwarding|^assistant-forwarded-call$", Ending.PUT_THROUGH),
    (r"hook-executed-transfer$", Ending.PUT_THROUGH),
    (r"error-transfer-failed|error-warm-transfer|^call\.forwarding\.", Ending.NOT_PUT_THROUGH),
    (r"^customer-ended-call|caller-hungup-before-call-connect$", Ending.CALLER),
    (r"^assistant-(?:ended-call|said-end-call-phrase)", Ending.ASSISTANT),
    (r"(?:twilio|sip)-completed-call$|^vonage-completed$", Ending.CARRIER),
    (r"^silence-timed-out$|^exceeded-max-duration$", Ending.TIME),
    (
        r"^customer-(?:did-not-answer|busy)$|^voicemail$|misdialed$|outbound-sip-[45]",
        Ending.NOT_REACHED,
    ),
    (r"did-not-receive-customer-audio|microphone-permission|join-timed-out$", Ending.NO_AUDIO),
    (r"^assistant-request-|custom-llm", Ending.OUR_SERVER),
    (
        r"^assistant-not-(?:found|valid)$|neither-assistant|call\.start\.error-get-|"
        r"assistant-version-error|no-available-llm-model",
        Ending.OUR_SETTINGS,
    ),
    (r"error-subscription-|fraud-check-failed|error-vapi-number-|concurrency", Ending.LIMIT),
    (
        r"^manually-canceled$|^scheduled-call-deleted$|^call-deleted$|hook-executed-say$",
        Ending.MANUAL,
    ),
    (
        r"vapifault-(?:worker|transport)|worker-shutdown|closed-websocket|failed-to-connect|^vonage-",
        Ending.PLATFORM,
    ),
    (r"^pipeline-error-|-(?:vapifault|providerfault)-", Ending.PROVIDER),
)
# Whoever was cut off by one of these may still be waiting for us. A transfer that failed is not
# among them: it becomes a dated call-back (owing.py).
CUT_OFF = (
    Ending.NO_AUDIO,
    Ending.OUR_SERVER,
    Ending.OUR_SETTINGS,
    Ending.LIMIT,
    Ending.PROVIDER,
    Ending.PLATFORM,
)


def ending_of(reason: str) -> Call.Ending:
    """Empty: the call has not ended, as far as we know."""
    if not reason:
        return Ending.NOT_YET
    return next((ending for rule, ending in _RULES if re.search(rule, reason)), Ending.OTHER)
