"""Typed readers for settings that come from the environment.

Each setting NAME is looked up in the environment, then in the file named by NAME_FILE (for
secrets mounted as files), then in the development file `var/dev.env` that `make` writes.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def _development_values(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (line.partition("=") for line in path.read_text().splitlines() if "=" in line)
    return {name.strip(): value.strip() for name, _, value in lines if not name.startswith("#")}


VAR_DIR = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve()
_development = _development_values(VAR_DIR / "dev.env")


def lookup(name: str) -> str | None:
    """The raw value, or None. An empty value counts as absent."""
    if value := os.environ.get(name):
        return value
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    return _development.get(name) or None


def text(name: str, default: str | None = None) -> str:
    value = lookup(name)
    if value is not None:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set; see docs/SETTINGS.md")
    return default


def flag(name: str, default: bool) -> bool:
    value = lookup(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not {value!r}")


def integer(name: str, default: int) -> int:
    value = lookup(name)
    try:
        return default if value is None else int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number") from error


def number(name: str, default: float) -> float:
    value = lookup(name)
    try:
        return default if value is None else float(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a number") from error


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]
