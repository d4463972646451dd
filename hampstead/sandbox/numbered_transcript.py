"""A conversation handed over as text, one numbered line for each message, and a digest of it."""

import re
from dataclasses import dataclass, field

from hampstead.sandbox.customer_english import Facts, Value, learn
from hampstead.sandbox.known_facts import asked_in, from_lines
from hampstead.sandbox.transcript import Transcript

LINE = re.compile(r"^(?:(\d+)[.)] )?(\w+(?: \w+)?): ?(.*)$")
TAGGED = re.compile(r"^<transcript>\n(.*?)\n</transcript>", re.S | re.M)
NOTES = re.compile(r"^<notes_so_far>\n(.*?)\n</notes_so_far>", re.S | re.M)
CUSTOMERS = ("customer", "caller")
OURS = ("assistant", "colleague", "automatic message")


@dataclass
class Said:
    """One message: its number, who wrote it, and the assistant's words before it."""

    number: int
    by_customer: bool
    text: str
    asked: str = ""
    facts: Facts = field(default_factory=dict)


def read_lines(text: str) -> list[Said]:
    """Lines of a customer and of us; what belongs to no speaker continues the line above."""
    tagged = TAGGED.search(text)
    found: list[Said] = []
    before = ""
    for line in (tagged.group(1) if tagged else text).splitlines():
        match = LINE.match(line)
        speaker = match.group(2).lower() if match else ""
        if match is None or speaker not in CUSTOMERS + OURS:
            if found:
                found[-1].text += f"\n{line.strip()}"
            continue
        if found and not found[-1].by_customer:
            before = found[-1].text
        number = int(match.group(1) or len(found) + 1)
        found.append(Said(number, speaker in CUSTOMERS, match.group(3), before))
    for said in found:
        if said.by_customer:
            said.facts = learn(said.text, asked_in(said.asked))
    return found


def customers_lines(transcript: Transcript) -> list[Said]:
    lines = read_lines(transcript.latest_text)
    return [said for said in lines if said.by_customer]


def is_handed_over(transcript: Transcript) -> bool:
    """A conversation as text, to be digested or read, and not one that we are in."""
    return not transcript.tools and bool(customers_lines(transcript))


def latest_facts(lines: list[Said]) -> dict[str, tuple[Value, Said]]:
    """Each fact with the last message that says it."""
    return {name: (value, said) for said in lines for name, value in said.facts.items()}


def digest(transcript: Transcript) -> str:
    """Facts line by line, as the receptionist reads them back, and what was asked last."""
    lines = customers_lines(transcript)
    earlier = NOTES.search(transcript.latest_text)
    facts = from_lines(earlier.group(1).splitlines()) if earlier else {}
    facts |= {name: value for name, (value, _) in latest_facts(lines).items()}
    listed = [f"- {name}: {value}" for name, value in facts.items()]
    short = " ".join(lines[-1].text.split())[:200]
    return "\n".join([*listed, f'- last message: "{short}"'])
