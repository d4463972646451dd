"""What code recognises in a customer's words before any model is asked. Pure.

Staff write the rules of a lane as words, not as patterns, and must be able to foresee what they
do. So nothing is guessed: no fuzzy matching, a misspelling needs a rule of its own.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from conversations.playbook import Lane
from conversations.robots import asks_if_robot

MOST_WORDS = 8
SHORTEST_STEM = 2
_APOSTROPHE = re.compile(r"['’‘ʼ´`＇]")
_GENITIVE = re.compile(rf"{_APOSTROPHE.pattern}s\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<!\d)[.!?…;]+|[.!?…;]+(?!\d)|[\r\n\u2028\u2029]+")
_WORD = re.compile(r"[^\W_]+")
_MINUS = "-–−"
# People send one sentence in pieces: a bubble this short belongs to the next one as well.
FRAGMENT_WORDS = 3


@dataclass(frozen=True)
class Words:
    """The words of one kind in a rule: whole ones, and beginnings of words."""

    whole: frozenset[str]
    stems: tuple[str, ...] = ()

    def are_all_in(self, words: frozenset[str]) -> bool:
        return self.whole <= words and all(_begins(stem, words) for stem in self.stems)

    def is_any_in(self, words: frozenset[str]) -> bool:
        return not self.whole.isdisjoint(words) or any(_begins(stem, words) for stem in self.stems)


def _begins(stem: str, words: frozenset[str]) -> bool:
    return any(word.startswith(stem) for word in words)


@dataclass(frozen=True)
class Rule:
    """One line of a lane's triggers. A line with a problem is never true."""

    wanted: Words
    unwanted: Words
    problem: str = ""

    def is_true_of(self, words: frozenset[str]) -> bool:
        fits = not self.problem and self.wanted.are_all_in(words)
        return fits and not self.unwanted.is_any_in(words)


def find_lane(texts: Sequence[str], lanes: Sequence[Lane]) -> Lane | None:
    """The first lane with a rule that is true of one sentence."""
    sentences = {frozenset(words) for words in _sentences(texts)}
    said = frozenset().union(*sentences)
    for lane in lanes:
        # Nearly all rules want a word that was never said.
        rules = [rule for rule in _rules(lane.triggers) if rule.wanted.whole <= said]
        if any(rule.is_true_of(words) for rule in rules for words in sentences):
            return lane
    return None


@lru_cache(maxsize=256)
def _rules(triggers: tuple[str, ...]) -> tuple[Rule, ...]:
    return tuple(map(_rule, triggers))


def asked_if_robot(texts: Sequence[str]) -> bool:
    """The customer wants to know whether a machine or a person answers."""
    return any(asks_if_robot(words) for words in _sentences(texts))


def check_triggers(text: str) -> list[str]:
    """What is wrong with the rules of a lane, for the form."""
    lines = [line.strip() for line in text.splitlines()]
    problems = [(line, _rule(line).problem) for line in lines if line]
    return [f'"{line[:60]}": {problem}' for line, problem in problems if problem]


@lru_cache(maxsize=4096)
def _rule(line: str) -> Rule:
    wanted: list[str] = []
    unwanted: list[str] = []
    problem = ""
    for token in line.split():
        is_unwanted = token[0] in _MINUS
        words, wrong = _words_of(token.lstrip(_MINUS) if is_unwanted else token)
        problem = problem or wrong
        (unwanted if is_unwanted else wanted).extend(words)
    if not problem and not wanted:
        problem = "needs a word that must be there"
    if len(wanted) + len(unwanted) > MOST_WORDS:
        problem = problem or f"has more than {MOST_WORDS} words"
    return Rule(_sorted_out(wanted), _sorted_out(unwanted), problem)


def _sorted_out(words: list[str]) -> Words:
    stems = tuple(word[:-1] for word in words if word.endswith("*"))
    return Words(frozenset(word for word in words if not word.endswith("*")), stems)


def _words_of(token: str) -> tuple[list[str], str]:
    """The words of "leak*" or "carbon-monoxide", and what is wrong with them."""
    is_stem = token.endswith("*")
    body = token[:-1] if is_stem else token
    words = _WORD.findall(plain(body))
    if not words:
        return [], "has an empty word"
    if "*" in body:
        return [], "an asterisk may stand only at the end of a word"
    if is_stem and len(words[-1]) < SHORTEST_STEM:
        return [], f"needs at least {SHORTEST_STEM} letters before an asterisk"
    return [*words[:-1], words[-1] + "*" * is_stem], ""


def plain(text: str) -> str:
    """Lower case without accents, apostrophes and invisible characters."""
    spread = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text).casefold())
    if spread.isascii():
        return spread
    return "".join(sign for sign in spread if unicodedata.category(sign) not in ("Mn", "Cf"))


def _sentences(texts: Sequence[str]) -> Iterator[list[str]]:
    fragment: list[str] = []
    for text in texts:
        parts = _SENTENCE_END.split(text)
        for number, part in enumerate(parts):
            words = _words(part)
            yield words
            if fragment and number == 0:
                yield [*fragment, *words]
        fragment = _words(parts[-1]) if len(parts[-1].split()) <= FRAGMENT_WORDS else []


def _words(sentence: str) -> list[str]:
    """ "The pipe's burst" speaks of a pipe as well as of "pipes"."""
    owners = _GENITIVE.sub("", sentence)
    extra = _WORD.findall(plain(owners)) if owners != sentence else []
    return _WORD.findall(plain(sentence)) + extra
