"""Text as the readers see it, and what people say instead of an answer."""

import re

LONGEST_READ = 2000
_LIKE = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-"})
_SPACE = re.compile(r"\s+")
_UNKNOWN = re.compile(
    r"\b(?:no (?:idea|clue)|(?:have ?n'?t|have not|not) (?:got )?(?:a|any) (?:clue|idea)"
    r"|not (?:really |too |quite |entirely |100% )?(?:sure|certain)|unsure|dunno|(?:you|u) tell me"
    r"|(?:do ?n'?t|do not|dont) (?:really |actually )?know|(?:have ?n'?t|have not|not) (?:really "
    r"|yet )?(?:decided|thought|worked|set)|(?:'d|would) rather not|rather not (?:say|tell)"
    r"|prefer not|do ?n'?t (?:want|wish) to (?:say|tell|give|share)|none of your business"
    r"|not (?:saying|telling)|(?:no|without a) (?:fixed |set |particular |real )?"
    r"(?:budget|preference|rush|hurry|date)|it depends|depends on|tbc|tbd|to be confirmed"
    r"|(?:do ?n'?t|do not|have ?n'?t) (?:really )?(?:have|got) (?:one|(?:a|any) (?:\w+ )?"
    r"(?:budget|date|preference|clue|idea))|no urgency|not urgent|not in (?:a|any) (?:rush|hurry)"
    r"|hard to say|skip (?:this|that|it)|^skip|^pass|no comment|open to (?:ideas|suggestions)"
    r"|(?:i'?m|we'?re|am|are|quite|pretty) flexible|^flexible|whatever it (?:takes|costs))\b"
)
_THANKS = re.compile(
    r"(?:(?:ok|okay|k|great|good|fine|lovely|perfect|brilliant|super|cool|cheers|ta|thanks?|thank"
    r"|you|u|thx|so|very|much|a lot|lot|many|all|right|alright|sure|will|do|no|problem|worries"
    r"|that's|thats|it|for|your|the|help|understood|noted|got|bye|goodbye|speak|soon|later"
    r"|talk|then|now|and|have|a|day|evening|weekend|nice one|nice|wonderful|excellent|yes|yep|yeah"
    r"|appreciate|mate|pal|love|ace|legend|x+|ta-?ra|tara"
    r"|appreciated|sounds|👍|🙏|😊|❤️)\W*)+"
)
_YES = re.compile(
    r"(?:yes|yeah|yep|yup|ye|correct|right|that'?s (?:right|it|correct)|exactly|i do|we do|indeed"
    r"|sure|of course|thousands?|grand|k|spot on|absolutely)\b"
)
_NO = re.compile(r"(?:no|nope|nah|not (?:quite|really|exactly)|wrong|i mean)\b")


def words_of(line: str) -> list[str]:
    """A list of words as one line of prose: shorter to read than forty quoted strings."""
    return line.split()


def plain(text: str) -> str:
    """Lower case, simple quotes and dashes, single spaces."""
    return _SPACE.sub(" ", text[:LONGEST_READ].translate(_LIKE)).strip().lower()


def is_unknown(text: str) -> bool:
    """'no idea', 'I'd rather not say': an answer, and not one to ask for again."""
    return bool(_UNKNOWN.search(plain(text)))


def is_thanks(text: str) -> bool:
    """'ok thanks', 'great, speak soon': nothing to note and nothing to ask."""
    said = plain(text)
    return len(said) <= 80 and bool(_THANKS.fullmatch(said))


def is_yes(text: str) -> bool:
    return bool(_YES.match(plain(text)))


def is_no(text: str) -> bool:
    return bool(_NO.match(plain(text)))
