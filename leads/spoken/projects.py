"""What is to be built, from the words people use for it."""

import re

from leads.spoken.text import plain
from leads.terms import ProjectType

# The first row that fits counts: what says more stands before what says less.
_WORDS: tuple[tuple[ProjectType, str], ...] = (
    (ProjectType.SIDE_RETURN, r"side[ -]?returns?|side infill|infill extension|side extension"),
    (ProjectType.BASEMENT, r"base?ment\w*|cellar\w*|dig(?:ging)? (?:down|out under)|lower ground"),
    (ProjectType.LOFT_CONVERSION, r"lofts?|dormers?|mansards?|attics?|hip[ -]to[ -]gable|roof "
     r"(?:conversion|extension)|into the (?:roof|eaves)"),
    (ProjectType.KITCHEN_EXTENSION, r"kitchen[ -/]*(?:diner |dining )?exten\w+"
     r"|exten\w+ (?:\w+ ){0,4}kitchen|kitchen (?:\w+ ){0,4}exten\w+"),
    (ProjectType.REAR_EXTENSION, r"(?:rear|back|garden) exten\w+|extend\w* (?:\w+ ){0,2}"
     r"(?:at the |to the |out the )?(?:rear|back)|wrap[ -]?around"),
    (ProjectType.FULL_RENOVATION, r"(?:full|whole|complete|entire|total)[ -](?:house |flat |home )?"
     r"(?:re\w+|house|flat|home|place|property|job|works|refit|gut)|back to brick|gut(?:ted|ting)?"
     r"(?: out)? (?:the|it|this|our|my)|top to bottom|everything doing|needs everything"
     r"|renovat\w+ (?:\w+ ){0,2}(?:house|flat|home|property|maisonette|place)|doer[ -]?upper"
     r"|(?:house|flat|home|property) (?:re\w*vation|refurb\w*)|refurb\w* (?:\w+ ){0,2}"
     r"(?:house|flat|home|property)"),
    (ProjectType.MAINTENANCE, r"repairs?|repairing|maintenance|leak\w*|gutters?|guttering|boiler"
     r"|re-?pointing|odd jobs?|handyman|snagging|fix(?:ed|ing)?"),
    (ProjectType.BATHROOM, r"bath ?rooms?|bathroms?|en[ -]?suites?|ensuites?|shower[ -]?rooms?"
     r"|wet[ -]?rooms?|cloakroom|loos?|toilets?"),
    (ProjectType.KITCHEN_EXTENSION, r"kitchens?|kitchens?[ -/]diner|kitchins?|kichens?"),
    (ProjectType.REAR_EXTENSION, r"exten[st]ions?|extending|extend"),
    (ProjectType.FULL_RENOVATION, r"refurb\w*|renovat(?:e|ing|ion)(?!s)|modernis\w+"),
    (ProjectType.OTHER, r"conservator\w+|garden (?:room|studio|office)|garage|porch|new windows"
     r"|sash windows|windows|roof|re-?roof\w*|flooring|floors|decorat\w+|painting|plaster\w*"
     r"|knock(?:ing|ed)?[ -]?through|open[ -]?plan|staircase|stairs|re-?wir\w+|patio|landscap\w+"
     r"|driveway|internal walls?|partition|summer ?house|out ?building|cladding|insulation"),
)  # fmt: skip
_TABLE = tuple((kind, re.compile(rf"\b(?:{words})\b")) for kind, words in _WORDS)
_FIRM = re.compile(r"hampstead renovations?")
_CORRECTED = re.compile(
    r"\b(?:actually|sorry|instead of (?:the|a)|changed (?:my|our) minds?|i mean|scratch that"
    r"|not (?:the|a|an|my|our)\b[^,.;]{0,40}[,;] ?(?:but )?)"
)
_DENIED = re.compile(
    r"(?:\bno|\bnot|n't|\bwithout|\binstead of|\brather than|\bdone|\balready|\bhad) "
    r"(?:(?:a|an|the|any|my|our|do|want|need|doing|touching|really|about|in|done) ){0,4}$"
)


def read_project(text: str) -> ProjectType | None:
    """'a side return' -> side return. Where somebody corrects themselves, the later word counts."""
    said = _FIRM.sub(" ", plain(text))
    corrections = list(_CORRECTED.finditer(said))
    if corrections and (later := _first(said[corrections[-1].end() :])):
        return later
    return _first(said)


def _first(said: str) -> ProjectType | None:
    for kind, pattern in _TABLE:
        for found in pattern.finditer(said):
            if not _DENIED.search(said[max(0, found.start() - 50) : found.start()]):
                return kind
    return None
