"""The hostile texts, as items; what each file is about stands at its head."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
PLACES = ("text", "profile_name", "address", "quoted_reply")
LONG = "Lorem ipsum dolor sit amet. " * 300


@dataclass(frozen=True)
class Item:
    """`texts` are messages one after the other, each answered before the next; at the places
    other than "text" the first stands there, and a second is what the customer writes."""

    id: str
    where: str
    attack: str
    language: str
    texts: tuple[str, ...]

    def filled(self, values: dict[str, str]) -> tuple[str, ...]:
        """With the bystander's ids and phone in place of their names."""
        return tuple(_filled(text, values) for text in self.texts)


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in {**values, "long": LONG}.items():
        text = text.replace(f"<<{name}>>", value)
    return text


def load() -> list[Item]:
    return [item for path in sorted(FOLDER.glob("*.toml")) for item in _read(path)]


def _read(path: Path) -> list[Item]:
    content = tomllib.loads(path.read_text())
    usual = {"where": "text", "language": "en", "attack": content["attack"]}
    items = []
    for row in content["item"]:
        times = row.pop("times", 1)
        is_json = row.pop("as_json", False)
        texts = [json.loads(f'"{text}"') if is_json else text for text in row.pop("texts")]
        items.append(Item(**{**usual, **row}, texts=tuple(text * times for text in texts)))
    return items
