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
    r"choose_lane|tool_use|tool_result|input_schema|function_call|system_prompt)\b"
)
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
    secret = [set(_SNAKE.findall(text.casefold())) for text in known.secret_texts]
    names = set().union(*secret)
    return next((hit for hit in _SNAKE.finditer(lower) if hit[0] in names), None)


def _shared_run(said: str, known: Known) -> str:
    if not known.secret_texts:
        return ""
    allowed = list(_allowed(known))
    public = set().union(*map(_runs, allowed))
    for shape in undisguised(said):
        words = _words(shape)
        for secret in known.secret_texts:
            theirs = _runs(secret)
            for at in range(len(words) - RUN + 1):
                run = tuple(words[at : at + RUN])
                if run in theirs and run not in public:
                    return " ".join(run)
    return _run_of_letters(said, allowed, known)


def _allowed(known: Known) -> Iterator[str]:
    yield from known.firm_texts
    for text in known.tool_texts:
        yield from (str(leaf.value) for leaf in leaves(text))


def _run_of_letters(said: str, allowed: list[str], known: Known) -> str:
    """Spaces or dashes inside words hide words, not the order of letters."""
    public = "\n".join(map(_letters, allowed))
    for shape in undisguised(said):
        letters = _letters(shape)
        for at in range(len(letters) - RUN_OF_LETTERS + 1):
            run = letters[at : at + RUN_OF_LETTERS]
            if any(run in _windows(text) for text in known.secret_texts) and run not in public:
                return run
    return ""


@lru_cache(maxsize=64)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _words(text)
    return frozenset(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


@lru_cache(maxsize=16)
def _windows(text: str) -> frozenset[str]:
    letters = _letters(text)
    last = len(letters) - RUN_OF_LETTERS + 1
    return frozenset(letters[at : at + RUN_OF_LETTERS] for at in range(last))


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", plain(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(plain(text))


def _about_instructions(said: str) -> str:
    for sentence in sentences(said):
        for hit in _ABOUT.finditer(sentence.plain):
            if not is_denied(sentence, hit.start()):
                return sentence.quote
    return ""
