"""Personal data out, invented data in: the same person always becomes the same invention.

As far as a program can find it: a person reads the result before it is kept.
"""

import re
from collections.abc import Callable

import phonenumbers

from conversations.anonymous_names import Names, names_of_others, own_names
from conversations.models import Conversation, Message
from leads.models import Fact, FactKey
from leads.spoken.addresses import read_email
from leads.spoken.figures import TENS, UNITS
from leads.spoken.phones import read_phone
from leads.spoken.postcodes import spelled_postcode
from leads.spoken.text import LONGEST_READ, words_of

INVENTED_EMAIL = "alex.morgan@example.com"
INVENTED_PHONE = "07700 900321"  # a number range kept for drama
INVENTED_ADDRESS = "12 Example Road"
SHORTEST_ADDRESS = 5
Read = Callable[[str], str | None]

# The reader is unsure when a word stands in front: here that word goes too.
_EMAIL_SAID = re.compile(
    r"\b[\w.'-]{1,64}\s+(?:at|@)\s+[\w-]{1,63}(?:\s+(?:dot|point)\s+[\w-]{1,63}){1,4}\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]+")
_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*\d[A-Z]{2}\b", re.IGNORECASE)
_DIGITS = re.compile(r"\b\d(?:[ -]?\d){9,18}\b")
_NUMBER = "|".join([*UNITS, *TENS, "hundred"])
# Between a number and a word such as "park" they show that it is no address.
_NO_STREET = "|".join(
    words_of(
        "in on at of to for by from with and or but a an is are was were has have had i we you it "
        "bed beds bedroom bedrooms bathroom bathrooms room rooms floor floors flat flats storey "
        "house houses year years month months week weeks day days hour hours minute minutes metre "
        "metres meter meters m feet ft foot sqm square sq k grand thousand million pounds quid "
        "people adults children kids dogs cats times percent doors per each my our your their "
        "min mins mile miles victorian edwardian georgian mid"
    )
)
_STREET_WORD = rf"(?!(?:{_NUMBER}|{_NO_STREET})\b)[a-z][\w'’.-]{{0,30}}"
_STREET = re.compile(
    rf"\b(?:\d{{1,4}}(?:\s?[a-rt-z]\b)?(?:\s?[-–/]\s?\d{{1,4}}[a-z]?)?"
    rf"|(?:{_NUMBER})(?:[ -](?:and )?(?:{_NUMBER})){{0,5}}),?\s+"
    rf"(?:Frognal|Vale of Health|(?:{_STREET_WORD}\s+){{1,4}}"
    r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Close|Gardens|Gdns|Hill|Way|Drive|Mews|Crescent|Place"
    r"|Walk|Grove|Terrace|Square|Sq|Park|Court|Yard|Row|View|Green|Vale|Rise|Villas?))\b",
    re.IGNORECASE,
)


class Anonymiser:
    """Replaces what is known of the people of a conversation, and what looks personal."""

    def __init__(self, conversation: Conversation) -> None:
        person = conversation.person
        said = list(conversation.messages.exclude(text="").values_list("author", "text"))
        told = (text for author, text in said if author == Message.Author.CUSTOMER)
        own = [person.name, *_noted(conversation, FactKey.CUSTOMER_NAME), *own_names(told)]
        self._names = Names(own, names_of_others(text for _, text in said))
        emails = [person.email, *_noted(conversation, FactKey.EMAIL)]
        self._known = [
            *((email, INVENTED_EMAIL) for email in emails if email),
            *(
                (address, INVENTED_ADDRESS)
                for address in _noted(conversation, FactKey.ADDRESS)
                if len(address) >= SHORTEST_ADDRESS
            ),
        ]

    def __call__(self, text: str) -> str:
        for known, invented in self._known:
            text = re.sub(re.escape(known), invented, text, flags=re.IGNORECASE)
        text = _EMAIL.sub(INVENTED_EMAIL, text)
        text = _spoken(text, read_email, lambda _: INVENTED_EMAIL)
        text = _EMAIL_SAID.sub(INVENTED_EMAIL, text)
        # The area decides, not the door.
        text = _POSTCODE.sub(lambda found: f"{found[1]} 1AA", text)
        text = _spoken(text, _whole_postcode, lambda found: f"{found.split()[0]} 1AA")
        text = _STREET.sub(INVENTED_ADDRESS, text)
        return self._names(_without_numbers(text))


def _noted(conversation: Conversation, key: FactKey) -> list[str]:
    """Whatever was noted of the person, in this enquiry or another, corrected since or not."""
    rows = Fact.objects.filter(lead__person=conversation.person_id, key=key)
    return [str(value) for value in rows.values_list("value", flat=True)]


def _without_numbers(text: str) -> str:
    for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, "GB"))):
        text = text[: match.start] + INVENTED_PHONE + text[match.end :]
    text = _spoken(text, read_phone, lambda _: INVENTED_PHONE)
    return _DIGITS.sub(lambda found: found[0] if found[0] in INVENTED_PHONE else "0", text)


def _whole_postcode(text: str) -> str | None:
    """Half of one is where they live as far as the area goes."""
    found = spelled_postcode(text)
    return found if found and " " in found else None


def _spoken(text: str, read: Read, invent: Callable[[str], str]) -> str:
    """What a reader finds, wherever it stands."""
    parts: list[str] = []
    while (value := read(text)) is not None or len(text) > LONGEST_READ:
        if value is None:
            parts.append(text[: LONGEST_READ // 2])
            text = text[LONGEST_READ // 2 :]
            continue
        start, end = _place(text, read, value)
        parts += [_spoken(text[:start], read, invent), invent(value)]
        text = text[end:]
    return "".join([*parts, text])


def _place(text: str, read: Read, value: str) -> tuple[int, int]:
    """Readers tell what they found and not where: in the fewest words that still say it."""
    words = [found.span() for found in re.finditer(r"\S+", text[:LONGEST_READ])]
    end = next((end for _, end in words if read(text[:end]) == value), len(text))
    starts = [start for start, _ in words if start < end]
    start = next((start for start in reversed(starts) if read(text[start:end]) == value), 0)
    return start, start + len(text[start:end].rstrip(".,;:!?)"))
