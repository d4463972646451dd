"""The one tool catalogue: what the model may ask our code to do.

Arguments never carry ids of people, leads or bookings: a tool acts for the person of the
conversation. Tools read rows and note wishes on the draft; the turn's one commit carries the
wishes out, so a turn that is tried again leaves nothing behind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leads.facts import parse_facts
from leads.models import EnquiryKind, FactKey, ProjectType
from leads.prices import price_range
from leads.service_area import find_area


@dataclass
class Wishes:
    """What a turn will do when it commits."""

    facts: dict[FactKey, Any] = field(default_factory=dict)
    handover_reason: str = ""


@dataclass(frozen=True)
class ToolResult:
    content: dict[str, Any]
    is_error: bool = False


@dataclass(frozen=True)
class Tool:
    name: str
    description: str
    properties: dict[str, Any]
    required: tuple[str, ...]
    run: Callable[[Wishes, Mapping[str, Any]], ToolResult]
    channels: frozenset[str] = frozenset({"whatsapp", "phone"})

    def schema(self) -> dict[str, Any]:
        """The definition in the shape Claude takes."""
        return {
            "name": self.name,
            "description": self.description,
            "input_schema": {
                "type": "object",
                "properties": self.properties,
                "required": list(self.required),
                "additionalProperties": False,
            },
        }


def _note_facts(wishes: Wishes, arguments: Mapping[str, Any]) -> ToolResult:
    parsed = parse_facts(arguments)
    wishes.facts.update(parsed.accepted)
    content = {"noted": sorted(key.value for key in parsed.accepted), "problems": parsed.problems}
    return ToolResult(content, is_error=not parsed.accepted)


def _check_service_area(wishes: Wishes, arguments: Mapping[str, Any]) -> ToolResult:
    answer = find_area(str(arguments.get("postcode", ""))[:60])
    content = {"outcode": answer.outcode, "area": answer.area, "advice": answer.advice}
    return ToolResult(content)


def _get_price_range(wishes: Wishes, arguments: Mapping[str, Any]) -> ToolResult:
    answer = price_range(str(arguments.get("project_type", "")))
    if answer is None:
        advice = "No price range may be given for this. A colleague will advise after a survey."
        return ToolResult({"available": False, "text": advice})
    return ToolResult({"available": True, "text": answer.text})


def _request_human(wishes: Wishes, arguments: Mapping[str, Any]) -> ToolResult:
    wishes.handover_reason = str(arguments.get("reason") or "asked for a person")[:500]
    return ToolResult({"accepted": True, "advice": "A colleague will take over this chat."})


_text = {"type": "string", "maxLength": 500}
_pounds = {"type": "integer", "minimum": 0, "maximum": 100_000_000}

CATALOGUE: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(
            name="note_facts",
            description="Store what the customer has just said about themselves or the project. "
            "Give only the fields they spoke about.",
            properties={
                "customer_name": _text,
                "enquiry_kind": {"type": "string", "enum": list(EnquiryKind.values)},
                "project_type": {"type": "string", "enum": list(ProjectType.values)},
                "postcode": {"type": "string", "description": "UK postcode or outcode"},
                "budget_min_pounds": _pounds,
                "budget_max_pounds": _pounds,
                "start_within_months": {"type": "integer", "minimum": 0, "maximum": 120},
                "wants_survey": {"type": "boolean"},
                "just_looking": {"type": "boolean"},
                "decision_maker": {"type": "string", "enum": ["sole", "joint", "unclear"]},
                "requirements": _text,
                "email": _text,
                "preferred_time": _text,
            },
            required=(),
            run=_note_facts,
        ),
        Tool(
            name="check_service_area",
            description="Find out whether we work at a postcode.",
            properties={"postcode": {"type": "string"}},
            required=("postcode",),
            run=_check_service_area,
        ),
        Tool(
            name="get_price_range",
            description="The firm's published price range for a kind of project. The only source "
            "of prices and durations.",
            properties={"project_type": {"type": "string", "enum": list(ProjectType.values)}},
            required=("project_type",),
            run=_get_price_range,
        ),
        Tool(
            name="request_human",
            description="Pass the conversation to a colleague in the office.",
            properties={"reason": _text},
            required=("reason",),
            run=_request_human,
        ),
    )
}


def schemas(channel: str) -> list[dict[str, Any]]:
    """The tools of a channel in a fixed order (the prompt cache depends on it)."""
    return [tool.schema() for tool in CATALOGUE.values() if channel in tool.channels]


def run_tool(
    name: str, arguments: Mapping[str, Any], wishes: Wishes, *, channel: str
) -> ToolResult:
    """Run one tool. An unknown name or a missing argument is told to the model, not raised."""
    tool = CATALOGUE.get(name)
    if tool is None or channel not in tool.channels:
        return ToolResult({"error": f"there is no tool named {name[:64]}"}, is_error=True)
    missing = [key for key in tool.required if key not in arguments]
    if missing:
        return ToolResult({"error": f"missing: {', '.join(missing)}"}, is_error=True)
    return tool.run(wishes, arguments)
