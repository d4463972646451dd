"""Short ways to say that a visit is settled or off: 'you're all set', 'à mardi', 'cancelled'."""

import re

from conversations.claims.languages import PT_DAY

_VISIT = r"(?:survey|visit|appointment|slot|booking|viewing|meeting)"
_WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_DAY = rf"(?:{_WEEKDAY}|tomorrow|the \d|\d)"
_AT = r"[\w :.,]{0,40}?"
_FILLERS = (
    r"^(?:(?:ok|okay|right|sure|no problem|no worries|done|all|yes|great|perfect|lovely|brilliant|"
    r"thanks|thank you|of course|certainly|absolutely|right then|there we go)[ ,:;.!-]+){0,4}"
)
_END = r"\s*(?:[.!,;:]|$)"
_NO_QUESTION = r"(?![^?]*\?)"
_FRENCH = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|demain)"
_SPANISH = r"(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)"
_GERMAN = r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|morgen)"
_ITALIAN = r"(?:lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|domani)"

SETTLED = (
    # the whole sentence, or nearly
    rf"{_FILLERS}(?:you're|you are|that's you|you're both)(?: all| now)? (?:set|sorted|done|good "
    rf"to go|all set)(?: now| then)?{_END}",
    rf"\bthat's you (?:\w+ )?(?:set|sorted|done|down|in)(?: for| on| at)? {_DAY}",
    rf"\bdone and dusted\b(?=.{{0,40}}(?:{_DAY}|{_VISIT}))|^done and dusted{_END}",
    rf"\b{_DAY}{_AT} is(?: now)? in{_END}",
    rf"\b(?:i|we)(?:'ve| have)(?: just| now)? put (?:that|it|this|your \w+) (?:through|in|down)"
    rf"(?: \w+)? (?:for|on|at) {_DAY}",
    r"(?:^|\b(?:please|can|should|may) )expect (?!to\b|(?:\w+ ){0,3}?(?:calls?|ring|reply|answer|"
    r"response|messages?|e-?mails?|quotes?|update|news|confirmation|letter|brochure)\b)"
    rf"(?:\w+ ){{1,4}}?(?:on|at|this|next) {_DAY}",
    rf"\b(?:i|we)(?:'ll| will)(?: now| just)? (?:keep|save|put aside|set aside) (?:that |the )?"
    rf"(?:{_DAY}|slot|time){_AT} for you\b",
    rf"\b(?:{_VISIT}|{_WEEKDAY})(?:'s| is)(?: (?:now|still|\w+ly))? (?:happening|going ahead)\b|"
    r"\b(?:it|that)(?:'s| is) (?:definitely|certainly) (?:happening|going ahead|on)\b|"
    r"\bdefinitely happening\b",
    r"\b(?:calendar|diary|system) (?:has |have )?(?:now |already )?(?:accepted|confirmed|taken)\b",
    rf"\b(?:your|the) new (?:time|date|day|{_VISIT})(?: \w+)?(?: is|'s| will be)(?: now)? (?:on |"
    rf"at |for )?{_DAY}",
    rf"{_FILLERS}{_NO_QUESTION}{_DAY}{_AT} instead(?:{_END}| then\b)",
)
SETTLED_ELSEWHERE = (
    # only where a clause starts: "du lundi a vendredi" says nothing
    rf"(?:^|[,.!;:-] ?)a {_FRENCH}\b(?! vendredi| samedi)",
    rf"\bnos vemos (?:el |este |manana\b|{_SPANISH})",
    r"\btermin ist (?:jetzt |nun |damit )?(?:fix|fest|gesichert)\b",
    rf"(?:^|[,.!;:-] ?)bis (?:zum |nachsten |kommenden )?{_GERMAN}(?: um [\d:.]+(?: uhr)?)?{_END}",
    rf"\bci vediamo (?:il \d|{_ITALIAN})",
    r"\bdo zobaczenia (?:we? |jutro\b)",
    # "Até sexta, um colega responde" is a date by which, no farewell
    rf"(?:^|[,.!;:-] ?)ate (?:a |ao |para |breve, |a proxima |proxima )?{PT_DAY}(?:,? as [\dh:]+)?"
    r"(?:,? \w+){0,2}\s*(?:[.!]|$)",
    rf"\b(?:vemo-nos|nos vemos|a gente se ve|encontramo-nos) (?:entao )?(?:n[ao] )?(?:dia \d|"
    rf"{PT_DAY})",
    r"\bne vedem (?:luni|marti|miercuri|joi|vineri|sambata|maine)\b",
)

# Not "nobody will come without ringing first", "nobody is coming until you choose".
_NOBODY = (
    r"\b(?:nobody|no one|no-one)(?:'ll| will| is going to|'s| is) (?:be )?(?:com(?:e|ing)|"
    r"visit(?:ing)?|turn(?:ing)? up)\b(?! (?:\w+ ){0,2}?(?:without|before|until|till|unless|but|"
    r"except|else)\b)"
)
_ROUND = r"(?: now| all| both| already){0,2}"
CANCELLED = (
    rf"\b(?:that|it|this|everything|{_VISIT})(?:'s| is| has been){_ROUND} cancel+ed\b",
    rf"{_FILLERS}{_NO_QUESTION}(?:now |that's )?cancel+ed(?: now| for you| as you asked)?{_END}",
    rf"\b(?:that|it|this|{_VISIT}|{_WEEKDAY})(?:'s| is| has been| has come){_ROUND} (?:taken )?"
    r"(?:off|out of) (?:the|our|his|her) (?:diary|calendar|books)\b",
    r"\b(?:i|we)(?:'ve| have)(?: now| just)? (?:taken|got) (?:you|it|that|this|your \w+) (?:out of|"
    r"off) (?:the|our|his|her) (?:diary|calendar|books|list)\b",
    r"\b(?:i|we)(?:'ll| will|'ve| have)(?: now| just)? scrap(?:ped)? (?:the|your|that|it)\b",
    rf"{_NOBODY}(?=.{{0,20}}\b(?:{_DAY}|then|now)\b)",
)
OFF = (
    r"(?:off|out of) (?:the|our|his|her) (?:diary|calendar|books|list)\b(?! of)|\bscrapped\b|"
    rf"\bscrap (?:(?:the|your) {_VISIT}|(?:that|it|this)\b|(?:the|your)$)|{_NOBODY}"
)

# "We're fully booked on Tuesday": no visit of the customer's.
FULL = re.compile(
    r"(?<!you're )(?<!you are )\b(?:fully|completely|solidly) booked\b(?! in\b| for you\b|"
    r" with| until)|"
    r"(?<!you're )(?<!you are )\bbooked (?:up|out|solid)\b"
)
