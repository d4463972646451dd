"""How the simulated VAPI behaves until told otherwise: what `POST /_vapi` sets."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

JsonObject = dict[str, Any]
AUTHS = ("secret", "bearer", "hmac", "none")
# How a tool call is written; the vendor's pages and captures show all of these.
TOOL_SHAPES = (
    "object",
    "string",
    "toolWithToolCallList",
    "name_arguments",
    "name_parameters",
)
MOST_RETRIES = 3
MESSAGE_TYPES = (
    "assistant-request", "assistant.started", "conversation-update", "end-of-call-report", "hang",
    "speech-update", "status-update", "tool-calls", "transcript", "transfer-destination-request",
    "transfer-update", "user-interrupted",
)  # fmt: skip


class VapiOrderError(ValueError):
    """The control request orders nothing that could ever be played."""


@dataclass
class Conduct:
    """Messages are named by type, or by type and status such as `status-update:ended`.

    `secret` empty: that of the environment. `retries` None: as the assistant's backoffPlan says.
    `outbound` is how the customer takes calls that the app orders.
    """

    auth: str = "secret"
    secret: str = ""
    drop: list[str] = field(default_factory=list)
    duplicate: list[str] = field(default_factory=list)
    delay: dict[str, float] = field(default_factory=dict)
    reorder: bool = False
    lose_recordings: bool = False
    retries: int | None = None
    latency_seconds: float = 0.0
    tool_shape: str = "object"
    link_seconds: float = 1800.0
    is_transcript_type_literal: bool = False
    outbound: JsonObject = field(default_factory=dict)

    def clear(self) -> None:
        for name, value in asdict(Conduct()).items():
            setattr(self, name, value)

    def order(self, wanted: JsonObject) -> None:
        """Raises VapiOrderError before anything is changed."""
        fresh = {name: read(name, value) for name, value in wanted.items()}
        for name, value in fresh.items():
            setattr(self, name, value)

    def listing(self) -> JsonObject:
        return {**asdict(self), "secret": "***" if self.secret else ""}


SETTABLE = {f.name: type(getattr(Conduct(), f.name)) for f in fields(Conduct)}


def read(name: str, value: Any) -> Any:
    if name in ("drop", "duplicate"):
        return message_names(name, value)
    if name == "delay":
        return delays(value)
    if name == "auth":
        return one_of(name, value, AUTHS)
    if name == "tool_shape":
        return one_of(name, value, TOOL_SHAPES)
    if name == "retries":
        return retries(value)
    kind = SETTABLE[name]
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise VapiOrderError(f"{name} has the wrong type")
    return value


def one_of(name: str, value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        raise VapiOrderError(f"{name} must be one of {', '.join(known)}")
    return str(value)


def message_names(name: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(is_message_name(item) for item in value):
        raise VapiOrderError(f"{name} is a list out of {', '.join(MESSAGE_TYPES)}")
    return list(value)


def delays(value: Any) -> dict[str, float]:
    is_map = isinstance(value, dict) and all(
        is_message_name(name) and type(seconds) in (int, float) and seconds >= 0
        for name, seconds in value.items()
    )
    if not is_map:
        raise VapiOrderError(f"delay says seconds for {', '.join(MESSAGE_TYPES)}")
    return {name: float(seconds) for name, seconds in value.items()}


def retries(value: Any) -> int | None:
    if value is not None and (type(value) is not int or not 0 <= value <= MOST_RETRIES):
        raise VapiOrderError(f"retries is null or 0 to {MOST_RETRIES}")
    return value


def is_message_name(value: Any) -> bool:
    return isinstance(value, str) and value.partition(":")[0] in MESSAGE_TYPES
