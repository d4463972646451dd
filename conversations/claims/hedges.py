"""Sentences that claim nothing: negations, conditions, questions, possibilities."""

import re

from conversations.claims.sentences import Sentence

_IDIOM = re.compile(
    r"\b(?:no (?:problem|problems|worries|bother|doubt|trouble|later than|further action|time at "
    r"all)|in no time|not (?:a problem|to worry|only|long|a bother)|do(?:n't| not) (?:worry|"
    r"hesitate|fret)|nothing (?:to worry about|else)|(?:can't|cannot) wait|without (?:a )?(?:doubt|"
    r"delay|fail)|no need to (?:worry|do anything|ring|call|chase|reply)|why not|needn't worry)\b"
)
_NOT = (
    r"\b(?:not|\w+n't|never|none|nobody|cannot|cant|wont|dont|isnt|unable|without|neither|nor|"
    r"rather than|instead of|yet to|pas|ne|aucune?|jamais|ningun\w*|nada|nessun\w*|nulla|nicht|"
    r"nichts|keine?\w*|nao|nie|nic|nu|nimic|non)\b|\bn'"
)
_NO = r"|\b(?:no|nothing)\b"
_WHEN = (
    r"|\b(?:if|whether|unless|once|until|till|before|as soon as|when|whenever|in case|provided|"
    r"assuming|si|wenn|sobald|falls|ob|bevor|jesli|gdy|kiedy|czy|daca|cand|quand|lorsque|"
    r"se (?:[ao]s?|quiser\w*|preferir\w*|desejar\w*|precisar\w*|for|tiver|puder)|assim que|caso|"
    r"cuando|quando|des que|una vez|une fois|avant|antes|prima|przed|inainte)\b"
)
_AGAINST_TIGHT = re.compile(_NOT + _WHEN)
_AGAINST = re.compile(_NOT + _NO + _WHEN + r"|\bafter\b")
_POSSIBLE = re.compile(
    r"\b(?:would|could|might|may|can|must|should|to (?:be|get|have))\b(?!(?: also| now| just| "
    r"happily| gladly| only| therefore)? (?:confirm|see|tell|say|assure|promise|guarantee|let you))"
)
_QUESTION = re.compile(
    r"^\s*(?:(?:and|so|or|ok|okay|great|thanks|also|well|now|perfect|sure|lovely)[ ,]+){0,3}"
    r"(?:(?P<wh>who|what|when|where|which|how|why)\b|"
    r"(?P<aux>is|are|was|were|has|have|had|do|does|did|can|could|will|would|shall|should|may|"
    r"might|isn't|aren't|don't|didn't|hasn't|haven't|won't|wouldn't)\b\s*"
    r"(?P<inverted>you|i|we|they|he|she|it|that|this|there|your|someone|somebody|anyone|anybody|"
    r"the|a|any|our)?\b)"
)
# Words of the customer's that a condition must be about to govern what follows it.
_OFFER = re.compile(
    r"\b(?:if|should|in case)\s(?:you(?:'d| would|'re| are)?\s(?:like|prefer|rather|want|wish|"
    r"need (?:a|us|someone|to)|happy|agree|send|share|give|tell|let|leave|confirm|would|decide|can|"
    r"could|do|okay|interested|ready)|you'd|that(?:'s| is| would| works| suits| sounds| helps)|"
    r"it(?:'s| is| would| helps| suits)|so|needed|required|necessary|not)\b|"
    r"\b(?:once|when|as soon as|after)\s(?:you(?:'ve| have|'re| are)?\s(?:send|sent|share|shared|"
    r"give|given|tell|told|let|confirm|confirmed|decide|decided|ready|know|picked|choose|chosen)|"
    r"(?:i|we) have (?:your|that|those|the details))\b"
)


def is_hedged(sentence: Sentence, at: int, *, tight: bool) -> bool:
    """Whether what stands at `at` is not claimed as a fact.

    `tight` is for patterns that bring their own subject ("you're booked"): only words right in
    front of them can take the claim back.
    """
    before = _before(sentence, at)
    if is_asked(sentence, at):
        return True
    if tight:
        return _AGAINST_TIGHT.search(_last(before, 3)) is not None
    return (
        _AGAINST.search(_last(before, 7)) is not None
        or _POSSIBLE.search(_last(before, 5)) is not None
    )


def is_offered(sentence: Sentence, start: int, end: int) -> bool:
    """Whether it happens only if the customer wants or does something: 'if you'd like, …'."""
    here = sentence.plain[sentence.clause_start(start) : start]
    rest = sentence.plain[end : end + 160]
    return any(_OFFER.search(part) for part in (here, sentence.clause_before(start), rest))


def is_asked(sentence: Sentence, at: int) -> bool:
    clause = sentence.plain[sentence.clause_start(at) :]
    found = _QUESTION.match(clause)
    if found is None:
        return False
    if found["inverted"]:
        return True
    return sentence.is_question and sentence.is_last_clause(at)


def is_denied(sentence: Sentence, at: int, words: int = 6) -> bool:
    """Whether a 'not', 'no' or 'cannot' stands shortly before, in the same clause."""
    return re.search(_NOT + _NO, _last(_before(sentence, at), words)) is not None


def _before(sentence: Sentence, at: int) -> str:
    text = sentence.plain[sentence.clause_start(at) : at]
    return _IDIOM.sub(" , ", text)


def _last(text: str, words: int) -> str:
    return " ".join(text[-240:].split()[-words:])
