"""What a caller will do, as ordered by `POST /_customer/call`."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hampstead.sandbox.vapi_conduct import VapiOrderError
from hampstead.sandbox.vapi_records import OUR_NUMBER

JsonObject = dict[str, Any]
CALL_TYPES = ("inboundPhoneCall", "webCall")
HUNG_UP = "customer-ended-call"
TURN_FIELDS = {
    "text": str,
    "tools": list,
    "says": str,
    "interrupts": bool,
    "hangs": bool,
    "transfers": bool,
}
KINDS: dict[str, type | tuple[type, ...]] = {
    "from": (str, type(None)),
    "type": str,
    "lines": list,
    "tools": list,
    "says": list,
    "ends": str,
    "line": str,
    "assistantId": str,
    "seconds_per_line": (int, float),
    "starts_at": str,
    "stays": bool,
    "wait": bool,
    "analysis": dict,
}


@dataclass(frozen=True)
class Turn:
    """One thing the customer says, and what the assistant does about it."""

    text: str
    tools: tuple[JsonObject, ...] = ()
    says: str | None = None
    interrupts: bool = False
    hangs: bool = False
    transfers: bool = False


@dataclass(frozen=True)
class Script:
    """`caller` None: a withheld number. `stays`: the call goes on after the last line."""

    caller: str | None = None
    type: str = "inboundPhoneCall"
    turns: tuple[Turn, ...] = ()
    ends: str = HUNG_UP
    line: str = OUR_NUMBER
    assistant_id: str = ""
    seconds_per_line: float = 0.0
    starts_at: datetime | None = None
    stays: bool = False
    wait: bool = True
    analysis: JsonObject = field(default_factory=dict)

    @classmethod
    def parse(cls, order: Any) -> "Script":
        """Raises VapiOrderError."""
        if not isinstance(order, dict):
            raise VapiOrderError("a JSON object is expected")
        check_kinds(order, KINDS)
        if order.get("type", cls.type) not in CALL_TYPES:
            raise VapiOrderError(f"type must be one of {', '.join(CALL_TYPES)}")
        return cls(
            caller=order.get("from"),
            type=order.get("type", cls.type),
            turns=turns_of(order),
            ends=order.get("ends", cls.ends),
            line=order.get("line", cls.line),
            assistant_id=order.get("assistantId", ""),
            seconds_per_line=float(order.get("seconds_per_line", 0)),
            starts_at=instant(order["starts_at"]) if "starts_at" in order else None,
            stays=order.get("stays", False),
            wait=order.get("wait", True),
            analysis=order.get("analysis", {}),
        )


def check_kinds(order: JsonObject, kinds: dict[str, Any]) -> None:
    if unknown := sorted(order.keys() - kinds.keys()):
        raise VapiOrderError(f"unknown fields: {', '.join(unknown)}")
    for name, value in order.items():
        is_number_wrongly = isinstance(value, bool) and kinds[name] is not bool
        if not isinstance(value, kinds[name]) or is_number_wrongly:
            raise VapiOrderError(f"{name} has the wrong type")


def turns_of(order: JsonObject) -> tuple[Turn, ...]:
    lines = order.get("lines", [])
    for name in ("tools", "says"):
        if len(order.get(name, [])) > len(lines):
            raise VapiOrderError(f"{name} has more entries than there are lines")
    return tuple(turn(line, at, order) for at, line in enumerate(lines))


def turn(line: Any, at: int, order: JsonObject) -> Turn:
    """A text, or an object; `tools` and `says` may also stand beside the lines, one for each."""
    found: Any = {"text": line} if isinstance(line, str) else line
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        raise VapiOrderError(f"a line is a text or an object of {', '.join(TURN_FIELDS)}")
    beside = {name: order[name][at] for name in ("tools", "says") if at < len(order.get(name, []))}
    found = {**{k: v for k, v in beside.items() if v is not None}, **found}
    check_kinds(found, TURN_FIELDS)
    return Turn(**{**found, "tools": tuple(tool(use) for use in found.get("tools", []))})


def tool(use: Any) -> JsonObject:
    if not isinstance(use, dict) or use.keys() - {"name", "arguments", "id"} or "name" not in use:
        raise VapiOrderError("a tool is an object of name, arguments and id")
    return {"arguments": {}, **use}


def instant(value: str) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise VapiOrderError(f"not a time: {value!r}") from None
    if found.tzinfo is None:
        raise VapiOrderError(f"a time needs its offset: {value!r}")
    return found
