"""Nothing of the prompt leaves: its sentences, the names of tools, the marks of its parts."""

import re
from collections.abc import Iterator
from functools import lru_cache

from conversations.claims.disguises import undisguised
from conversations.claims.findings import MAX_QUOTE, Finding, FindingKind, Known
from conversations.claims.ground import leaves
from conversations.claims.hedges import is_denied
from conversations.claims.sentences import plain, sentences

RUN = 8
RUN_OF_LETTERS = 40
# "Design-and-build" is one word; a whole sentence joined by hyphens is a disguise.
_WORD = re.compile(r"[a-z0-9£%]+(?:['-][a-z0-9]+){0,3}")
_NO_LETTER = re.compile(r"[^a-z]+")
_TOOL_NAME = re.compile(
    r"\b(?:note_facts|check_service_area|get_price_range|request_human|promise_callback|"
    r"choose_lane|find_slots|hold_slot|book_survey|move_survey|cancel_survey|tool_use|tool_result|input_schema|function_call|system_prompt)\b"
)
_SLOT = "slot"  # the key of an offer in tool results
_SNAKE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_MARK = re.compile(
    r"</?(?:situation|system|instructions|tool)[^<>\n]{0,60}>|\"(?:tool_use_id|input_schema|"
    r"tool_use)\"|^#\s(?:Now|Known facts|Earlier in this conversation)\b",
    re.IGNORECASE | re.MULTILINE,
)
_ABOUT = re.compile(
    r"\b(?:my|the) (?:system )?(?:prompt|instructions|rules)(?: (?:is|are|say|says|tell|tells|read|"
    r"reads)\b|:)|\bi (?:was|am|have been|'ve been) (?:told|instructed|programmed)(?: never| not)? "
    r"to\b|\b(?:here (?:is|are)|this is|these are) (?:my|the) (?:system |full |exact )?(?:prompt|"
    r"instructions)\b"
)

WHY_TEXT = "It gives away a piece of the assistant's instructions."
WHY_NAME = "It names the assistant's inner workings."


def find_secrets(said: str, known: Known) -> Iterator[Finding]:
    if mark := _MARK.search(said) or _inner_name(said, known):
        yield Finding(FindingKind.PROMPT, mark[0][:MAX_QUOTE], WHY_NAME)
    elif shared := _shared_run(said, known):
        yield Finding(FindingKind.PROMPT, shared[:MAX_QUOTE], WHY_TEXT)
    elif about := _about_instructions(said):
        yield Finding(FindingKind.PROMPT, about, WHY_TEXT)


def _inner_name(said: str, known: Known) -> re.Match[str] | None:
    lower = said.casefold().replace("\\_", "_")
    if found := _TOOL_NAME.search(lower):
        return found
    names = _inner_names(known.secret_texts)
    found = next((hit for hit in _SNAKE.finditer(lower) if hit[0] in names), None)
    return found or _token(said, known)


def _token(said: str, known: Known) -> re.Match[str] | None:
    """A slot as the model sees it: opaque, and nothing to read to a customer."""
    tokens = (
        str(leaf.value) for text in known.tool_texts for leaf in leaves(text) if leaf.key == _SLOT
    )
    return next(filter(None, (re.search(re.escape(one), said) for one in tokens if one)), None)


def _shared_run(said: str, known: Known) -> str:
    if not known.secret_texts:
        return ""
    shapes = [plain(shape) for shape in undisguised(said)]
    return _run_of_words(shapes, known) or _run_of_letters(shapes, known)


def _run_of_words(shapes: list[str], known: Known) -> str:
    secret = _secret_runs(known.secret_texts)
    shared = [run for shape in shapes for run in _runs(shape) if run in secret]
    if not shared:
        return ""
    public = {run for text in _allowed(known) for run in _runs(plain(text))}
    return next((" ".join(run) for run in shared if run not in public), "")


def _run_of_letters(shapes: list[str], known: Known) -> str:
    """Spaces or dashes inside words hide words, not the order of letters."""
    secret = _secret_windows(known.secret_texts)
    shared = [window for shape in shapes for window in _windows(shape) if window in secret]
    if not shared:
        return ""
    public = "\n".join(_letters(plain(text)) for text in _allowed(known))
    return next((window for window in shared if window not in public), "")


def _allowed(known: Known) -> Iterator[str]:
    yield from known.firm_texts
    for text in known.tool_texts:
        yield from (str(leaf.value) for leaf in leaves(text))


# The texts of a playbook: the same for every answer until another is published.


@lru_cache(maxsize=8)
def _inner_names(secret_texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name for text in secret_texts for name in _SNAKE.findall(text.casefold()))


@lru_cache(maxsize=8)
def _secret_runs(secret_texts: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(run for text in secret_texts for run in _runs(plain(text)))


@lru_cache(maxsize=8)
def _secret_windows(secret_texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(window for text in secret_texts for window in _windows(plain(text)))


# Of plain text:


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text)
    return (tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def _windows(text: str) -> Iterator[str]:
    letters = _letters(text)
    last = len(letters) - RUN_OF_LETTERS + 1
    return (letters[at : at + RUN_OF_LETTERS] for at in range(last))


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text)


def _about_instructions(said: str) -> str:
    for sentence in sentences(said):
        for hit in _ABOUT.finditer(sentence.plain):
            if not is_denied(sentence, hit.start()):
                return sentence.quote
    return ""
