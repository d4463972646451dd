"""Numbers are E.164 inside and read as a Londoner writes them."""

import pytest

from hampstead.core import phone


@pytest.mark.parametrize(
    ("raw", "e164"),
    [
        ("020 7946 0100", "+442079460100"),
        ("07700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("+1 415 555 2671", "+14155552671"),
    ],
)
def test_a_number_becomes_e164(raw: str, e164: str) -> None:
    assert phone.to_e164(raw) == e164


@pytest.mark.parametrize("raw", ["", "hello", "123", "+", "+999", "0" * 40])
def test_what_is_no_number_is_none(raw: str) -> None:
    assert phone.to_e164(raw) is None


@pytest.mark.parametrize("wa_id", ["447700900123", "+447700900123"])
def test_a_whatsapp_id_is_a_number_without_plus(wa_id: str) -> None:
    assert phone.from_wa_id(wa_id) == "+447700900123"


@pytest.mark.parametrize("wa_id", ["", "+", "GB.12345", "44 7700 900123", "abc", "²²²²²²²²²²"])
def test_an_id_of_another_shape_is_none(wa_id: str) -> None:
    assert phone.from_wa_id(wa_id) is None


@pytest.mark.parametrize(
    ("e164", "spoken"),
    [
        ("+447700900123", "07700 900123"),
        ("+442079460100", "020 7946 0100"),
        ("+14155552671", "+1 415-555-2671"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_number_is_spoken_locally(e164: str, spoken: str) -> None:
    assert phone.spoken(e164) == spoken
