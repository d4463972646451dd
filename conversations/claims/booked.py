"""'Booked', 'see you on Tuesday', 'our surveyor will come': true only of a stored survey."""

import re
from collections.abc import Iterator, Sequence

from conversations.claims import standing
from conversations.claims.findings import Finding, FindingKind
from conversations.claims.ground import Ground
from conversations.claims.hedges import is_hedged
from conversations.claims.languages import BOOKED_ELSEWHERE
from conversations.claims.sentences import Sentence
from conversations.claims.settled_words import FULL, SETTLED, SETTLED_ELSEWHERE

_VISIT = (
    r"(?:surveys?|surveyors?|visits?|appointments?|slots?|bookings?|meetings?|viewings?|"
    r"consultations?)"
)
_DAYLIKE = (
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|today|tonight|next|this|"
    r"\d|the \d|half (?:past )?\w+|noon|first thing|(?:one|two|three|four|five|eight|nine|ten|"
    r"eleven|twelve)\b|christmas|january|february|march|april|june|july|august|september|"
    r"october|november|december)"
)
_FUTURE = (
    r"(?:'ll| will| shall|'s going to| is going to| are going to|'re going to|'m going to|"
    r" am going to| is due to| are due to)"
)
_OUR = (
    r"(?:surveyors?|colleagues?|engineers?|builders?|plumbers?|electricians?|team|crew|someone|"
    r"somebody|architect|designer|estimator|manager|director|owner|boss|one of (?:us|our \w+|the "
    r"\w+)|(?:someone|somebody|colleague|member) (?:from|of|in) (?:our|the)(?: \w+){1,2}|we|he|"
    r"she|they|i|guys|lads)"
)
_ADVERBS = r"(?: (?:\w+ly|then|also|now|all|both|just|go ahead and|be able to|soon)){0,3}"
_DONE = (
    r"(?:booked|scheduled|reserved|pencilled|penciled|slotted|locked in|diarised|rescheduled|"
    r"rearranged|confirmed|arranged)"
)
_COMES = (
    r"(?:come(?! back)|be (?:there|with you (?!shortly|soon)|round|over\b|out\b|at (?:your|the)|on "
    r"site|coming|visiting|along|arriving|attending|doing (?:the|your) survey)|visit|pop (?:round|"
    r"over|out|in|by|along|down)|drop (?:round|by|in)|call (?:round|in|by)\b|swing (?:by|round)|"
    r"attend|arrive|turn up|meet you|carry out (?:the|your|a) survey|do (?:the|your|a) survey|"
    r"survey (?:your|the)|inspect (?:your|the)|take a look at (?:your|the) (?:property|house|home|"
    r"place|loft|roof|leak|kitchen|bathroom)|get (?:there|to you)|head over|start (?:work|on (?!by)"
    r"|the|your)|begin (?:work|on|the|your))"
)
_OBJECT = rf"(?:\w+ ){{0,3}}?(?:{_VISIT}|you (?:in|down)\b|that\b|it\b|this\b|time|someone to)"
# Anybody but the customer and theirs: "Tom will be with you".
_NAMED = (
    r"(?<!your )(?<!my )(?!(?:you|who|nobody|it|that|this|wife|husband|partner|builder|neighbour|"
    r"landlord|architect|which|what)\b)\w+"
)
_TIGHT = (
    # you're booked in, it's all confirmed, I've just reserved
    r"\b(?:you(?:'re| are|'ve been| have been)|(?:it|that|this|everything|all)(?:'s| is| has been)|"
    rf"we(?:'re| are)|they're)(?: (?:now|all|just|already|also|both|provisionally|fully|"
    rf"definitely|officially|successfully|been)){{0,3}} {_DONE}\b",
    r"\b(?:i|we)(?:'ve| have)(?: (?:now|just|already|also|provisionally|gone ahead and|got you|got "
    r"that|got it|been able to|successfully)){0,3} (?:booked|scheduled|reserved|pencilled|penciled|"
    r"diarised|rescheduled|slotted|blocked out)\b",
    rf"\b(?:i|we)(?:'ve| have)(?: (?:now|just|already|also)){{0,2}} (?:confirmed|arranged|secured|"
    rf"organised|set up|fixed)(?: \w+){{0,4}}? (?:{_VISIT}|{_DAYLIKE}|someone|you)\b",
    rf"\b(?:(?:i|we) (?:can|am pleased to|am happy to|are pleased to|are happy to)(?: \w+)? "
    rf"confirm|happy to confirm|pleased to confirm|this (?:is to confirm|confirms)|confirming)"
    rf"(?: that)?(?: \w+){{0,5}}? {_VISIT}\b",
    # in the diary
    r"\b(?:put|popped|added|entered|written|got|have|slotted|placed|putting|popping|adding) (?:you|"
    r"it|that|this|them|the|your|an?)(?: \w+){0,4}? (?:in|into|on|to) (?:the|our|his|her|their|my)"
    r"(?: surveyor's)? (?:diary|calendar|schedule|books)\b",
    r"\b(?:you're|you are|it's|it is|that's|that is|which is|(?:survey|visit|appointment) is)(?: "
    r"(?:now|all|safely)){0,2} (?:in|on) (?:the|our|his|her|their) (?:diary|calendar|books)\b",
    rf"\b(?:put|got|have|putting) you (?:down|in) (?:for|on|at) (?:an? |the |your )?(?:{_VISIT}|"
    rf"{_DAYLIKE})",
    rf"\byou(?:'re| are) (?:now |all )?(?:down|in|on|set|sorted|good to go) for (?:an? |the |your "
    rf")?(?:site )?(?:{_VISIT}|{_DAYLIKE})",
    r"\ball (?:set|sorted|done|fixed)(?: up)? (?:for|on|with (?:your|the)) (?!today\b)",
    rf"\b(?:your|the)(?: \w+){{0,2}}? {_VISIT}(?: with \w+(?: \w+)?)? (?:is|'s|has been|will be|"
    rf"will take place)(?: (?:now|all|definitely|already|provisionally)){{0,2}} (?:set\b|"
    rf"fixed|secured|guaranteed|going ahead|(?:on|at|for) {_DAYLIKE}|on\b|{_DAYLIKE})",
    rf"\byou(?:'ve| have)(?: got)? an? (?:\w+ )?{_VISIT} (?:with \w+(?: \w+)? )?(?:on|at|for|"
    rf"booked)\b",
    r"\b(?:slot|appointment|time|place|day) is (?:now |all )?yours\b|\bit's a date\b|"
    r"\b(?:booking|confirmation|appointment) (?:reference|ref|number|code)\b",
    r"\b(?:made|making|make) (?:the|an?|your|that)(?: \w+)? (?:booking|appointment|reservation)\b|"
    r"\b(?:booking|appointment|reservation|survey|visit|surveyor) (?:has been|'s been|was|is) "
    r"(?:now )?"
    r"(?:made|organi[sz]ed|assigned|set up|sorted|in place|all set)\b|\bbooking went through\b|"
    r"\bconsider (?:it|that|yourself) (?:all )?(?:done|sorted|booked|arranged|confirmed)\b|"
    r"\b(?:slot|place|spot|date) is (?:secured|reserved|safe|guaranteed)\b",
    # see you on Tuesday
    rf"\bsee you(?: both| all)? (?:on|then|at|there|in the|{_DAYLIKE})",
    r"\blook(?:ing)? forward to (?:seeing|meeting|welcoming) you(?: both| all)? "
    rf"(?:on|at|then|for|{_DAYLIKE})",
    # our surveyor will come
    rf"\b{_OUR}{_FUTURE}{_ADVERBS} {_COMES}",
    rf"\b{_OUR}(?:'s|'re| is| are) (?:now |already |all )?(?:coming|visiting|attending|popping|on "
    r"(?:his|her|their|its|the) way|en route|heading)\b",
    r"\b(?:someone|somebody|help|plumber|engineer|surveyor|team|crew|electrician) (?:is|are) on "
    r"(?:his|her|their|its|the) way\b|\bhelp(?:'s| is) (?:coming|on (?:its|the) way)\b|"
    r"\b(?:i'm|i am|we're|we are|i've|we've) (?:now |just )?(?:sending|sent|dispatched)(?: you)? "
    r"(?:an?|our|"
    r"the|some)(?: \w+)?? (?:team|plumber|engineer|surveyor|crew|electrician|builders?|people)\b",
    r"\b(?:sending|send|sent|dispatch(?:ed|ing)?|get) (?:you )?(?:an?|our|the|one of our)(?: "
    r"\w+){0,2}? (?:plumber|engineer|surveyor|team|electrician|crew|builder|colleague|handyman)"
    r"(?: \w+)? (?:out|over|round|to (?:you|your)|now|straight away)\b|"
    r"\b(?:sending|send|sent|get) (?:someone|somebody) (?:out|over|round|to (?:you|your))\b",
    # I'll book that in
    rf"\b(?:i|we){_FUTURE}{_ADVERBS} (?:get (?:that|it|you|this) )?(?:book|schedule|reserve|"
    rf"arrange|organi[sz]e|set up|pencil|slot|hold|diarise|reschedule) {_OBJECT}",
    rf"\b(?:i|we){_FUTURE}{_ADVERBS} (?:move|postpone|bring forward|push back|cancel|change) "
    rf"(?:\w+ ){{0,3}}?{_VISIT}\b|\b(?:i|we){_FUTURE}{_ADVERBS} put you (?:in|down)\b",
    r"\b(?:i'm|i am|we're|we are)(?: (?:now|just))? (?:booking|scheduling|reserving|pencilling) |"
    rf"\b(?:i'm|i am|we're|we are)(?: (?:now|just))? (?:arranging|confirming|holding) {_OBJECT}",
    rf"\blet me (?:just |quickly )?(?:go ahead and )?(?:book|schedule|reserve|arrange|pencil) "
    rf"{_OBJECT}",
    # held for you
    rf"\b(?:i|we)(?:'ve| have|'m| am|'re| are)(?: (?:now|just))? (?:held|holding|kept|keeping|"
    rf"saved|"
    rf"saving|blocked|secured|grabbed|got)(?: \w+){{0,3}}? (?:slots?|appointments?|places?|spaces?|"
    rf"(?:{_DAYLIKE})(?: [\w:.]+){{0,6}}? for you)\b",
    r"\b(?:is|are|'s) (?:being )?held for you\b",
    # the surveyor comes on Tuesday, Tom will be with you at ten, Tuesday at ten it is
    rf"\b(?:we|they|surveyors|colleagues) (?:come|visit|arrive|attend|are due|are expected)"
    rf"(?: \w+){{0,4}}? (?:on|at) {_DAYLIKE}",
    rf"\b{_NAMED}(?: comes| visits| arrives| attends| is due| is expected|(?: will|'ll|'s going "
    rf"to| is going to) (?:come|visit|be (?:there|with you|round)|see you|pop (?:round|in|over))|"
    rf"(?:'s| is) (?:coming|visiting|seeing you))(?: \w+){{0,4}}? (?:on|at|this|next) {_DAYLIKE}",
    rf"^(?:\w+[ ,]+){{0,2}}?{_DAYLIKE}[\w :.,]{{0,40}}? it is(?: then)?\s*[.!,;]?$",
    # moved to Thursday
    rf"\b(?:i|we)(?:'ve| have)(?: (?:now|just|already|also|provisionally)){{0,2}} (?:moved|changed|"
    rf"shifted|switched|swapped|put back|pushed back|brought forward) (?:(?:your|the)(?: \w+)?? "
    rf"{_VISIT}|(?:that|it|you)(?: \w+){{0,2}}? to {_DAYLIKE})",
    rf"\b(?:your|the)(?: \w+)?? {_VISIT} (?:has|have|is|was)(?: (?:now|just|already|been|"
    rf"provisionally)){{0,3}} (?:moved|changed|shifted|switched|put back|pushed back|brought "
    rf"forward)\b",
)
_LOOSE = (
    r"\b(?:booked|rescheduled)\b",
    r"\b(?:scheduled|reserved|pencilled in|penciled in|confirmed|arranged|secured|diarised)\b",
)
_TIGHT_PATTERNS = tuple(re.compile(pattern) for pattern in (*_TIGHT, *SETTLED))
_SETTLED_ELSEWHERE = tuple(re.compile(pattern) for pattern in SETTLED_ELSEWHERE)
_ANYWHERE, _NEAR_VISIT = (re.compile(pattern) for pattern in _LOOSE)
_OF_A_VISIT = re.compile(
    rf"\b(?:{_VISIT}|diary|calendar|you in|call-?backs?|call|monday|tuesday|wednesday|thursday|"
    r"friday|saturday|sunday|tomorrow)\b|\b\d{1,2}(?::\d\d|am|pm)\b"
)
# The customer did it, or it is how things are done here.
_YOURS = re.compile(
    r"(?<!that's )(?<!got )(?<!get )(?<!have )\byou(?:'ve| have| had|'d)?(?: already| just| "
    r"also)?\s$"
)
_GENERAL = re.compile(
    r"\b(?:surveys|visits|appointments|slots|(?:a|every|each|any)(?: site)? (?:survey|visit|"
    r"appointment)) (?:are|is|gets?|get)(?: (?:usually|normally|always|only|all|then)){0,2}\s$"
)
_WITH_US = re.compile(
    r"\s(?:an? |the |your |in\b)?(?:survey|visit|slot|appointment|with us|in for)"
)
_CALL = re.compile(r"\bcall-? ?backs?\b|\b(?:phone )?call\b")
_SURVEY_WORD = re.compile(r"\b(?:survey\w*|visits?|appointments?)\b")

WHY_CALL = "It says that a call is arranged, and no promise of one is stored."


def find_booked(sentence: Sentence, ground: Ground) -> Iterator[Finding]:
    if not claims_booking(sentence):
        return
    text = sentence.plain
    if _CALL.search(text) and not _SURVEY_WORD.search(text):
        if not ground.known.has_promise:
            yield Finding(FindingKind.BOOKED, sentence.quote, WHY_CALL)
        return
    if why := standing.wrong(sentence, ground):
        yield Finding(FindingKind.BOOKED, sentence.quote, why)


def find_undone(sentence: Sentence, ground: Ground) -> Iterator[Finding]:
    """What a tool said of a visit, word for word: a later one may have undone it."""
    yield from find_booked(sentence, ground)
    if standing.cancels_what_stands(sentence, ground):
        yield Finding(FindingKind.DONE, sentence.quote, standing.WHY_STANDS)


def find_beside(told: Sequence[Sentence], ground: Ground) -> Iterator[Finding]:
    """'You're booked in. It is on Thursday.': the day stands in another sentence."""
    for place, sentence in enumerate(told):
        beside = [*told[max(0, place - 1) : place], *told[place + 1 : place + 2]]
        if claims_booking(sentence) and standing.is_elsewhere(sentence, beside, ground):
            yield Finding(FindingKind.BOOKED, sentence.quote, standing.WHY_WHEN)


def claims_booking(sentence: Sentence) -> bool:
    sentence = _without_full(sentence)
    text = sentence.plain
    for pattern in _TIGHT_PATTERNS:
        for found in pattern.finditer(text):
            if not is_hedged(sentence, found.start(), tight=True):
                return True
    if _claims_loosely(sentence, _ANYWHERE):
        return True
    if _OF_A_VISIT.search(text) and _claims_loosely(sentence, _NEAR_VISIT):
        return True
    return any(
        not _is_foreign_hedge(sentence, found.start())
        for pattern in (BOOKED_ELSEWHERE, *_SETTLED_ELSEWHERE)
        for found in pattern.finditer(text)
    )


def _without_full(sentence: Sentence) -> Sentence:
    """'We are fully booked' is no booking."""
    text = FULL.sub(lambda hit: "#" * len(hit[0]), sentence.plain)
    return sentence if text == sentence.plain else Sentence(sentence.original, text)


def _claims_loosely(sentence: Sentence, pattern: re.Pattern[str]) -> bool:
    text = sentence.plain
    for found in pattern.finditer(text):
        before = text[max(0, found.start() - 60) : found.start()]
        is_theirs = _YOURS.search(before) and not _WITH_US.match(text, found.end())
        if is_theirs or _GENERAL.search(before):
            continue
        if not is_hedged(sentence, found.start(), tight=False):
            return True
    return False


def _is_foreign_hedge(sentence: Sentence, at: int) -> bool:
    is_question = sentence.is_question and sentence.is_last_clause(at)
    return is_question or is_hedged(sentence, at, tight=False)
