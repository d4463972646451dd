"""VAPI's posts as they come, with everything around them that is of no use."""

import json
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from tests.running import process_inbox

CALL = "01957000-0000-7000-8000-000000000001"
NUMBER, LINE = "+447700900123", "+442079460000"
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SECRET = "test-vapi-secret"


def ms(seconds: float = 0) -> int:
    return int((AT.timestamp() + seconds) * 1000)


def message(
    kind: str, *, at: float = 0, number: str | None = NUMBER, **more: Any
) -> dict[str, Any]:
    customer = {"customer": {"number": number}} if number else {}
    return {
        "message": {
            "type": kind,
            "timestamp": ms(at),
            "assistantVersion": None,
            "call": {
                "id": CALL,
                "type": "inboundPhoneCall",
                "status": "ringing",  # stale, as ever
                "monitor": {"controlUrl": "https://phone-call.vapi.ai/x/control"},
                **customer,
            },
            **customer,
            "phoneNumber": {"number": LINE, "twilioAuthToken": "a-secret-token"},
            **more,
        }
    }


def raw_post(body: bytes, **headers: str) -> Any:
    given = headers or {"X-Vapi-Secret": SECRET}
    return Client().post("/vapi/webhook", data=body, content_type="application/json", headers=given)


def post(kind: str, **more: Any) -> Any:
    """The app's answer to one message, before anything is worked on."""
    answer = raw_post(json.dumps(message(kind, **more)).encode())
    assert answer.status_code == 200
    return json.loads(answer.content)


def told(kind: str, **more: Any) -> None:
    """Posted, and worked on."""
    post(kind, **more)
    process_inbox()


def status(name: str, **more: Any) -> None:
    told("status-update", status=name, **more)


def said(role: str, words: str, **more: Any) -> None:
    told("transcript", role=role, transcript=words, **{"transcriptType": "final", **more})


def report(**more: Any) -> None:
    values = {
        "endedReason": "customer-ended-call",
        "startedAt": "2026-11-23T10:00:00.000Z",
        "endedAt": "2026-11-23T10:01:30.000Z",
        "cost": 0.1234567,
        "analysis": {"summary": "Wants a loft."},
        "artifact": {
            "messages": [
                {"role": "system", "message": "You are", "time": ms()},
                {"role": "bot", "message": "Hello, how can I help?", "time": ms(1)},
                {"role": "user", "message": "I would like a loft.", "time": ms(4)},
            ]
        },
    }
    told("end-of-call-report", **{**values, **more})


def tool_call(name: str, call_id: str = "toolu_1", **arguments: Any) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"id": call_id, "type": "function", "function": function}
