"""What VAPI makes of our app's answers: the assistant to use, the tools' results."""

import re
from dataclasses import dataclass, field
from typing import Any

from hampstead.sandbox.vapi_checks import assistant_faults
from hampstead.sandbox.vapi_errors import VapiRefusalError
from hampstead.sandbox.vapi_posts import Answer
from hampstead.sandbox.vapi_records import Records

JsonObject = dict[str, Any]
NO_RESULT = "No result returned."
NOT_ASSISTANT = ("variableValues",)
VARIABLE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")


class CallOverError(Exception):
    """The call ends here. `is_connected` is False for those that nobody ever answered."""

    def __init__(
        self, reason: str, *, is_connected: bool = True, details: JsonObject | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_connected = is_connected
        self.details = details or {}


@dataclass(frozen=True)
class Chosen:
    """Who takes the call: an assistant, or another number without any."""

    assistant: JsonObject | None = None
    assistant_id: str | None = None
    overrides: JsonObject = field(default_factory=dict)
    destination: JsonObject | None = None


def chosen(answer: Answer, records: Records, line: JsonObject) -> Chosen:
    """Raises CallOverError. An error beats a destination, that beats an assistant."""
    if not answer.status:
        return fallen_back(line, answer)
    if not answer.is_accepted:
        raise refused("assistant-request-failed", answer)
    body = answer.body
    if not isinstance(body, dict):
        raise refused("assistant-request-returned-invalid-json", answer)
    if body.get("error"):
        raise refused("assistant-request-returned-error", answer)
    if isinstance(body.get("destination"), dict):
        return Chosen(destination=body["destination"])
    overrides = body.get("assistantOverrides") or {}
    if not isinstance(overrides, dict):
        raise refused("assistant-request-returned-invalid-assistant", answer)
    if body.get("assistantId"):
        return saved(str(body["assistantId"]), overrides, records)
    return inline(body.get("assistant"), overrides, answer)


def saved(assistant_id: str, overrides: JsonObject, records: Records) -> Chosen:
    try:
        record = records.one("assistant", assistant_id)
    except VapiRefusalError:
        raise CallOverError("assistant-not-found", is_connected=False) from None
    return Chosen(resolved(record, overrides), assistant_id, overrides)


def inline(assistant: Any, overrides: JsonObject, answer: Answer) -> Chosen:
    if assistant is None:
        raise refused("assistant-request-returned-no-assistant", answer)
    if not isinstance(assistant, dict):
        raise refused("assistant-request-returned-invalid-assistant", answer)
    if found := assistant_faults(assistant):
        reason = "assistant-request-returned-invalid-assistant"
        raise refused(reason, answer, "; ".join(found))
    return Chosen(resolved(assistant, overrides), None, overrides)


def resolved(assistant: JsonObject, overrides: JsonObject) -> JsonObject:
    changes = {k: v for k, v in overrides.items() if k not in NOT_ASSISTANT}
    return {**assistant, **changes}


def fallen_back(line: JsonObject, answer: Answer) -> Chosen:
    """Nobody answered in time: the number's own destination, if it has one."""
    if line.get("fallbackDestination"):
        return Chosen(destination=line["fallbackDestination"])
    raise refused("assistant-request-failed", answer)


def refused(reason: str, answer: Answer, text: str = "") -> CallOverError:
    artifacts = {
        "error": reason,
        "assistantRequestError": text or f"HTTP {answer.status or 'timeout'}",
        "assistantRequestResponse": answer.body,
    }
    details = {"inboundPhoneCallDebuggingArtifacts": artifacts}
    return CallOverError(reason, is_connected=False, details=details)


@dataclass(frozen=True)
class ToolResult:
    """`spoken` is what the assistant says instead of an answer of the model."""

    text: str
    spoken: str = ""
    is_last: bool = False


def tool_result(answer: Answer, use: JsonObject) -> ToolResult:
    """The result VAPI gives to the model; only a 200 with single-line strings counts."""
    body = answer.body
    results = body.get("results") if isinstance(body, dict) else None
    if answer.status != 200 or not isinstance(results, list):
        return ToolResult(NO_RESULT)
    found = [r for r in results if isinstance(r, dict) and r.get("toolCallId") == use["id"]]
    if not found:
        return ToolResult(NO_RESULT)
    text = found[0].get("result") or found[0].get("error")
    if not isinstance(text, str) or "\n" in text or "\r" in text:
        return ToolResult(NO_RESULT)
    message = found[0].get("message")
    message = message if isinstance(message, dict) else {}
    spoken = str(message.get("content") or "")
    return ToolResult(text, spoken, message.get("endCallAfterSpokenEnabled") is True)


def filled(text: str, values: JsonObject) -> str:
    """`{{name}}` out of the variables; what is not known stays empty."""
    return VARIABLE.sub(lambda found: str(values.get(found[1], "")), text)
