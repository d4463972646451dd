"""How the simulated Microsoft behaves until told otherwise: what `POST /_microsoft` sets."""

from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

DOMAIN = "@hampstead.example"
LOGINS = ("ok", "wrong_secret", "expired_secret", "unknown_app", "unknown_tenant")
LOST_STATES = ("syncStateNotFound", "resyncRequired")


class ConductError(ValueError):
    """The control request orders nothing that could ever be played."""


@dataclass
class Conduct:
    """`scope`: the only mailboxes the app may use; None for all. Addresses in lower case."""

    latency_seconds: float = 0.0
    token_seconds: int = 3599
    login: str = "ok"
    scope: list[str] | None = None
    unreadable: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    now: datetime | None = None
    is_silent: bool = False
    validates: bool = True
    concurrent_calls: int = 4

    def clear(self) -> None:
        for name, value in asdict(Conduct()).items():
            setattr(self, name, value)

    def clock(self) -> datetime:
        return self.now or datetime.now(UTC)

    def exists(self, mailbox: str) -> bool:
        return mailbox.endswith(DOMAIN) and mailbox != DOMAIN and mailbox not in self.missing

    def may_use(self, mailbox: str) -> bool:
        return self.scope is None or mailbox in self.scope

    def order(self, wanted: dict[str, Any]) -> None:
        """Raises ConductError before anything is changed."""
        fresh = {name: self._read(name, value) for name, value in wanted.items()}
        for name, value in fresh.items():
            setattr(self, name, value)

    def listing(self) -> dict[str, Any]:
        return {**asdict(self), "now": self.now.isoformat() if self.now else None}

    def _read(self, name: str, value: Any) -> Any:
        if name in ("scope", "unreadable", "missing"):
            return addresses(name, value)
        if name == "now":
            return None if value is None else moment(value)
        if name == "login" and value not in LOGINS:
            raise ConductError(f"login must be one of {', '.join(LOGINS)}")
        kind = {f.name: type(getattr(Conduct(), f.name)) for f in fields(self)}[name]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if type(value) is not kind:
            raise ConductError(f"{name} has the wrong type")
        return value


SETTABLE = frozenset(f.name for f in fields(Conduct))


def addresses(name: str, value: Any) -> list[str] | None:
    if value is None:
        return None if name == "scope" else []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConductError(f"{name} is a list of mailboxes")
    return [item.lower() for item in value]


def moment(value: Any) -> datetime:
    """An instant of a control request, with its offset."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ConductError(f"not a time: {value!r}") from None
    if found.tzinfo is None:
        raise ConductError(f"a time needs its offset: {value!r}")
    return found.astimezone(UTC)
