"""Phone numbers: E.164 inside, read as a Londoner would write them."""

from functools import lru_cache

import phonenumbers


def to_e164(raw: str, *, region: str = "GB") -> str | None:
    """'020 7946 0100' -> '+442079460100'; None when it is no possible number.

    Drama ranges (07700 900xxx) are possible but not valid, so possibility is the test.
    """
    try:
        parsed = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def from_wa_id(wa_id: str) -> str | None:
    """WhatsApp sends full international digits without a plus."""
    return to_e164(f"+{wa_id.lstrip('+')}") if wa_id.lstrip("+").isdigit() else None


@lru_cache(maxsize=256)
def spoken(e164: str) -> str:
    """'+447700900123' -> '07700 900123'; other countries keep their code."""
    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if parsed.country_code == 44
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(parsed, style)
