"""A call in VAPI's words: as `GET /call/{id}` shows it, and as its messages carry it."""

from typing import Any

from hampstead.sandbox.vapi_records import ORGANISATION, PhoneCall, iso

JsonObject = dict[str, Any]
SPOKEN = {"bot": "AI", "user": "User"}
OPENAI_ROLES = {"bot": "assistant", "user": "user", "system": "system"}


def shown(call: PhoneCall) -> JsonObject:
    """The whole call; what the customer's call never had is left out."""
    whole = {
        **identity(call),
        "status": call.status,
        "name": call.name,
        "schedulePlan": call.schedule_plan,
        "startedAt": iso(call.started_at),
        "endedAt": iso(call.ended_at),
        "endedReason": call.ended_reason,
        "endedMessage": call.ended_message,
        "destination": call.destination,
    }
    if call.is_over:
        whole |= outcome(call)
    return {name: value for name, value in whole.items() if value is not None}


def identity(call: PhoneCall) -> JsonObject:
    is_web = call.type == "webCall"
    whole: JsonObject = {
        "id": call.id,
        "orgId": ORGANISATION,
        "createdAt": iso(call.created_at),
        "updatedAt": iso(call.updated_at),
        "type": call.type,
        "monitor": monitor(call),
        "transport": transport(call),
        "webCallUrl": "https://sandbox.daily.co/room" if is_web else None,
        "phoneCallProvider": None if is_web else "twilio",
        "phoneCallProviderId": None if is_web else provider_id(call),
        "phoneCallTransport": None if is_web else "pstn",
        "phoneNumberId": call.line["id"] if call.line else None,
        "assistantId": call.assistant_id,
        "assistantOverrides": call.overrides or None,
        "customer": call.customer,
    }
    return {name: value for name, value in whole.items() if value is not None}


def stale(call: PhoneCall) -> JsonObject:
    """The call inside a message: a snapshot of when it rang, status included."""
    absent = {"squad": None, "phoneNumber": None, "assistant": None, "name": None, "cost": 0}
    found = {**absent, **identity(call), "updatedAt": iso(call.created_at)}
    found["status"] = "queued" if call.type == "outboundPhoneCall" else "ringing"
    return found


def monitor(call: PhoneCall) -> JsonObject:
    websocket = call.origin.replace("http", "ws", 1)
    return {
        "listenUrl": f"{websocket}/vapi/listen/{call.id}",
        "controlUrl": f"{call.origin}/vapi/control/{call.id}",
    }


def transport(call: PhoneCall) -> JsonObject:
    if call.type == "webCall":
        return {"provider": "daily", "assistantVideoEnabled": False}
    account = "AC00000000000000000000000000000000"
    sid = provider_id(call)
    return {
        "provider": "twilio",
        "callSid": sid,
        "accountSid": account,
        "conversationType": "voice",
    }


def provider_id(call: PhoneCall) -> str:
    return "CA" + call.id.replace("-", "")


def transcript(call: PhoneCall) -> str:
    lines = [f"{SPOKEN[m['role']]}: {m['message']}\n" for m in call.messages if m["role"] in SPOKEN]
    return "".join(lines)


def openai_messages(call: PhoneCall) -> list[JsonObject]:
    """The same conversation in the other list's words, tools included."""
    return [openai_message(message) for message in call.messages]


def openai_message(message: JsonObject) -> JsonObject:
    role = message["role"]
    if role == "tool_calls":
        return {"role": "assistant", "tool_calls": message["toolCalls"]}
    if role == "tool_call_result":
        return {
            "role": "tool",
            "content": message["result"],
            "tool_call_id": message["toolCallId"],
        }
    return {"role": OPENAI_ROLES[role], "content": message["message"]}


def outcome(call: PhoneCall) -> JsonObject:
    """What is known once the call is over, in the report as in the API."""
    return {
        "cost": cost(call),
        "costs": costs(call),
        "costBreakdown": cost_breakdown(call),
        "analysis": call.analysis,
        "artifact": artifact(call),
        "messages": call.messages,
        "transcript": transcript(call),
        "summary": call.analysis.get("summary"),
        **recording_addresses(call),
    }


def recording_addresses(call: PhoneCall) -> JsonObject:
    """Stable, and nothing without the key."""
    if not call.has_recording:
        return {}
    base = f"{call.origin}/vapi/call/{call.id}"
    mono, stereo = f"{base}/mono-recording", f"{base}/stereo-recording"
    return {"recordingUrl": mono, "stereoRecordingUrl": stereo}


def artifact(call: PhoneCall) -> JsonObject:
    found: JsonObject = {
        "messages": call.messages,
        "messagesOpenAIFormatted": openai_messages(call),
        "transcript": transcript(call),
        "variableValues": call.overrides.get("variableValues", {}),
        "performanceMetrics": {
            "turnLatencies": [],
            "turnLatencyAverage": 900,
            "numUserInterrupted": sum(bool(m.get("wasCutShort")) for m in call.messages),
        },
        "transfers": [transferred(call)] if call.destination else [],
        "logUrl": f"{call.origin}/vapi/call/{call.id}/call-logs",
    }
    if call.has_recording:
        base = f"{call.origin}/vapi/call/{call.id}"
        mono = {
            "combinedUrl": f"{base}/mono-recording",
            "assistantUrl": f"{base}/assistant-recording",
            "customerUrl": f"{base}/customer-recording",
        }
        found["recording"] = {"stereoUrl": f"{base}/stereo-recording", "mono": mono}
        found |= recording_addresses(call)
    return found


def transferred(call: PhoneCall) -> JsonObject:
    return {"destination": call.destination, "mode": "blind-transfer", "status": "completed"}


def cost(call: PhoneCall) -> float:
    return round(sum(float(part["cost"]) for part in costs(call)), 4)


def costs(call: PhoneCall) -> list[JsonObject]:
    if call.started_at is None:
        return []
    minutes = round(call.seconds / 60, 4)
    spoken = sum(len(m["message"]) for m in call.messages if m["role"] == "bot")
    tokens = 400 * sum(m["role"] == "bot" for m in call.messages)
    return [
        {"type": "transport", "provider": "twilio", "minutes": minutes, "cost": minutes * 0.008},
        {"type": "transcriber", "minutes": minutes, "cost": minutes * 0.01},
        {
            "type": "model",
            "promptTokens": tokens,
            "completionTokens": tokens // 20,
            "cost": tokens * 3e-6,
        },
        {"type": "voice", "characters": spoken, "cost": spoken * 5e-5},
        {"type": "vapi", "subType": "normal", "minutes": minutes, "cost": minutes * 0.05},
        {"type": "analysis", "analysisType": "summary", "cost": 0.001},
    ]


def cost_breakdown(call: PhoneCall) -> JsonObject:
    parts = {part["type"]: part["cost"] for part in costs(call)}
    return {
        "transport": parts.get("transport", 0),
        "stt": parts.get("transcriber", 0),
        "llm": parts.get("model", 0),
        "tts": parts.get("voice", 0),
        "vapi": parts.get("vapi", 0),
        "total": cost(call),
    }
