"""The door: one text, one verdict."""

from collections.abc import Iterator

from conversations.claims.booked import find_beside, find_booked, find_undone
from conversations.claims.dates import find_dates
from conversations.claims.findings import Finding, FindingKind, Known
from conversations.claims.ground import Ground
from conversations.claims.identity import find_denials
from conversations.claims.lengths import find_lengths
from conversations.claims.links import find_links
from conversations.claims.markup import find_markup
from conversations.claims.prices import find_prices
from conversations.claims.promised import find_promised
from conversations.claims.secrecy import find_secrets
from conversations.claims.sentences import Sentence, sentences

_RULES = (find_prices, find_lengths, find_dates, find_booked, find_promised)
# A fixed sentence of the firm may name its own terms, but only a row makes a promise true.
_DEEDS = frozenset({FindingKind.BOOKED, FindingKind.PROMISE, FindingKind.DONE})
_SHORTEST_REPEAT = 20


def check(said: str, known: Known) -> list[Finding]:
    """What in the text is not borne out by what is known, each kind once for a sentence."""
    found = [*find_markup(said), *find_secrets(said, known)]
    found += [*find_denials(said, known), *find_links(said, known)]
    ground, told = Ground(known, said), list(sentences(said))
    for sentence in told:
        found += _of_sentence(sentence, ground)
    found += find_beside(told, ground)
    return list({(finding.kind, finding.quote): finding for finding in found}.values())


def _of_sentence(sentence: Sentence, ground: Ground) -> Iterator[Finding]:
    words = sentence.plain.strip(" .!?")
    is_long = len(words) >= _SHORTEST_REPEAT
    if is_long and any(words in text for text in ground.tool):
        yield from find_undone(sentence, ground)
        return
    is_firms = is_long and any(words in text for text in ground.firm)
    for rule in _RULES:
        for finding in rule(sentence, ground):
            if not is_firms or finding.kind in _DEEDS:
                yield finding
