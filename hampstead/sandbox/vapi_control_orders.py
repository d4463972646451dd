"""What may be posted to a call's control address."""

from typing import Any

from hampstead.sandbox.vapi_errors import VapiRefusalError

JsonObject = dict[str, Any]
CONTROLS = (
    "mute-assistant",
    "unmute-assistant",
    "mute-customer",
    "unmute-customer",
    "say-first-message",
)
NEEDED: dict[str, dict[str, type]] = {
    "say": {"content": str},
    "add-message": {"message": dict},
    "control": {"control": str},
    "end-call": {},
    "transfer": {"destination": dict},
    "handoff": {"destination": dict},
}


def checked_order(body: Any) -> JsonObject:
    """Raises VapiRefusalError."""
    if not isinstance(body, dict) or body.get("type") not in NEEDED:
        raise VapiRefusalError(400, [f"type must be one of {', '.join(NEEDED)}"])
    for name, kind in NEEDED[body["type"]].items():
        if not isinstance(body.get(name), kind):
            raise VapiRefusalError(400, [f"{name} must be given"])
    if body["type"] == "control" and body["control"] not in CONTROLS:
        raise VapiRefusalError(400, [f"control must be one of {', '.join(CONTROLS)}"])
    return body
