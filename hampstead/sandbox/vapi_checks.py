"""What VAPI refuses in the bodies it is sent, in the words of its validator."""

from typing import Any

from hampstead.sandbox.vapi_errors import VapiRefusalError

JsonObject = dict[str, Any]
LONGEST_NAME = 40
ASSISTANT_FIELDS = frozenset({
    "name", "firstMessage", "firstMessageMode", "firstMessageInterruptionsEnabled", "model",
    "voice", "transcriber", "server", "serverUrl", "serverUrlSecret", "serverMessages",
    "clientMessages", "artifactPlan", "analysisPlan", "maxDurationSeconds",
    "silenceTimeoutSeconds", "endCallPhrases", "endCallMessage", "endCallFunctionEnabled",
    "backgroundSound", "backgroundDenoisingEnabled", "backgroundSpeechDenoisingPlan",
    "voicemailDetection", "voicemailMessage", "startSpeakingPlan", "stopSpeakingPlan", "hooks",
    "compliancePlan", "metadata", "credentials", "credentialIds", "monitorPlan", "messagePlan",
    "modelOutputInMessagesEnabled", "transportConfigurations", "observabilityPlan",
    "keypadInputPlan", "recordingEnabled",
})  # fmt: skip
CALL_FIELDS = frozenset({
    "assistantId", "assistant", "assistantOverrides", "assistantVersion", "phoneNumberId",
    "phoneNumber", "customer", "customers", "name", "schedulePlan", "transport", "type",
})  # fmt: skip
SERVER_MESSAGES = frozenset({
    "assistant.started", "assistant.speechStarted", "conversation-update", "end-of-call-report",
    "function-call", "hang", "language-changed", "language-change-detected", "model-output",
    "phone-call-control", "speech-update", "status-update", "transcript",
    'transcript[transcriptType="final"]', "tool-calls", "transfer-destination-request",
    "handoff-destination-request", "transfer-update", "user-interrupted", "voice-input",
    "chat.created", "chat.deleted", "session.created", "session.updated", "session.deleted",
    "call.deleted", "call.delete.failed",
})  # fmt: skip
PROVIDERS = {
    "model": {"anthropic", "openai", "custom-llm", "google", "groq", "azure-openai", "mistral"},
    "voice": {"11labs", "vapi", "openai", "azure", "cartesia", "deepgram", "playht", "rime-ai"},
    "transcriber": {"deepgram", "assembly-ai", "azure", "11labs", "gladia", "google", "openai"},
}
CLAUDES = frozenset({
    "claude-opus-4-6", "claude-opus-4-5-20251101", "claude-opus-4-20250514", "claude-sonnet-5",
    "claude-sonnet-4-6", "claude-sonnet-4-5-20250929", "claude-sonnet-4-20250514",
    "claude-haiku-4-5-20251001", "claude-3-opus-20240229", "claude-3-sonnet-20240229",
    "claude-3-haiku-20240307", "claude-3-5-sonnet-20240620", "claude-3-5-sonnet-20241022",
    "claude-3-5-haiku-20241022", "claude-3-7-sonnet-20250219",
})  # fmt: skip
RANGES = {"maxDurationSeconds": (10, 43_200), "silenceTimeoutSeconds": (10, 3_600)}


def check(kind: str, body: Any) -> JsonObject:
    """Raises VapiRefusalError."""
    if not isinstance(body, dict):
        raise VapiRefusalError(400, "Unexpected token in JSON")
    found = assistant_faults(body) if kind == "assistant" else read_only_faults(body)
    if found:
        raise VapiRefusalError(400, found)
    return body


def assistant_faults(body: JsonObject) -> list[str]:
    found = [f"property {name} should not exist" for name in body if name not in ASSISTANT_FIELDS]
    found += name_faults(body)
    for part, known in PROVIDERS.items():
        found += part_faults(part, body.get(part), known)
    model = body.get("model") or {}
    if not found and model.get("provider") == "anthropic" and model.get("model") not in CLAUDES:
        found.append(f"model.model must be one of the following values: {', '.join(CLAUDES)}")
    found += message_faults(body.get("serverMessages"))
    server = body.get("server")
    if server is not None and not (isinstance(server, dict) and server.get("url")):
        found.append("server.url must be a URL address")
    for name, (least, most) in RANGES.items():
        value = body.get(name)
        if value is not None and not (isinstance(value, int | float) and least <= value <= most):
            found.append(f"{name} must not be less than {least} or greater than {most}")
    return found


def name_faults(body: JsonObject) -> list[str]:
    name = body.get("name")
    if name is None or (isinstance(name, str) and len(name) <= LONGEST_NAME):
        return []
    return [f"name must be shorter than or equal to {LONGEST_NAME} characters"]


def part_faults(part: str, value: Any, known: set[str]) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, dict):
        return [f"{part} must be an object"]
    if value.get("provider") in known:
        return []
    return [f"{part}.provider must be one of the following values: {', '.join(sorted(known))}"]


def message_faults(names: Any) -> list[str]:
    if names is not None and not isinstance(names, list):
        return ["serverMessages must be an array"]
    return [
        f"each value in serverMessages must be a known message, not {name}"
        for name in names or []
        if name not in SERVER_MESSAGES
    ]


def read_only_faults(body: JsonObject) -> list[str]:
    read_only = ("id", "orgId", "createdAt", "updatedAt")
    return [f"property {name} should not exist" for name in read_only if name in body]


def check_call(body: Any) -> JsonObject:
    """The order of an outbound call. Raises VapiRefusalError."""
    if not isinstance(body, dict):
        raise VapiRefusalError(400, "Unexpected token in JSON")
    found = [f"property {name} should not exist" for name in body if name not in CALL_FIELDS]
    found += name_faults(body)
    if not body.get("assistantId") and not body.get("assistant"):
        found.append("assistantId or assistant must be given")
    if not body.get("phoneNumberId"):
        found.append("phoneNumberId must be a UUID")
    found += customer_faults(body)
    if not found and body.get("assistant"):
        found += assistant_faults(body["assistant"])
    if found:
        raise VapiRefusalError(400, found)
    return body


def customer_faults(body: JsonObject) -> list[str]:
    customers = body.get("customers") or [body.get("customer")]
    for customer in customers:
        number = customer.get("number") if isinstance(customer, dict) else None
        if not isinstance(number, str) or not number.startswith("+") or not number[1:].isdigit():
            return ["customer.number must be a valid phone number in the E.164 format"]
    return []


def check_call_patch(body: Any) -> str | None:
    if not isinstance(body, dict):
        raise VapiRefusalError(400, "Unexpected token in JSON")
    found = [f"property {name} should not exist" for name in body if name != "name"]
    found += name_faults(body)
    if found:
        raise VapiRefusalError(400, found)
    return body.get("name")
