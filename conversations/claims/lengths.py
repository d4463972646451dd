"""How long work takes: only what a tool returned. A time limit of ours is a promise."""

import re
from collections.abc import Iterator

from conversations.claims.durations import FEW_MINUTES, Duration, durations
from conversations.claims.findings import Finding, FindingKind
from conversations.claims.ground import Ground
from conversations.claims.promised import promises_something
from conversations.claims.sentences import Sentence

_THEIRS = re.compile(r"\b(?:you|your|you're|you'd|you've|noted)\b")
# Words that make it our statement about the work, even in a question.
_OURS = re.compile(
    r"\b(?:takes|taking|lasts?|turnaround|guarantee\w*|warranty)\b|\b(?:we|i|they|team|builders?|"
    r"surveyor|colleague|someone)(?:'ll| will|'re| are| can| could| shall| have|'ve) (?!not|noted)|"
    r"\bwe (?:finish|complete|do|build|deliver)\b"
)
_WORK = re.compile(r"\b(?:take|finish\w*|complet\w+|done|ready|delay\w*)\b")
_OUR_NOTING = re.compile(
    r"\b(?:i|we)(?:'ve| have)(?: now| also)? (?:noted|made a note|put down|got)\b"
)
_ACTS = re.compile(
    r"\b(?:call|ring|phone|reply|respond|back to|touch|survey\w*|visits?|come|there|arrive|with "
    r"you|contact|send|takes? (?:about|around)?\s?\d)\b"
)

WHY = "It names a length of time ({text}) that no tool returned for this answer."
WHY_LIMIT = "It sets us a time limit ({text}) that no tool returned for this answer."


def find_lengths(sentence: Sentence, ground: Ground) -> Iterator[Finding]:
    for one in durations(sentence.masked):
        if (
            one.key in ground.durations
            or _is_idle(one, sentence)
            or _is_echo(one, sentence, ground)
        ):
            continue
        if promises_something(sentence):
            why = WHY_LIMIT.format(text=one.text)
            yield Finding(FindingKind.PROMISE, sentence.quote, why)
        else:
            yield Finding(FindingKind.DURATION, sentence.quote, WHY.format(text=one.text))
        return


def _is_idle(one: Duration, sentence: Sentence) -> bool:
    """'This takes two minutes', said of the chat itself."""
    is_short = one.unit == "minute" and one.value <= FEW_MINUTES
    return is_short and not _ACTS.search(sentence.plain)


def _is_echo(one: Duration, sentence: Sentence, ground: Ground) -> bool:
    """The customer's own wish, or a question about it."""
    rest = _OUR_NOTING.sub(" ", sentence.plain)
    if _OURS.search(rest) or promises_something(sentence):
        return False
    if sentence.is_question:
        return True
    is_theirs = _THEIRS.search(rest) is not None and not _WORK.search(rest)
    return is_theirs and one.key in ground.customer_durations
