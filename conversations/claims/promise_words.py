"""The ways to say that somebody of ours will act or has acted, and what must make each true."""

import re
from dataclasses import dataclass

from conversations.claims.findings import FindingKind
from conversations.claims.languages import DEEDS_ELSEWHERE, REPLY_ELSEWHERE, RING_ELSEWHERE
from conversations.claims.settled_words import CANCELLED

_WILL = (
    r"(?:'ll| will| shall|'s going to| is going to| are going to|'re going to|'m going to| am "
    r"going to|'s gonna| is gonna| are gonna|'re gonna| gonna| are due to| is due to)"
)
_ADVERBS = (
    r"(?: (?:\w+ly|then|also|just|now|always|either|both|all|soon|first|next|make sure to|be sure "
    r"to|try to|do our best to|do my best to|aim to|endeavour to|still)){0,3}"
)
# Anybody but the customer and theirs: "Dave will ring you" is a promise too.
_WHO = (
    r"\b(?!(?:you|who|nobody|noone|wife|husband|partner|builder|neighbour|landlord|which|what)\b)"
    r"(?<!your )\w+(?: (?:here|there|else|from|in|at|on|of|our|the|team|office|staff|back)){0,5}"
)
_RING = (
    r"(?:(?:be )?(?:call|ring|phone|telephone|bell|buzz|calling|ringing|phoning)(?= (?:you|back|to|"
    r"on|in|at|"
    r"this|tomorrow|later|shortly|soon|her|him|them|both|and|with|once|as|again|within|by|your|"
    r"straight|right|when|first|before|after|next)\b|\s?[.,!?;)]|$)|(?:be )?(?:give|giving) (?:you|"
    r"them|her|him)(?: both| all)? an? (?:\w+ )?(?:call|ring|bell|buzz|shout|tinkle)|"
    r"(?:speak|talk) (?:to|with) you (?:by phone|on the phone|later|soon|shortly|tomorrow|on|at))"
)
_REPLY = (
    r"(?:(?:be )?(?:get|getting|come|coming) (?:straight |right )?back (?:to|with) (?:you|them)|"
    r"be back (?:to|with|in touch)|(?:be|get|getting|keep|stay) in (?:touch|contact)|"
    r"contact(?:ing)? (?:you|them)|(?:reply|respond)(?:ing)?\b|answer (?:you|here)|"
    r"(?:be )?follow(?:ing)?(?: this| that| it| things)? up|reach(?:ing)? out|let you (?:know|"
    r"have)|"
    r"update you|keep you (?:posted|updated|informed)|write (?:to|back)|(?:be )?(?:email|e-mail|"
    r"text|message|whatsapp)(?:ing)? (?:you|it|them|over|that)|drop you an?|"
    r"(?:be )?send(?:ing)? (?:you|over|across|through|it|that|the|an?|your|this|them|our)|"
    r"take (?:over|it from (?:here|there)|this (?:over|on|forward|from)|care of (?:this|that|it))|"
    r"pick (?:this|it|that) up|chase (?:this|it|that|them)|(?:be )?look(?:ing)? into (?:this|it|"
    r"that)|"
    r"sort (?:this|that|it|everything)(?: out)?|get (?:this|that|it) sorted|be with you (?:shortly|"
    r"soon|in)|confirm|provide you with|prepare (?:you|a|your)|discuss (?:this|it|that|everything) "
    r"with you|talk (?:you through|it through with you)|go through (?:it|this|everything) with you)"
)
_VISITS = r"(?:survey|visit|appointment|site visit|time|date|slot|it|that|this|everything|someone)"
_PEOPLE = (
    r"(?:someone|somebody|a colleague|(?:the|our) (?:team|office|surveyor|manager)|one of (?:the|"
    r"our)(?: \w+)?|them|him|her|my (?:boss|manager|colleague))"
)
_TO_RING = r"(?: \w+){0,4}? (?:to )?(?:calls?|rings?|phones?|give you a|telephone)\b"
_TO_REPLY = (
    r"(?: \w+){0,4}? (?:to )?(?:reply|replies|respond|contacts?|get (?:back|in touch)|gets (?:back|"
    r"in "
    r"touch)|be in touch|follows? up|email|emails|message|messages|write|writes|let you know|look "
    r"into|looks into|deal|deals|come back to|comes back to|send|sends|confirm|confirms|arrange|"
    r"take over)\b"
)
_CALL_NOUN = r"(?:phone call|call|ring|callback|call-back|call back|bell)"
_REPLY_NOUN = (
    r"(?:reply|response|answer|email|e-mail|message|text|confirmation|update|quote|link|estimate|"
    r"proposal|invite|invitation|brochure|letter|offer)"
)
_YOU_WILL = (
    r"\byou(?:'ll| will| should| can expect to|'re going to| are going to)(?: (?:\w+ly|then|also|"
    r"soon|now)){0,2}"
)
_EXPECT = r"\b(?:expect|await|look out for|keep an eye out for|listen out for)"
_HAVE = r"\b(?:i'll|i will|we'll|we will|i'm going to|let me)(?: (?:\w+ly|just|also|now)){0,2}"
_ON_IT = (
    r"(?:aware|informed|notified|alerted|looking into|dealing|on it|working on|on the case|waiting)"
)
_DID = (
    r"\b(?:(?:i|we)(?:'ve| have)(?: (?:just|now|already|also|gone ahead and|since|personally|"
    r"successfully)){0,3}|(?:i|we)(?: (?:just|also|already))?)"
)


@dataclass(frozen=True)
class Claim:
    pattern: re.Pattern[str]
    kind: FindingKind
    needs: str  # promise, either, handover or tool
    why: str
    # Whether "if you'd like" makes it an offer. What is said to be done is done or not.
    may_be_offered: bool = True


_WHY_RING = "It promises a call, and no promise is stored."
WHY_REPLY = "It promises that somebody will do something, and no promise or handover is stored."
_WHY_TRANSFER = "It says that a person takes over now, and no handover is stored."
_WHY_DONE = "It says that something was done, and nothing shows that it was."


def _claim(pattern: str, kind: FindingKind, needs: str, why: str) -> Claim:
    return Claim(re.compile(pattern), kind, needs, why, kind == FindingKind.PROMISE)


_RINGS = (
    rf"{_WHO}{_WILL}{_ADVERBS} {_RING}",
    rf"(?:^|[,;] )(?:will|shall){_ADVERBS} {_RING}",
    rf"{_HAVE} (?:have|get|ask|make sure|arrange for|ensure)(?: that)? {_PEOPLE}{_TO_RING}",
    rf"{_YOU_WILL} (?:get|receive|have)(?: \w+){{0,2}}? {_CALL_NOUN}\b",
    rf"{_EXPECT}(?: \w+){{0,2}}? {_CALL_NOUN}\b",
    rf"\b{_CALL_NOUN}(?: from (?:our|the|a|us)(?: \w+){{0,2}})? is (?:on its way|coming|due)\b",
    rf"{_HAVE} (?:arrange|organise|set up|schedule|book)(?: \w+){{0,2}}? {_CALL_NOUN}\b",
    r"\b(?:someone|somebody|a colleague|we|they)(?:'s|'re| is| are) (?:calling|ringing|phoning) "
    r"you\b",
    rf"{_HAVE} (?:make sure|see to it|ensure)(?: that)? (?:you|they)(?: \w+)? (?:get|receive|"
    rf"have)(?: \w+){{0,2}}? {_CALL_NOUN}\b",
    rf"{_HAVE} see to it(?: that)? {_PEOPLE}{_TO_RING}",
    r"(?:'re|'m|'s| are| am| is) about to (?:ring|call|phone)\b",
    rf"{_HAVE}(?: \w+){{1,10}}? and (?:then )?(?:call|ring|phone) (?:you|back)\b",
    RING_ELSEWHERE.pattern,
)
_REPLIES = (
    rf"{_WHO}{_WILL}{_ADVERBS} {_REPLY}\b",
    rf"(?:^|[,;] )(?:will|shall){_ADVERBS} {_REPLY}\b",
    rf"\b(?!i\b|we\b)(?:{_PEOPLE}|colleague|team|office|surveyor|they|he|she){_WILL}{_ADVERBS} "
    rf"(?:arrange|organise|book|schedule|set up|fix)(?: \w+){{0,3}}? {_VISITS}\b",
    rf"{_HAVE} (?:have|get|ask|make sure|ensure|arrange for)(?: that)? {_PEOPLE}{_TO_REPLY}",
    rf"{_YOU_WILL} (?:hear\b|be (?:hearing|contacted|called|rung|phoned|updated|notified))",
    rf"{_YOU_WILL} (?:get|receive|have)(?: \w+){{0,3}}? {_REPLY_NOUN}\b",
    rf"{_EXPECT}(?: \w+){{0,2}}? (?:{_REPLY_NOUN}\b|to hear)",
    r"\b(?:team|colleagues?|office|manager|surveyor)(?: (?:is|are)|'s|'re)(?: (?:now|already|"
    r"all))? "
    rf"{_ON_IT}\b",
    r"\b(?:someone|somebody|colleague|team|manager|they|he|she)(?:'s|'re| is| are) (?:taking "
    r"(?:over|this)|going through your|getting back)\b",
    rf"{_HAVE}(?: \w+){{1,10}}? and (?:then )?(?:let you know|(?:come|get) back to you|reply|"
    rf"confirm)\b",
    rf"{_HAVE} (?:check|speak|talk|have a word) with (?:the|our|my|a|one)\b",
    rf"{_HAVE} (?:forward|escalate|post|pop [^.?!]{{0,30}}? in the post)\b",
    rf"\b{_REPLY_NOUN} is on its way\b",
    REPLY_ELSEWHERE.pattern,
)
_TRANSFERS = (
    r"\b(?:i'll|i will|we'll|we will|i'm|i am|we're|we are|let me)(?: (?:now|just|quickly)){0,2} "
    r"(?:put(?:ting)? you through|transfer(?:ring)? (?:you|this|the (?:call|chat))|connect(?:ing)? "
    r"you|hand(?:ing)? (?:you|this|the chat) over|pass(?:ing)? you (?:on|over|to))\b",
    rf"{_DID} (?:put you through|transferred|connected you|handed (?:you|this|it) over)\b",
)
_TOLD = (
    rf"{_DID} (?:passed|forwarded|escalated|flagged|alerted|notified|informed|briefed|raised|"
    rf"reported|"
    r"let (?:the|our|my|a|someone|them)|told (?:the|our|my|a|someone|them)|asked (?:the|our|my|a|"
    r"one|someone)|handed|shared)\b",
    r"\b(?:team|office|colleagues?|manager|surveyor|details|message|enquiry|request|complaint|this|"
    r"it|that|photos?|everything) (?:has|have)(?: (?:now|just|already|all)){0,2} been (?:passed|"
    r"forwarded|escalated|flagged|alerted|notified|informed|told|raised|logged with|briefed)\b",
)
_DONE_VERBS = (
    r"(?:sent|emailed|e-mailed|texted|messaged you|whatsapped|posted (?:you|it|the|your)|cancel+ed|"
    r"refunded|deleted|erased|removed (?:you|your)|unsubscribed|ordered|processed|approved|"
    r"authorised|waived|submitted|filed|instructed|hired|dispatched|checked with|"
    r"checked (?:the|our|his|her|their) (?:surveyor's )?(?:diary|calendar|schedule|availability)|"
    r"checked (?:his|her|their|for) availability|spoken (?:to|with)|spoke (?:to|with)|talked (?:to|"
    r"with)|phoned|rung|contacted|consulted|received your (?:payment|deposit)|(?:opened|logged|"
    r"raised) (?:a|your) (?:ticket|claim|complaint|case)|agreed (?:the|a|that|your|to)|had a word)"
)
_DEEDS = (
    rf"{_DID} {_DONE_VERBS}",
    rf"{_DID} (?:changed|moved|updated|amended|pushed back|brought forward) (?:your|the)(?: \w+)?? "
    r"(?:survey|appointment|booking|visit|slot|start date|date|order|contract)\b",
    r"\b(?:(?:your|the|an?)(?: \w+){1,3}?|it|that|this|everything)(?: has| have|'s)(?: (?:now|just|"
    r"already|all)){0,2} been (?:sent|"
    r"cancel+ed|deleted|erased|removed|refunded|processed|approved|moved|changed|accepted|paid|"
    r"ordered|submitted|waived|amended)\b",
    r"\b(?:your|the)(?: \w+)? (?:survey|appointment|booking|visit|order) (?:is|'s)(?: now)? "
    r"(?:cancel+ed|called off)\b|\b(?:your|the)(?: \w+)? (?:survey|appointment|booking|visit) "
    r"(?:has|have)(?: (?:now|just|already)){0,2} (?:moved|changed)\b",
    rf"{_DID} called (?:off (?:your|the)|(?:your|the|that|it)(?: \w+)?? off)\b",
    rf"{_DID} (?:moved|shifted|switched|put back|postponed) (?:you|it|that)\b",
    DEEDS_ELSEWHERE.pattern,
    *CANCELLED,
    r"\b(?:colleague|manager|surveyor|director|owner|boss|team|they|he|she) (?:has|have|'ve)(?: "
    r"(?:just|"
    r"now|already)){0,2} (?:agreed|approved|confirmed|checked|authorised|signed off|accepted)\b",
    r"\b(?:manager|boss|owner|director|surveyor|team|colleague) (?:said|says|agreed|agrees|told "
    r"me)\b",
    r"\bcheck your (?:inbox|e-?mails?|post|phone|messages) for\b|\bconsider (?:it|that) "
    r"cancel+ed\b|\brefund is (?:on its way|being)\b",
    r"\b(?:i'm|i am|we're|we are)(?: (?:just|now)){0,2} (?:sending|emailing|texting|messaging|"
    r"forwarding|escalating|"
    r"cancelling|refunding|deleting|ordering|phoning|ringing|calling)(?: \w+)? (?:you|it|that|this|"
    r"your|the|them)\b",
)
CLAIMS = (
    *(_claim(one, FindingKind.PROMISE, "promise", _WHY_RING) for one in _RINGS),
    *(_claim(one, FindingKind.PROMISE, "either", WHY_REPLY) for one in _REPLIES),
    *(_claim(one, FindingKind.PROMISE, "handover", _WHY_TRANSFER) for one in _TRANSFERS),
    *(_claim(one, FindingKind.DONE, "either", _WHY_DONE) for one in _TOLD),
    *(_claim(one, FindingKind.DONE, "tool", _WHY_DONE) for one in _DEEDS),
)
