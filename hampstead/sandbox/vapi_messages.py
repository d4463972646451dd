"""The messages VAPI posts to us, as noisy as the captured ones: nulls, copies, credentials."""

import json
from datetime import datetime
from typing import Any

from hampstead.sandbox import vapi_call_json
from hampstead.sandbox.vapi_call_json import openai_messages, stale
from hampstead.sandbox.vapi_records import PhoneCall, iso

JsonObject = dict[str, Any]
# When the assistant does not choose; transcripts are not among them.
DEFAULT_MESSAGES = (
    "assistant.started", "conversation-update", "end-of-call-report", "function-call", "hang",
    "handoff-destination-request", "speech-update", "status-update", "tool-calls",
    "transfer-destination-request", "user-interrupted",
)  # fmt: skip
FINAL_TRANSCRIPT = 'transcript[transcriptType="final"]'


def message(call: PhoneCall, at: datetime, kind: str, **more: Any) -> JsonObject:
    """`more` wins over the keys every message has."""
    found: JsonObject = {
        "timestamp": int(at.timestamp() * 1000),
        "type": kind,
        "artifact": live_artifact(call),
        "call": stale(call),
        "phoneNumber": our_line(call),
        "customer": call.customer,
        "assistant": call.assistant,
        "assistantVersion": None,
        "chat": None,
    }
    if call.type == "webCall":
        del found["customer"], found["phoneNumber"]
    return {**found, **more}


def live_artifact(call: PhoneCall) -> JsonObject:
    return {
        "messages": list(call.messages),
        "messagesOpenAIFormatted": openai_messages(call),
        "variables": call.overrides.get("variableValues", {}),
    }


def our_line(call: PhoneCall) -> JsonObject | None:
    """Our number with its provider's credentials in clear, as it has come."""
    if call.line is None:
        return None
    absent = ("stripeSubscriptionId", "credentialId", "serverUrl", "squadId", "fallbackDestination")
    return {
        **dict.fromkeys(absent),
        **call.line,
        "twilioAccountSid": "AC00000000000000000000000000000000",
        "twilioAuthToken": "sandbox-twilio-token-never-to-be-stored",
        "serverUrlSecret": "sandbox-server-secret-never-to-be-stored",
    }


def tool_lists(uses: list[JsonObject], shape: str) -> JsonObject:
    """`uses` hold id, name and arguments; the shapes are those of the vendor's pages."""
    calls = [tool_call(use, shape) for use in uses]
    listed = [with_tool(use, call) for use, call in zip(uses, calls, strict=True)]
    if shape == "toolWithToolCallList":
        return {"toolWithToolCallList": listed}
    return {"toolCallList": calls, "toolCalls": calls, "toolWithToolCallList": listed}


def tool_call(use: JsonObject, shape: str) -> JsonObject:
    if shape.startswith("name_"):
        return {
            "id": use["id"],
            "name": use["name"],
            shape.removeprefix("name_"): use["arguments"],
        }
    arguments = as_text(use["arguments"]) if shape == "string" else use["arguments"]
    function = {"name": use["name"], "arguments": arguments}
    return {"id": use["id"], "type": "function", "function": function}


def with_tool(use: JsonObject, call: JsonObject) -> JsonObject:
    parameters = {"type": "object", "properties": {}}
    return {
        "type": "function",
        "function": {"name": use["name"], "parameters": parameters, "description": ""},
        "server": {"url": "https://office.example/vapi/webhook", "secret": "never-to-be-stored"},
        "messages": [],
        "toolCall": call,
    }


def as_text(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def report(call: PhoneCall, links: JsonObject) -> JsonObject:
    """The fields of the end-of-call-report beside the common ones."""
    seconds = round(call.seconds, 3)
    outcome = vapi_call_json.outcome(call)
    artifact = {**outcome["artifact"], **links}
    return {
        **outcome,
        "artifact": artifact,
        "endedReason": call.ended_reason,
        "startedAt": iso(call.started_at),
        "endedAt": iso(call.ended_at) if call.started_at else None,
        "destination": call.destination,
        "compliance": {"recordingConsent": None},
        "durationMs": int(seconds * 1000),
        "durationSeconds": seconds,
        "durationMinutes": round(seconds / 60, 4),
    }


def is_wanted(found: JsonObject, assistant: JsonObject | None) -> bool:
    """Whether the assistant's `serverMessages` ask for this one. What needs an answer without
    which the call cannot go on is asked in any case."""
    kind = found["type"]
    if kind in ("assistant-request", "tool-calls") or assistant is None:
        return True
    chosen = assistant.get("serverMessages")
    wanted = DEFAULT_MESSAGES if chosen is None else chosen
    is_final = kind == "transcript" and found["transcriptType"] == "final"
    return kind in wanted or (is_final and FINAL_TRANSCRIPT in wanted)
