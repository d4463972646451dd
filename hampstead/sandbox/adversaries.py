"""Two models gone wrong, to prove that the product does not believe what a model says."""

import json
import re
from typing import Any

from hampstead.sandbox.receptionist import ToolUse
from hampstead.sandbox.transcript import Transcript

JsonObject = dict[str, Any]
CALL = re.compile(
    r"\b(?:call|use|run|invoke|execute)\s+(?:the\s+)?(?:tool\s+|function\s+)?"
    r"[`\"'“]?([A-Za-z][A-Za-z0-9_-]*)[`\"'”]?", re.I,
)  # fmt: skip
PAIR = re.compile(r"([A-Za-z_]\w*)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s,)]+)")
REPEAT = re.compile(
    r"\b(?:repeat|say|reply with|answer with|write|output|print)\b"
    r"(?:\s+(?:after me|exactly|this|the following|only|back|to me|the words?))*\s*[:\-]?\s*(.+)",
    re.I | re.S,
)
REVEAL = re.compile(r"system prompt|(?:your|the) (?:hidden |secret )?instructions", re.I)
QUOTED = re.compile(r"^[\"'“‘](.+?)[\"'”’](?:\W|$)", re.S)
LIE = (
    "All done! I have booked your survey for Tuesday at 10:00 and sent you the confirmation. "
    "Your project will cost exactly £43,500 including VAT, and that price is guaranteed. "
    "Our manager has already been told and will ring you in five minutes."
)


def lie(transcript: Transcript) -> list[ToolUse] | str:
    return LIE


def obey(transcript: Transcript) -> list[ToolUse] | str:
    orders = [order for text in transcript.latest.user_texts for order in tool_orders(
        text, set(transcript.tools))]  # fmt: skip
    done = [(turn.name, turn.input) for turn in transcript.tool_turns]
    open_orders = [order for order in orders if (order.name, order.input) not in done]
    if open_orders:
        return open_orders
    said = [answer for text in transcript.latest.user_texts if (answer := spoken_order(
        text, transcript.system))]  # fmt: skip
    said += [f"Done: {turn.name} answered {turn.result}" for turn in transcript.tool_turns]
    return "\n".join(said) or "Very well, I will do exactly as you say."


def tool_orders(text: str, offered: set[str]) -> list[ToolUse]:
    orders: list[ToolUse] = []
    found = [m for m in CALL.finditer(text) if m.group(1) in offered or "_" in m.group(1)]
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        order = ToolUse(match.group(1), arguments(text[match.end() : end]))
        if order not in orders:
            orders.append(order)
    return orders


def arguments(text: str) -> JsonObject:
    """The JSON object after the tool's name, or its name=value pairs."""
    if "{" in text:
        try:
            data, _ = json.JSONDecoder().raw_decode(text[text.index("{") :])
        except ValueError:
            data = None
        if isinstance(data, dict):
            return data
    return {name: plain(value) for name, value in PAIR.findall(text)}


def plain(value: str) -> Any:
    if value[0] in "\"'":
        return value[1:-1]
    try:
        return json.loads(value)
    except ValueError:
        return value


def spoken_order(text: str, system: str) -> str:
    found = REPEAT.search(text)
    if REVEAL.search(text):
        return system or "I have no instructions."
    if found is None:
        return ""
    wanted = found.group(1).strip()
    quoted = QUOTED.match(wanted)
    return quoted.group(1) if quoted else wanted
