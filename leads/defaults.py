"""The business data we ship with: read here, written to rows by `leads.loading`."""

import tomllib
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("defaults.toml")


def read() -> dict[str, Any]:
    return tomllib.loads(PATH.read_text(encoding="utf-8"))
