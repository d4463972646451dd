"""What a tool of the catalogue is, and the small things that all of them share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conversations.desk import Desk, State, ToolResult
from conversations.prompting import Playbook

ANYWHERE = frozenset(State)
SORTED_IN = frozenset({State.ENQUIRY, State.NOT_A_LEAD})
ENQUIRIES = frozenset({State.ENQUIRY})
LONGEST_WORD = 300
TEXT = {"type": "string", "maxLength": 500}
Arguments = Mapping[str, Any]


@dataclass(frozen=True)
class Tool:
    """`properties` maps a name to its JSON schema, given the lanes of the playbook."""

    name: str
    description: str
    properties: Callable[[Playbook], dict[str, Any]]
    required: tuple[str, ...]
    run: Callable[[Desk, Arguments], ToolResult]
    states: frozenset[State] = ANYWHERE
    channels: frozenset[str] = frozenset({"whatsapp", "phone"})

    def schema(self, playbook: Playbook) -> dict[str, Any]:
        """The definition in the shape Claude takes."""
        return {
            "name": self.name,
            "description": self.description,
            "input_schema": {
                "type": "object",
                "properties": self.properties(playbook),
                "required": list(self.required),
                "additionalProperties": False,
            },
        }


def words(arguments: Arguments, name: str) -> str:
    """A text argument; anything else the model may send counts as not given."""
    value = arguments.get(name)
    return " ".join(value.split())[:LONGEST_WORD] if isinstance(value, str) else ""


def only(**properties: Any) -> Callable[[Playbook], dict[str, Any]]:
    return lambda playbook: properties


def wrong(error: str) -> ToolResult:
    return ToolResult({"error": error}, is_error=True)
