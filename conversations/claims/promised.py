"""'Someone will ring you', 'I've told the team': true only of a promise, a handover or a tool."""

import re
from collections.abc import Iterator

from conversations.claims.findings import Finding, FindingKind, Known
from conversations.claims.ground import Ground
from conversations.claims.hedges import is_asked, is_denied, is_hedged, is_offered
from conversations.claims.languages import DEEDS_ELSEWHERE, REPLY_ELSEWHERE, RING_ELSEWHERE
from conversations.claims.promise_words import CLAIMS, WHY_REPLY, Claim
from conversations.claims.sentences import Sentence
from conversations.claims.settled_words import OFF

_ELSEWHERE = (RING_ELSEWHERE.pattern, REPLY_ELSEWHERE.pattern)
_DECIDES = re.compile(r"\b(?:let you know|confirm)$")
_TOOL_DECIDES = re.compile(r"\b(?:lets? you know|confirms?)\b")
# How a survey goes, rather than what happens to this enquiry.
_PROCESS = re.compile(
    r"\b(?:after|at|during|following|before|with) (?:a|the|that|your|any) (?:site |home )?"
    r"(?:survey|visit)\b"
)
CANCELS = re.compile(
    r"cancel|called off|annul|anul|desmar(?:c|qu)|storniert|abgesagt|odwolan|disdett|contramand|"
    + OFF
)
# A survey that stands has given the surveyor what is needed to come.
_TO_SURVEYOR = re.compile(
    r" your (?:\w+ ){0,2}?(?:address|details|postcode|number|name)(?: on| over)? (?:to|with) "
    r"(?:the|our|your) surveyor\b"
)
MOVES = re.compile(
    r"\b(?:changed|moved|shifted|switched|pushed back|put back|brought forward|postponed|deplac\w*|"
    r"report\w*|decal\w*|movid\w*|cambiad\w*|trasladad\w*|aplazad\w*|pospuest\w*|spostat\w*|"
    r"rimandat\w*|rinviat\w*|verschoben|verlegt|mudei|mudamos|mudad\w*|"
    r"(?:alter|remar(?:c|qu)|adi)(?:ei|amos|ad\w*)|przelozon\w*|"
    r"przesuniet\w*|mutat\w*|reprogramat\w*|amanat\w*)"
)
_VERB = re.compile(r"[a-z]{5,}(?=ed\b)|cancel|sent|spoken|let you know|confirm")


def find_promised(sentence: Sentence, ground: Ground) -> Iterator[Finding]:
    found_kinds: set[FindingKind] = set()
    for claim in CLAIMS:
        if claim.kind in found_kinds or _is_true(claim, ground.known):
            continue
        if any(
            _is_claimed(sentence, hit, claim, ground)
            for hit in claim.pattern.finditer(sentence.plain)
        ):
            found_kinds.add(claim.kind)
            yield Finding(claim.kind, sentence.quote, claim.why)


def promises_something(sentence: Sentence) -> bool:
    """Whether the sentence says that somebody of ours will act, true or not."""
    return any(
        claim.pattern.search(sentence.plain)
        for claim in CLAIMS
        if claim.kind == FindingKind.PROMISE
    )


def _is_true(claim: Claim, known: Known) -> bool:
    return {
        "promise": known.has_promise,
        "either": known.has_promise or known.has_reply or known.has_handover,
        "handover": known.has_handover,
        "tool": False,
    }[claim.needs]


def _is_claimed(sentence: Sentence, hit: re.Match[str], claim: Claim, ground: Ground) -> bool:
    if claim.pattern.pattern in _ELSEWHERE and sentence.is_question:
        return False
    if is_asked(sentence, hit.start()) or is_hedged(sentence, hit.start(), tight=True):
        return False
    if claim.pattern.pattern == DEEDS_ELSEWHERE.pattern and _is_denied_inside(sentence, hit):
        return False
    if claim.may_be_offered and is_offered(sentence, hit.start(), hit.end()):
        return False
    if claim.why == WHY_REPLY and _PROCESS.search(sentence.plain[: hit.end()]):
        return False
    has_survey = ground.known.surveys or ground.known.provisional
    if has_survey and claim.needs == "either" and _TO_SURVEYOR.match(sentence.plain, hit.end()):
        return False
    return not _tool_says_so(hit[0], claim, ground)


def _is_denied_inside(sentence: Sentence, hit: re.Match[str]) -> bool:
    """'Votre visite n'est pas annulée': the deed is the last word of what was found."""
    return is_denied(sentence, hit.start() + hit[0].rfind(" ") + 1, words=4)


def _tool_says_so(said: str, claim: Claim, ground: Ground) -> bool:
    """What a tool reports as done is done; what it says of a colleague may be said again."""
    if claim.needs == "tool" and CANCELS.search(said):
        return ground.known.has_cancelled or "cancel" in ground.done_keys
    if claim.needs == "tool" and MOVES.search(said):
        return ground.known.has_moved or "moved" in ground.done_keys
    if claim.needs == "tool":
        return any(verb[0] in ground.done_words for verb in _VERB.finditer(said))
    if claim.why != WHY_REPLY or not _DECIDES.search(said):
        return False
    return any(_TOOL_DECIDES.search(text) for text in ground.tool)
