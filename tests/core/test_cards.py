"""Card numbers lose all but four digits; other numbers survive."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hampstead.core.cards import mask_cards


def luhn(body: str) -> str:
    """The body with its check digit."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in body[-1::-2])
    plain = sum(int(digit) for digit in body[-2::-2])
    return body + str(-(doubled + plain) % 10)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("4242424242424242", "•••• 4242"),
        ("my card is 4242 4242 4242 4242 thanks", "my card is •••• 4242 thanks"),
        ("4242-4242-4242-4242.", "•••• 4242."),
        ("4242.4242.4242.4242", "•••• 4242"),
        ("4242\xa04242\u20094242 - 4242", "•••• 4242"),
        ("42424242 42424242", "•••• 4242"),
        ("4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2", "•••• 4242"),
        ("4\u200b242424242424242", "•••• 4242"),
        ("４２４２４２４２４２４２４２４２", "•••• ４２４２"),
        ("5555555555554444", "•••• 4444"),
        ("2223 0031 2200 3222", "•••• 3222"),
        ("amex 3782 822463 10005", "amex •••• 0005"),
        ("378282246310005", "•••• 0005"),
        ("diners 3056 930902 5904", "diners •••• 5904"),
        ("visa of old: 4222222222222", "visa of old: •••• 2222"),
        ("6759649826438453", "•••• 8453"),
        ("6759123456789012342", "•••• 2342"),
        ("+4242 4242 4242 4242", "+•••• 4242"),
        ("6304 1234 5678 9012 347", "•••• 2347"),
        ("card:4242424242424242,name", "card:•••• 4242,name"),
        ("call 07700 900123 4242 4242 4242 4242", "call 07700 900123 •••• 4242"),
        (
            "4242 4242 4242 4242 5555 5555 5555 4444",
            "•••• 4242 •••• 4444",
        ),
        ("4242424242424242 12/28 123", "•••• 4242 ••/•• •••"),
        ("4242 4242 4242 4242 123", "•••• 4242 •••"),
        ("4242 4242 4242 4242 exp 01/2029 cvv 123", "•••• 4242 exp ••/•• cvv •••"),
        ("4242 4242 4242 4242, expires 3/27, cvc: 999", "•••• 4242, expires ••/••, cvc: •••"),
        ("cvv is 123 for 4242424242424242", "cvv is ••• for •••• 4242"),
        ("exp 12/28 no 4242424242424242", "exp ••/•• no •••• 4242"),
        ("378282246310005 security code 1234", "•••• 0005 security code •••"),
        ("the CVV is 123", "the CVV is •••"),
        ("cv2 456", "cv2 •••"),
    ],
)
def test_a_card_keeps_its_last_four_digits_only(written: str, stored: str) -> None:
    assert mask_cards(written) == (stored, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello",
        "07700 900123",
        "+44 7700 900123",
        "+44 07700 900123",
        "0044 7700 900123",
        "+4407700900127",
        "44 07700 900127",
        "020 7946 0100 or 020 7946 0199",
        "07700 900123 07700 900456 07700 900789",
        "order 4242424242424241",
        "reference 4242 4242 4242 4243",
        "invoice 20240115000123",
        "budget 80,000 to 120,000",
        "25.01.2026 - 30.02.2026",
        "between 2026-01-05 and 2026-03-05",
        "NW3 2QG, built 1930, 3 beds, 2 baths",
        "0000 0000 0000 0000",
        "GB33BUKB20201555555555",
        "24242424242424242424242424242424",
        "the walls are 4242 4242 4242 mm",
        "the alarm's security code is 1234",
        "we could start on 12/28",
        "the kitchen is 4.25 x 3.75 x 2.45 x 2.40",
    ],
)
def test_other_numbers_survive(text: str) -> None:
    assert mask_cards(text) == (text, False)


SEPARATORS = st.sampled_from(["", " ", "-", ".", "  ", " - ", "\xa0", "–"])
WORDS = st.text(alphabet="abcdefgh ,;:!?\n", max_size=20)
DIGITY = st.text(alphabet="0123456789 .-/•+:acv", max_size=120)


@given(st.text(alphabet="0123456789", min_size=15, max_size=15), SEPARATORS, WORDS, WORDS)
def test_no_checked_sixteen_digits_survive(
    body: str, separator: str, before: str, behind: str
) -> None:
    number = luhn(body)
    groups = [number[at : at + 4] for at in range(0, 16, 4)]
    stored, was_masked = mask_cards(f"{before}{separator.join(groups)}{behind}")
    assert was_masked == (number != "0" * 16)
    if was_masked:
        assert number[:12] not in "".join(sign for sign in stored if sign.isdigit())


@given(st.sampled_from("456"), st.data())
def test_a_known_brand_is_masked_however_it_is_grouped(first: str, data: st.DataObject) -> None:
    second = {"4": "2", "5": "3", "6": "5"}[first]
    number = luhn(
        first + second + data.draw(st.text(alphabet="0123456789", min_size=13, max_size=13))
    )
    gaps = data.draw(st.lists(SEPARATORS, min_size=16, max_size=16))
    _, was_masked = mask_cards("".join(map("".join, zip(number, [*gaps[1:], ""], strict=True))))
    assert was_masked


@given(DIGITY | st.text(max_size=200))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once, _ = mask_cards(text)
    assert mask_cards(once) == (once, False)


def chained(count: int) -> str:
    """After one card, groups of twelve: each makes a card with the four digits left before it."""
    groups = ["4242424242424242"]
    for at in range(count):
        bodies = (f"{at:08d}4{end:03d}" for end in range(1000))
        groups.append(next(b for b in bodies if luhn(groups[-1][-4:] + b[:-1]).endswith(b)))
    return " ".join(groups)


def test_what_a_masked_card_leaves_is_masked_with_what_follows() -> None:
    stored, _ = mask_cards(f"a {chained(50)} b")
    assert sum(sign.isdigit() for sign in stored) == 4


@pytest.mark.parametrize(
    ("hostile", "is_card"),
    [
        ("4242 " * 12_000, True),
        ("1." * 30_000 + "x", False),
        ("1 " * 30_000, False),
        ("4 " * 30_000, True),
        ("1" * 60_000, False),
        ("4    4 " * 9_000, False),
        (chained(4_600), True),
    ],
)
def test_a_long_hostile_text_costs_little(hostile: str, is_card: bool) -> None:
    began_at = process_time()
    assert mask_cards(hostile)[1] == is_card
    assert process_time() - began_at < 1.5
