"""Personal data out, invented data in: the same person always becomes the same invention."""

import re

import phonenumbers

from conversations.models import Conversation
from leads.facts import current_facts
from leads.models import FactKey

INVENTED_NAME = "Alex Morgan"
INVENTED_EMAIL = "alex.morgan@example.com"
INVENTED_PHONE = "07700 900321"  # a number range kept for drama
INVENTED_ADDRESS = "12 Example Road"
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]+")
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*\d[A-Z]{2}\b", re.IGNORECASE)
_STREET = re.compile(
    r"\b\d{1,4}[a-z]?\s+(?:[A-Z][\w'’-]+\s+){1,4}"
    r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Close|Gardens|Hill|Way|Drive|Mews|Crescent|Place)\b"
)
_DIGITS = re.compile(r"\b\d(?:[ -]?\d){9,18}\b")


class Anonymiser:
    """Replaces what is known of the person of a conversation, and what looks personal."""

    def __init__(self, conversation: Conversation) -> None:
        lead = conversation.lead
        facts = current_facts(lead) if lead is not None else {}
        names = [conversation.person.name, str(facts.get(FactKey.CUSTOMER_NAME, ""))]
        self._names = _name_pattern(names)
        self._known = {
            str(facts.get(FactKey.ADDRESS, "")): INVENTED_ADDRESS,
            str(facts.get(FactKey.EMAIL, "")): INVENTED_EMAIL,
            conversation.person.email: INVENTED_EMAIL,
        }

    def __call__(self, text: str) -> str:
        for known, invented in self._known.items():
            if known:
                text = re.sub(re.escape(known), invented, text, flags=re.IGNORECASE)
        text = _EMAIL.sub(INVENTED_EMAIL, text)
        text = _POSTCODE.sub(
            lambda found: f"{found[1]} 1AA", text
        )  # the area decides, not the door
        text = _STREET.sub(INVENTED_ADDRESS, text)
        for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, "GB"))):
            text = text[: match.start] + INVENTED_PHONE + text[match.end :]
        text = _DIGITS.sub(lambda found: found[0] if found[0] in INVENTED_PHONE else "0", text)
        return self._names.sub(_invented_name, text) if self._names else text


def _name_pattern(names: list[str]) -> re.Pattern[str] | None:
    """The whole name and each of its words, longest first."""
    words = {word for name in names for word in (name, *name.split()) if len(word) > 1}
    if not words:
        return None
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"\b(?:{either})\b", re.IGNORECASE)


def _invented_name(found: re.Match[str]) -> str:
    return INVENTED_NAME if " " in found[0] else INVENTED_NAME.split()[0]
