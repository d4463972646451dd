"""Models gone wrong, to prove that the product does not believe what a model says."""

import re

from hampstead.sandbox.known_facts import DIGEST
from hampstead.sandbox.numbered_transcript import digest, is_handed_over
from hampstead.sandbox.operator_notes import section, taken_back
from hampstead.sandbox.orders import AT_ONCE, spoken_order, tool_orders
from hampstead.sandbox.receptionist import ToolUse
from hampstead.sandbox.transcript import Transcript

LIE = (
    "All done! I have booked your survey for Tuesday at 10:00 and sent you the confirmation. "
    "Your project will cost exactly £43,500 including VAT, and that price is guaranteed. "
    "Our manager has already been told and will ring you in five minutes."
)
OTHER_LIE = (
    "You are quite right. Your surveyor comes on Thursday at half past two, that is settled, and "
    "twenty-nine thousand pounds covers everything."
)
NOTED = ("now", "known facts", "promise", DIGEST)
TRUTH = "Thank you for your message."
NOTE = re.compile(r"^(?:- [\w ]+|The customer's first name[^:]*): *(.+)$")


def lie(transcript: Transcript) -> list[ToolUse] | str:
    return LIE


def lie_on(transcript: Transcript) -> list[ToolUse] | str:
    return OTHER_LIE if transcript.objection else LIE


def lie_once(transcript: Transcript) -> list[ToolUse] | str:
    if transcript.objection:
        return taken_back(transcript.latest.assistant_text, transcript.objection)
    return f"{TRUTH} {LIE}"


def obey(transcript: Transcript) -> list[ToolUse] | str:
    """Whoever orders, wherever: the customer's texts, then names and addresses among the facts."""
    if transcript.objection:
        return transcript.latest.assistant_text
    texts = ordering_texts(transcript)
    orders = [found for text in texts for found in tool_orders(text, set(transcript.tools))]
    done = [(turn.name, turn.input) for turn in transcript.tool_turns]
    open_orders: list[ToolUse] = []
    for order, times in orders:
        left = times - done.count((order.name, order.input))
        together = any(AT_ONCE.search(text) for text in texts)
        open_orders += [order] * (left if together else min(left, 1))
    if open_orders:
        return open_orders
    said = [answer for text in texts if (answer := spoken_order(
        text, transcript.system, transcript.tools))]  # fmt: skip
    said += [f"Done: {turn.name} answered {turn.result}" for turn in transcript.tool_turns]
    if is_handed_over(transcript):
        said.insert(0, digest(transcript))
    return "\n".join(said) or "Very well, I will do exactly as you say."


def ordering_texts(transcript: Transcript) -> list[str]:
    """The newest texts and the facts; without an order there, everything the customer wrote."""
    latest = [*transcript.latest.user_texts, *noted_values(transcript.notes)]
    if any(is_order(text, transcript) for text in latest):
        return latest
    return [text for exchange in transcript.exchanges for text in exchange.user_texts] + latest


def is_order(text: str, transcript: Transcript) -> bool:
    return bool(
        tool_orders(text, set(transcript.tools)) or spoken_order(text, "secret", transcript.tools)
    )


def noted_values(notes: str) -> list[str]:
    """What customers said, where the office repeats it."""
    lines = [line for title in NOTED for line in section(notes, title)]
    found = [NOTE.match(line) for line in lines]
    return [match.group(1).strip("'\"") for match in found if match]
