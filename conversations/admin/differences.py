"""Versions of the prompt as lines of text, and how two of them differ."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from conversations.models import EnquiryLane, PromptVersion

CONTEXT_LINES = 2
ALIKE = 0.4  # lines less alike than this are shown as one gone and another new


@dataclass(frozen=True)
class Line:
    """`look` is added, removed, same or gap; `parts` are its words, marked where they differ."""

    look: str
    parts: list[tuple[bool, str]]


@dataclass(frozen=True)
class Section:
    title: str
    lines: list[Line]


def compare(old: PromptVersion, new: PromptVersion) -> list[Section]:
    """Only the sections that differ, in the order of the new version, then those that are gone."""
    before, after = sections_of(old), sections_of(new)
    titles = [*after, *(title for title in before if title not in after)]
    pairs = ((title, before.get(title, []), after.get(title, [])) for title in titles)
    return [Section(title, list(_lines(was, now))) for title, was, now in pairs if was != now]


def sections_of(version: PromptVersion) -> dict[str, list[str]]:
    lanes = version.lanes.order_by("position", "code")
    return {
        "WhatsApp text": version.whatsapp_text.splitlines(),
        "Phone text": version.phone_text.splitlines(),
        **{f"Lane “{row.code}”": lane_lines(row) for row in lanes},
    }


def lane_lines(row: EnquiryLane) -> list[str]:
    """Everything that staff can change of a lane, for comparing and for the audit trail."""
    state = "active" if row.is_active else "switched off"
    return [
        f"Title: {row.title} ({state}{', urgent' if row.is_urgent else ''})",
        f"Place: {row.position}",
        f"What happens: {row.get_action_display()}",
        f"Kind of enquiry: {row.get_enquiry_kind_display() or 'unchanged'}",
        f"Task for staff: {row.task_title or 'none'}",
        *(f"Instructions: {line}" for line in row.instructions.splitlines()),
        *(f"Fixed text: {line}" for line in row.reply.splitlines()),
        *(f"Rule: {line}" for line in row.triggers.splitlines()),
    ]


def _lines(was: list[str], now: list[str]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, was, now, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(CONTEXT_LINES)):
        if number:
            yield Line("gap", [])
        for kind, was_from, was_to, now_from, now_to in group:
            old, new = was[was_from:was_to], now[now_from:now_to]
            if kind == "equal":
                yield from (Line("same", [(False, text)]) for text in new)
                continue
            yield from (Line("removed", _parts(text, other)) for text, other in _beside(old, new))
            yield from (Line("added", _parts(text, other)) for text, other in _beside(new, old))


def _beside(lines: list[str], others: list[str]) -> Iterable[tuple[str, str]]:
    """Each line with the one that stands in its place in the other version, if any."""
    return zip(lines, [*others, *[""] * len(lines)], strict=False)


def _parts(text: str, other: str) -> list[tuple[bool, str]]:
    """The words that are not in the other line; the line as a whole if the two are not alike."""
    mine, theirs = text.split(" "), other.split(" ")
    matcher = SequenceMatcher(None, theirs, mine, autojunk=False)
    if matcher.ratio() < ALIKE:
        return [(False, text)]
    return [
        (kind != "equal", " ".join(mine[start:end]))
        for kind, _, _, start, end in matcher.get_opcodes()
        if start < end
    ]
