"""Words by which people forbid or allow messages. Pure.

A missed "stop" is a breach, a wrong one leaves a customer without an answer: so a word counts when
it is the whole message, and a sentence when it says whom to leave in peace. Everything else is
conversation: "stop the leak", "can you stop by", "don't call me before nine".
"""

import re
import tomllib
import unicodedata
from pathlib import Path

LONGEST_READ = 1000
COURTESY = (
    r"^(?:please|pls|plz|plse|hi|hello|hey|ok|okay|sorry|just|now|thanks|thank you|and|but|so"
    r"|then|bitte|prosze|bonjour|hola|per favore|por favor|i said|oi|look|listen|right|yes)\b"
    r"|\b(?:please|pls|plz|plse|thanks|thank you|thx|ta|cheers|now|immediately|today|at once"
    r"|right away|straight away|ok|okay|bitte|danke|svp|s'il vous plait|merci|por favor|gracias"
    r"|per favore|grazie|prosze|dziekuje|obrigad[oa]|sofort|pazhaluista|пожалуиста|спасибо)$"
)


def _plain(text: str) -> str:
    """Lower case without accents and invisible marks, with straight apostrophes."""
    letters = unicodedata.normalize("NFKD", re.sub(r"[’‘`´]", "'", text[:LONGEST_READ].casefold()))
    kept = (char if char.isprintable() else "\n" * (char == "\n") for char in letters)
    return "".join(char for char in kept if not char or not unicodedata.combining(char))


def _words(text: str) -> str:
    """Without punctuation and repetition, and without the courtesies around the point."""
    text = re.sub(r"\s+", " ", re.sub(r"[^\w']|_", " ", text)).strip(" '")
    text = re.sub(r"\b(\w+)(?: \1)+\b", r"\1", text)
    while (shorter := re.sub(COURTESY, "", text).strip()) != text:
        text = shorter
    return text


PHRASES = {
    name: frozenset(_words(_plain(phrase)) for phrase in phrases)
    for name, phrases in tomllib.loads(
        Path(__file__).with_name("optwords.toml").read_text(encoding="utf-8")
    ).items()
}

DONT = r"(?:do not|don'?t|dont|never|no longer)"
REACHING = (
    r"(?:messag|text|contact|writ|call|ring|whatsapp|mail|e ?mail|phon|bother|spamm|harass|pester"
    r"|pinging|nagg|disturb)(?:ing|ting)?"
)
REACH = (
    r"(?:message|msg|text|contact|write(?: to)?|call|ring|whatsapp|mail|e ?mail|phone|bother"
    r"|spam|harass|pester|ping|disturb|reply(?: to)?)"
)
US = r"(?:me|us|this number|my number|my phone)"
THINGS = (
    r"(?:(?:me|us) )?(?:(?:all|any|these|those|the|your|more|further|such|so many|of|marketing"
    r"|whatsapp|text|automated) )*(?:messages?|msgs?|texts?|whatsapps?|e ?mails?|calls?|spam|this"
    r"|stuff|marketing|reminders?|adverts?|ads|these|those)"
)
LATER = r"(?: (?:again|any ?more|ever(?: again)?|any longer|at all|in (?:the )?future))"
LISTS = (
    r"(?: (?:from|off|of) (?:(?:your|the|this|that|these|those|all|any|receiving|mailing"
    r"|marketing|contact|whatsapp|text|phone|call) )*(?:lists?|database|system|records?|contacts"
    r"|files|books|marketing|messages|texts|service|updates|communications?|here|this|it|crm))"
)
LEAD_IN = (
    r"(?:(?:please|pls|plz|kindly|just|ok|so|and|but|then|or|now|hi|hello|also|seriously|again"
    r"|can|could|would|will|you|guys|all|lot|people|how do i|how can i|how to|to|i'd like"
    r"|i'm asking|i am asking|i want|i need|i would like|i wish|i've asked|i have asked|i asked"
    r"|i told|we want|we'd like|we would like|is there a way|let me|id like|must|need|should) )*"
)
ENDING = (
    r"(?=$| (?:please|pls|plz|thanks|thank you|thx|and|or|because|as|since|i|we|i'm|it|this is|now"
    r"|immediately|today|cheers|ok|okay|you|otherwise|at once|straight away|right now)\b)"
)
SENTENCES = tuple(
    re.compile(rf"^{LEAD_IN}{point}{ENDING}")
    for point in (
        rf"(?:stop|quit|cease) {REACHING}(?: or {REACHING})* {US}{LATER}?",
        rf"(?:stop|quit|cease) (?:sending|with) {THINGS}{LATER}?(?: to (?:me|us))?",
        r"(?:stop|end|cancel) (?:all |any |these |those |the |your |further )+(?:whatsapp |text "
        r"|marketing )?(?:messages|texts|whatsapps|texting|messaging|spam|marketing)",
        rf"{DONT} (?:ever )?{REACH}(?: or {REACH})* {US}{LATER}",
        rf"{DONT} (?:ever )?send {THINGS}{LATER}?(?: to (?:me|us))?",
        rf"(?:not to|not) (?:be )?(?:{REACH}|contacted|messaged|texted)(?: {US})?{LATER}",
        rf"(?:i |we )?(?:do not|don'?t|no longer|never) (?:want|wish|need|like|consent)(?: to)? "
        rf"(?:(?:be|get|receive|have|hear|being|getting|receiving) )*"
        rf"(?:contacted|messaged|texted|from you|{THINGS}|spammed|bothered)"
        rf"(?: by you(?: lot| guys)?| from you(?: lot| guys)?)?{LATER}?",
        r"stop (?:(?:please|pls|now) )?(?:(?:i'm|im|i am|we're|we are) )?(?:not|no longer)"
        r"(?: really)? interested(?: any ?more)?",
        r"leave (?:me|us) (?:alone|be|in peace)",
        rf"(?:remove|delete|take|drop|erase|scrub) (?:me|us|my (?:number|details|name"
        rf"|phone number))(?: off)?{LISTS}?",
        r"lose my number",
        rf"unsubscribe(?: (?:me|us))?{LISTS}?",
        rf"opt(?:ing)? (?:(?:me|us) )?out{LISTS}?",
        rf"no more {THINGS}(?: from you)?",
        r"(?:i |we )?(?:withdraw|revoke|retract|take back) (?:my|our|all) (?:consent|permission)",
    )
)
# In capitals it is the keyword, behind whatever sentence.
KEYWORD = re.compile(r"[.!?\n]\s*STOP\W*$")
# "Don't message me." forbids; "don't message me, ring me" only says how.
SHORT_NO = re.compile(
    rf"^{LEAD_IN}{DONT} (?:ever )?(?:message|msg|text|contact|whatsapp|write to|bother|spam) {US}$"
)
OTHER_WAY = re.compile(
    r"(?<!don't )(?<!dont )(?<!do not )(?<!not )(?<!or )(?<!never )\b"
    r"(?:ring|call|phone|e ?mail|text|message|whatsapp|contact|write to|speak to|talk to|use|try) "
    r"(?:me|us|my|him|her|the|only)\b|\binstead\b|\brather\b|\buntil\b|\bwhile\b|\bfor now\b"
)
# A bare "stop" beside the news that there is nothing to talk about.
BARE_STOP = {"stop", "stop it", "stop this", "no stop"}
LEAVES = re.compile(
    r"\b(?:not|no longer|never)(?: \w+)? interested\b(?! in\b)|\bwrong (?:number|person)\b"
    r"|^no(?: thanks?| thank you)?$|\b(?:found|hired|chosen|chose|gone with|went with|going with) "
    r"(?:someone|somebody"
    r"|(?:an?|another|the|other)(?: \w+)? (?:builder|firm|company|contractor)s?)\b"
)
AGAIN = re.compile(
    r"^(?:(?:yes|ok|actually|you|can|may|could|please|feel free to|it's fine to|its fine to|happy"
    r"|for|to|i'm|im|i|am|it is ok to|it's ok to|are|welcome|allowed|changed my mind) )*"
    rf"(?:start |begin |resume |carry on |continue )?{REACH}(?:ing)? {US} (?:again|now|after all)$"
    r"|^(?:i )?(?:want|would like|i'd like|wish|like) to (?:opt (?:back )?in|resubscribe"
    r"|receive (?:your )?messages again|hear from you again)$"
    r"|^opt me (?:back )?in$"
)


def is_opt_out(text: str) -> bool:
    sentences = [each for each in re.split(r"[.!?;\n。！？]+", _plain(text)) if _words(each)]
    if not sentences:
        return False
    words = PHRASES["last_sentence"]
    if _words(" ".join(sentences)) in words | PHRASES["message"] or _words(sentences[-1]) in words:
        return True
    return (
        bool(KEYWORD.search(text))
        or any(_forbids(each) for each in sentences)
        or _stops_and_leaves(sentences)
    )


def is_opt_in(text: str) -> bool:
    said = _words(_plain(text))
    return said in PHRASES["back_in"] or bool(AGAIN.search(said))


def _stops_and_leaves(sentences: list[str]) -> bool:
    clauses = [clause for sentence in sentences for clause in _clauses(sentence)]
    return any(clause in BARE_STOP for clause in clauses) and any(map(LEAVES.search, clauses))


def _clauses(sentence: str) -> list[str]:
    return [_words(each) for each in re.split(r"[,()–—]| - | and | but ", sentence)]


def _forbids(sentence: str) -> bool:
    clauses = _clauses(sentence)
    if any(clause in PHRASES["clause"] or _says_no(clause) for clause in clauses):
        return True
    others = " ".join(clause for clause in clauses if not SHORT_NO.search(clause))
    return any(SHORT_NO.search(clause) for clause in clauses) and not OTHER_WAY.search(others)


def _says_no(clause: str) -> bool:
    return any(sentence.search(clause) for sentence in SENTENCES)
