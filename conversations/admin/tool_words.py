"""What the assistant did with its tools, in words for the office. Pure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conversations.models import ToolCall
from leads.fact_values import spoken
from leads.models import FactKey
from leads.wording import listed, pounds

LONGEST_RAW = 2000


@dataclass(frozen=True)
class SpokenCall:
    """One line, the answer the assistant got, and the raw call for the curious."""

    line: str
    answer: str
    raw: str
    is_error: bool


def speak(call: ToolCall) -> SpokenCall:
    """Never raises: the model chose the name and the arguments."""
    arguments = call.arguments if isinstance(call.arguments, Mapping) else {}
    result = call.result if isinstance(call.result, Mapping) else {}
    say = LINES.get(call.name)
    line = say(arguments) if say else f"Asked for something we do not offer: {call.name}"
    raw = json.dumps(
        {"name": call.name, "arguments": call.arguments, "result": call.result},
        indent=2,
        ensure_ascii=False,
    )
    return SpokenCall(line, _answer(result), raw[:LONGEST_RAW], call.is_error)


def _noted(arguments: Mapping[str, Any]) -> str:
    names = [_fact_name(key) for key, value in arguments.items() if value not in (None, "")]
    # Both ends of a budget are one fact.
    return f"Noted: {listed(list(dict.fromkeys(names))) or 'nothing'}"


def _fact_name(key: str) -> str:
    if key.startswith("budget_"):
        key = "budget"
    label = FactKey(key).label if key in FactKey.values else key.replace("_", " ")
    return str(label).lower()


def _looked_up_price(arguments: Mapping[str, Any]) -> str:
    kind = str(arguments.get("project_type", "?")).replace("_", " ")
    return f"Looked up price range: {kind}"


def _checked_area(arguments: Mapping[str, Any]) -> str:
    return f"Checked service area: {arguments.get('postcode', '?')}"


def _asked_for_person(arguments: Mapping[str, Any]) -> str:
    return f"Asked a colleague to take over: {arguments.get('reason') or 'no reason given'}"


def _looked_for_times(arguments: Mapping[str, Any]) -> str:
    return f"Looked for survey times: {arguments.get('preferred_time') or 'any time'}"


def _promised_call(arguments: Mapping[str, Any]) -> str:
    return f"Promised a call: {arguments.get('about') or 'no subject given'}"


def _chose_lane(arguments: Mapping[str, Any]) -> str:
    return f"Chose the lane: {str(arguments.get('lane', '?')).replace('_', ' ')}"


def _always(words: str) -> Callable[[Mapping[str, Any]], str]:
    """What was asked for stands in the answer."""
    return lambda arguments: words


LINES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "note_facts": _noted,
    "get_price_range": _looked_up_price,
    "check_service_area": _checked_area,
    "request_human": _asked_for_person,
    "stop_recording": _always("The caller does not want to be recorded"),
    "promise_callback": _promised_call,
    "choose_lane": _chose_lane,
    "find_slots": _looked_for_times,
    "hold_slot": _always("Held a time for the customer"),
    "book_survey": _always("Booked a survey"),
    "move_survey": _always("Moved the survey"),
    "cancel_survey": _always("Cancelled the survey"),
}


def _answer(result: Mapping[str, Any]) -> str:
    if problems := result.get("problems"):
        return f"Not understood: {'; '.join(str(problem) for problem in problems)}"
    if "area" in result:
        place = f"{result.get('outcode') or 'Unknown place'}: {result['area']}"
        return f"{place}. {result.get('advice') or ''}".strip()
    if offered := result.get("slots"):
        return f"Offered: {listed([str(_text_of(slot)) for slot in offered])}"
    for key in ("text", "error", "advice"):
        if result.get(key):
            return str(result[key])
    return ""


def _text_of(slot: Any) -> Any:
    return slot.get("text", "?") if isinstance(slot, Mapping) else slot


def spoken_arguments(call: ToolCall) -> list[tuple[str, str]]:
    """The facts of a note, as staff read them."""
    if call.name != "note_facts" or not isinstance(call.arguments, Mapping):
        return []
    return [
        (_fact_name(key).capitalize(), _fact_value(key, value))
        for key, value in call.arguments.items()
        if value not in (None, "")
    ]


def _fact_value(key: str, value: Any) -> str:
    if key.startswith("budget_") and isinstance(value, int):
        return f"{'from' if 'min' in key else 'up to'} {pounds(value * 100)}"
    return spoken(key, value)
