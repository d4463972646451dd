"""Prompt texts as versioned files: `<name>.v<number>.md`. A published file is never edited."""

from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
CURRENT = {"whatsapp": "whatsapp.v1"}


@lru_cache
def prompt(version: str) -> str:
    """The text of a version such as "whatsapp.v1"."""
    return (FOLDER / f"{version}.md").read_text(encoding="utf-8").strip()
