"""The assistant that VAPI runs for us: our catalogue, prompt, price book and settings."""

from typing import Any

from django.conf import settings

from conversations.context import stable_text
from conversations.firm_facts import FirmFacts
from conversations.models import Conversation
from conversations.prompting import Playbook, current_playbook
from conversations.tools import schemas
from leads.models import Firm
from voice.speech.keyterms import keyterms

PHONE = Conversation.Channel.PHONE
LONGEST_CALL_SECONDS = 15 * 60
SILENCE_SECONDS = 30
MOST_KEYTERMS = 100
# What VAPI need not try again: it would be refused in the same way.
FINAL_CODES = [400, 401, 403, 404, 413, 422]
MESSAGES = [
    "status-update",
    'transcript[transcriptType="final"]',
    "tool-calls",
    "transfer-destination-request",
    "transfer-update",
    "hang",
    "user-interrupted",
    "end-of-call-report",
]


def build_assistant(*, is_recorded: bool = True) -> dict[str, Any]:
    """Inline for one call, or to be stored at VAPI. No secret is in it."""
    playbook, firm = current_playbook(), FirmFacts.read()
    return {
        "name": "hampstead-reception",
        "firstMessage": first_words(firm.firm, is_recorded=is_recorded),
        "model": {
            "provider": "anthropic",
            "model": settings.VAPI_MODEL,
            "temperature": 0.3,
            "maxTokens": 400,
            "messages": [{"role": "system", "content": stable_text(playbook, PHONE, firm)}],
            "tools": [*_tools(playbook), _transfer(), {"type": "endCall"}],
        },
        "voice": {
            "provider": "11labs",
            "voiceId": settings.ELEVENLABS_VOICE,
            "model": settings.ELEVENLABS_MODEL,
        },
        "transcriber": {
            "provider": "deepgram",
            "model": settings.DEEPGRAM_MODEL,
            "language": "en-GB",
            "numerals": True,
            "smartFormat": True,
            "keyterm": list(keyterms())[:MOST_KEYTERMS],
        },
        "server": server(),
        "serverMessages": MESSAGES,
        "silenceTimeoutSeconds": SILENCE_SECONDS,
        "maxDurationSeconds": LONGEST_CALL_SECONDS,
        "artifactPlan": artifact_plan(is_recorded=is_recorded),
        "hooks": [_last_minute()],
    }


def first_words(firm: Firm, *, is_recorded: bool = True) -> str:
    """The notice comes with the greeting, before anybody has said anything."""
    notice = "This call is recorded. " if is_recorded else ""
    return f"{firm.name}, this is the AI assistant speaking. {notice}How can I help you?"


def artifact_plan(*, is_recorded: bool) -> dict[str, Any]:
    return {"recordingEnabled": is_recorded, "recordingFormat": "mp3"}


def unrecorded() -> dict[str, Any]:
    """What a stored assistant does otherwise for somebody who does not want to be recorded."""
    return {
        "firstMessage": first_words(FirmFacts.read().firm, is_recorded=False),
        "artifactPlan": artifact_plan(is_recorded=False),
    }


def server() -> dict[str, Any]:
    """Where VAPI tells us what happens, and how often it tries."""
    return {
        "url": f"{settings.PUBLIC_URL.rstrip('/')}/vapi/webhook",
        "timeoutSeconds": 20,
        "backoffPlan": {
            "type": "exponential",
            "maxRetries": 3,
            "baseDelaySeconds": 1,
            "excludedStatusCodes": FINAL_CODES,
        },
    }


def _tools(playbook: Playbook) -> list[dict[str, Any]]:
    return [
        {
            "type": "function",
            "function": {
                "name": schema["name"],
                "description": schema["description"],
                "parameters": schema["input_schema"],
            },
            "server": server(),
        }
        for schema in schemas(PHONE, playbook)
    ]


def _transfer() -> dict[str, Any]:
    """Without destinations VAPI asks us at the moment of the transfer: the office may be closed."""
    return {"type": "transferCall", "destinations": []}


def _last_minute() -> dict[str, Any]:
    """VAPI cuts a call off without a goodbye; this says one."""
    bye = "I am afraid we have to finish in a minute. A colleague will ring you about the rest."
    return {
        "on": "call.timeElapsed",
        "options": {"seconds": LONGEST_CALL_SECONDS - 60},
        "do": [{"type": "say", "exact": bye}],
    }
