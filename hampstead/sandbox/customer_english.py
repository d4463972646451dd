"""What a customer's sentence says, by plain rules. The same words always mean the same."""

import re
from typing import Final

from hampstead.sandbox.english_money import budget_in
from hampstead.sandbox.english_time import preferred_time_in, start_in

Value = str | int | bool
Facts = dict[str, Value]

POSTCODE_AREAS = (
    "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY "
    "E EC EH EN EX FK FY G GL GU HA HD HG HP HR HS HU HX IG IP IV KA KT KW KY L LA LD LE LL LN LS "
    "LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO "
    "SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE"
)
AREAS: Final = frozenset(POSTCODE_AREAS.split())
POSTCODE = re.compile(r"\b([A-Za-z]{1,2})(\d[A-Za-z\d]?)(?:\s*(\d[A-Za-z]{2}))?\b")
NOT_POSTCODES = ("B2B", "B2C", "M25")
EMAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
YES = re.compile(r"\b(yes|yeah|yep|sure|ok|okay|please|of course|definitely|great|lovely)\b", re.I)
NO = re.compile(r"\b(no|nope|not (?:yet|now|really)|don'?t)\b", re.I)

PROJECTS: Final = (
    ("kitchen_extension", r"kitchen\W+(?:\w+\W+){0,2}exten|exten\w+\W+(?:\w+\W+){0,4}kitchen"),
    ("side_return", r"side[ -]return"),
    ("rear_extension", r"rear exten|back exten"),
    ("loft_conversion", r"\bloft|dormer|mansard|attic"),
    ("basement", r"basement|cellar"),
    ("full_renovation", r"full (?:house )?(?:renovat|refurb)|whole (?:house|flat)|refurb|gut the"),
    ("bathroom", r"bathroom|shower room|wet ?room|en[ -]?suite"),
    ("maintenance", r"maintenance|\brepair|\bleak|boiler|gutter"),
    ("kitchen_extension", r"\bkitchen"),
    ("rear_extension", r"\bexten(?:sion|d)"),
    ("full_renovation", r"\brenovat(?:e|ing|ion of) (?:my|our|the|a)\b"),
    ("other", r"conservatory|garden room|garage|porch|\broof\b"),
)
KINDS: Final = (
    ("job_seeker", r"looking for (?:a job|work)|vacanc|are you hiring|my cv|apprentice|any jobs"),
    ("existing_client", r"existing (?:client|customer)|(?:working|building) (?:on|at) (?:my|our)|"
     r"my project manager|(?:our|my) current project|(?:your|the) builders (?:are|were|left)"),
    ("supplier", r"\bsupplier|we supply|trade account|delivery for you|invoice"),
    ("sales_call", r"\bseo\b|marketing (?:services|agency)|our agency|"
     r"increase your (?:leads|traffic)|business opportunity"),
)  # fmt: skip
JOINT = re.compile(
    r"my (?:wife|husband|partner|spouse|fianc\w+)\b|we both|both of us|jointly", re.I
)
SOLE = re.compile(r"\b(?:just|only) me\b|my (?:own )?decision|i decide|sole owner", re.I)
UNCLEAR = re.compile(r"\blandlord|freeholder|on behalf of|for my (?:mum|dad|mother|father)", re.I)
LOOKING = re.compile(
    r"just (?:having a )?(?:look|brows)|only looking|just curious|just exploring|early days", re.I
)
SURVEY = re.compile(
    r"come (?:and|to|by|over|out|round)\b|\bvisit\b|\bsurvey|(?:take|have) a look|send someone|"
    r"appointment", re.I,
)  # fmt: skip
NO_SURVEY = re.compile(r"(?:no|don'?t (?:want|need)|without) (?:a |any )?(?:survey|visit)", re.I)
SPECIFIC = re.compile(
    r"bi-?fold|open[ -]plan|en[ -]?suite|island|skylight|rooflight|velux|underfloor|utility room|"
    r"\b(?:one|two|three|four|\d) (?:extra )?bed|square met|\bsqm\b|dormer|mansard", re.I,
)  # fmt: skip
STREETS = (
    "Road|Street|Lane|Avenue|Gardens|Hill|Walk|Square|Close|Terrace|Mews|Place|Drive|Way|Grove"
)
ADDRESS = re.compile(
    rf"\b((?:(?i:flat|unit) \w{{1,4}},? )?\d{{1,4}}[a-z]? (?:[A-Z][\w'’.]+ ){{1,3}}(?:{STREETS}))\b"
)

NAME_WORD = r"[A-Z][a-z'’-]+"
NAMED = re.compile(
    r"(?i:\bmy name is|\bmy name'?s|\bname:|\bname is)\s+"
    rf"([A-Za-z'’-]+(?:\s+{NAME_WORD}){{0,2}})"
)
I_AM = re.compile(rf"\b(?:I'm|I’m|I am|[Tt]his is)\s+({NAME_WORD}(?:\s+{NAME_WORD}){{0,2}})")
BARE_NAME = re.compile(r"^\W*(?:it['’]?s\s+)?((?:[A-Za-z'’-]{2,}\s*){1,3})\W*$", re.I)
NEVER_NAMES = (
    "yes no ok okay sure thanks thank please hello hi hey why what who how not looking just after "
    "interested the here in from a an very sorry happy planning none maybe later"
)
NOT_NAMES: Final = frozenset(NEVER_NAMES.split())


def learn(text: str, asked: str = "") -> Facts:
    """Facts in one text; `asked` names the question it may be a short answer to."""
    project = what(text)
    # "Side return" answers many questions, but never the one for a name.
    facts: Facts = {**who(text, "" if project else asked), **project, **wishes(text, asked)}
    if postcode := postcode_in(text):
        facts["postcode"] = postcode
    if address := ADDRESS.search(text):
        facts["address"] = address.group(1)
    facts.update(budget_in(text, bare=asked == "budget"))
    months = start_in(text, bare=asked == "start")
    if months is not None:
        facts["start_within_months"] = months
    if "enquiry_kind" not in facts and facts.keys() & {"project_type", "wants_survey"}:
        facts["enquiry_kind"] = "new_project"
    return facts


def who(text: str, asked: str) -> Facts:
    facts: Facts = {}
    if name := name_in(text, bare=asked == "name"):
        facts["customer_name"] = name
    if email := EMAIL.search(text):
        facts["email"] = email.group()
    for decision_maker, pattern in (("joint", JOINT), ("sole", SOLE), ("unclear", UNCLEAR)):
        if pattern.search(text):
            facts["decision_maker"] = decision_maker
            break
    return facts


def what(text: str) -> Facts:
    facts: Facts = {}
    for kind, pattern in KINDS:
        if re.search(pattern, text, re.I):
            return {"enquiry_kind": kind}
    for project, pattern in PROJECTS:
        if re.search(pattern, text, re.I):
            facts["project_type"] = project
            break
    sentences = re.split(r"(?<=[.!?])\s+|\n", text)
    if specific := [s.strip() for s in sentences if SPECIFIC.search(s)]:
        facts["requirements"] = "; ".join(specific)[:500]
    return facts


def wishes(text: str, asked: str) -> Facts:
    facts: Facts = {}
    if when := preferred_time_in(text):
        facts["preferred_time"] = when
    looking = LOOKING.search(text)
    if looking:
        facts["just_looking"] = True
    if NO_SURVEY.search(text) or (asked == "survey" and NO.search(text)):
        facts["wants_survey"] = False
    elif (SURVEY.search(text) and not looking) or (asked == "survey" and YES.search(text)):
        facts["wants_survey"] = True
    return facts


def postcode_in(text: str) -> str | None:
    for area, district, inward in POSTCODE.findall(text):
        found = f"{area}{district} {inward}".strip().upper()
        if area.upper() in AREAS and found not in NOT_POSTCODES:
            return found
    return None


def name_in(text: str, *, bare: bool) -> str | None:
    found = NAMED.search(text) or I_AM.search(text)
    if found is None and bare:
        found = BARE_NAME.match(text.strip())
    if found is None:
        return None
    words = found.group(1).split()
    if words[0].lower() in NOT_NAMES:
        return None
    return " ".join(word[0].upper() + word[1:] for word in words)
