"""Faults to play, queued in order; each vendor request takes the first that fits it."""

from dataclasses import asdict, dataclass, fields
from typing import Any

VENDORS = ("anthropic", "360dialog", "microsoft", "deepgram", "elevenlabs", "vapi", "s3")
CUTS = ("before", "after")
STATUS_MODES = ("off", "duplicate", "reversed", "before_response", "read", "failed")


KINDS: dict[str, type | tuple[type, ...]] = {
    "route": str,
    "method": str,
    "times": int,
    "status": int,
    "headers": dict,
    "delay_seconds": (int, float),
    "cut_after_events": int,
    "cut_after_bytes": int,
    "end_without_stop": bool,
    "error_event": dict,
    "drip_seconds": (int, float),
    "garbage": bool,
    "error_code": int,
    "duplicate": int,
    "mailbox_errors": dict,
}


class FaultError(ValueError):
    """The control request describes no fault that could ever be played."""


@dataclass
class Fault:
    vendor: str
    route: str = "*"
    method: str = "*"
    times: int = 1
    status: int | None = None
    body: Any = None
    headers: dict[str, str] | None = None
    delay_seconds: float = 0.0
    cut: str | None = None
    cut_after_events: int | None = None
    cut_after_bytes: int | None = None
    end_without_stop: bool = False
    error_event: dict[str, Any] | None = None
    drip_seconds: float = 0.0
    garbage: bool = False
    statuses: str | None = None
    error_code: int = 131026
    duplicate: int = 0
    mailbox_errors: dict[str, str] | None = None

    @classmethod
    def parse(cls, data: Any) -> "Fault":
        if not isinstance(data, dict):
            raise FaultError("a fault is a JSON object")
        unknown = sorted(set(data) - {f.name for f in fields(cls)})
        if unknown:
            raise FaultError(f"unknown fields: {', '.join(unknown)}")
        if data.get("vendor") not in VENDORS:
            raise FaultError(f"vendor must be one of {', '.join(VENDORS)}")
        for name, kind in KINDS.items():
            if data.get(name) is not None and not isinstance(data[name], kind):
                raise FaultError(f"{name} has the wrong type")
        data = {name: value for name, value in data.items() if value is not None}
        fault = cls(**data)
        fault.check()
        return fault

    def check(self) -> None:
        if self.cut is not None and self.cut not in CUTS:
            raise FaultError(f"cut must be one of {', '.join(CUTS)}")
        if self.statuses is not None and self.statuses not in STATUS_MODES:
            raise FaultError(f"statuses must be one of {', '.join(STATUS_MODES)}")
        if self.times < 1:
            raise FaultError("times must be at least 1")
        if (self.statuses or self.duplicate) and self.vendor != "360dialog":
            raise FaultError("statuses and duplicate belong to 360dialog")
        if self.mailbox_errors and self.vendor != "microsoft":
            raise FaultError("mailbox_errors belongs to microsoft")

    @property
    def for_customer(self) -> bool:
        return self.duplicate > 0

    @property
    def for_stream(self) -> bool:
        return bool(self.cut_after_events is not None or self.end_without_stop or self.error_event)

    @property
    def canned(self) -> bool:
        """True when the vendor answers without doing anything."""
        return self.status is not None or self.body is not None or self.garbage

    def fits(self, vendor: str, method: str, route: str, *, stream: bool, send: bool) -> bool:
        return (
            self.vendor == vendor
            and self.method in ("*", method)
            and self.fits_route(route)
            and (self.mailbox_errors is None or route.endswith("/getSchedule"))
            and not self.for_customer
            and (stream or not self.for_stream)
            and (send or self.statuses is None)
        )

    def fits_route(self, route: str) -> bool:
        """A fault for any route leaves Microsoft's login alone: whether that is asked at all
        hangs on a token from an earlier test."""
        if self.route == "*":
            return not route.startswith("/login/")
        return route.endswith(self.route)


class FaultQueue:
    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def listing(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self._faults]

    def take(
        self, vendor: str, method: str, route: str, *, stream: bool = False, send: bool = False
    ) -> Fault | None:
        for fault in self._faults:
            if fault.fits(vendor, method, route, stream=stream, send=send):
                return self._use(fault)
        return None

    def take_for_customer(self) -> Fault | None:
        for fault in self._faults:
            if fault.for_customer:
                return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault:
        fault.times -= 1
        if fault.times <= 0:
            self._faults.remove(fault)
        return fault
