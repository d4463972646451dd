"""Numbers and telephone numbers as people say them."""

import pytest

from leads.spoken.figures import whole_number
from leads.spoken.phones import read_phone


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("one", 1),
        ("nineteen", 19),
        ("Twenty-five", 25),
        ("forty two", 42),
        ("fourty", 40),
        ("a hundred", 100),
        ("a hundred and twenty", 120),
        ("hundred and five", 105),
        ("two hundred", 200),
        ("two fifty", 250),
        ("one twenty five", 125),
        ("twelve hundred", 1200),
        ("nineteen eighty", None),
        ("eighty thousand", 80_000),
        ("a thousand", 1000),
        ("a hundred and fifty thousand", 150_000),
        ("two hundred and fifty thousand five hundred", 250_500),
        ("ninety nine thousand nine hundred and ninety nine", 99_999),
        ("80", 80),
        ("1,200", 1200),
        ("80 thousand", 80_000),
        ("3 hundred", 300),
        ("a dozen", 12),
        ("a couple", 2),
        ("a couple of hundred", 200),
        ("double seven", 77),
        ("treble two", 222),
        ("one two three", 123),
        ("oh", 0),
        ("nought", 0),
        ("double", None),
        ("banana", None),
        ("ten bananas", None),
        ("", None),
    ],
)
def test_a_number_in_words(said: str, number: int | None) -> None:
    assert whole_number(said) == number


@pytest.mark.parametrize(
    ("said", "phone"),
    [
        ("oh seven seven double oh, nine hundred, one two three", "+447700900123"),
        ("oh double seven double oh nine double oh four five six", "+447700900456"),
        ("zero seven seven zero zero nine zero zero seven eight nine", "+447700900789"),
        ("07700 900123", "+447700900123"),
        ("07700-900-123", "+447700900123"),
        ("(020) 7946 0100", "+442079460100"),
        ("zero two zero seven nine four six oh one double oh", "+442079460100"),
        ("oh twenty seventy nine forty six oh one hundred", "+442079460100"),
        ("plus four four seven seven double oh nine oh oh one two three", "+447700900123"),
        ("+44 7700 900123", "+447700900123"),
        ("+44 (0)7700 900123", "+447700900123"),
        ("447700900123", "+447700900123"),
        ("my number is 07700900456, after six", "+447700900456"),
        ("ring me on 020 7946 0150 please", "+442079460150"),
        ("call 07700 900 double two one", "+447700900221"),
        ("it's oh seven seven, oh oh, nine hundred, triple four", "+447700900444"),
        ("07700900", None),
        ("7700 900123", None),
        ("12345678901234567890", None),
        ("oh", None),
        ("seven", None),
        ("3 bedrooms", None),
        ("80 to 100k", None),
        ("NW3 2QG", None),
        ("", None),
    ],
)
def test_a_telephone_number(said: str, phone: str | None) -> None:
    assert read_phone(said) == phone
