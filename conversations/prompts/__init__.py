"""The texts we ship with: read here, written to rows by `conversations.prompting`."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@lru_cache
def text(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8").strip()


def lanes() -> list[dict[str, Any]]:
    """The fields of each lane, in the order in which they are tried."""
    rules = {code: "\n".join(row["triggers"]) for code, row in _data("triggers").items()}
    return [
        {**row, "position": place, "triggers": rules.get(row["code"], "")}
        for place, row in enumerate(_data("lanes")["lane"], start=1)
    ]


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
