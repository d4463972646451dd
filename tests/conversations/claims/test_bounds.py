"""A hostile text costs no more than a long one: no pattern runs away."""

import pytest

from conversations.claims import check
from tests.conversations.claims.knowing import LOFT, customer, knowing

LENGTH = 4000
FRAGMENTS = (
    *(
        "a",
        "1",
        " ",
        "\u00a0",
        "-",
        "(",
        "<",
        "[",
        "{",
        "|",
        "#",
        "*",
        ".",
        "?",
        "\n",
        "£",
        "a\u0337",
    ),
    *("1 ", "1,", "1,000,", "£1 ", "1. ", "10am ", "tuesday ", "tuesday at 10am ", "half a "),
    *("one ", "a hundred and ", "ten thirty ", "oh ", "price is about ", "cost you ", "a few "),
    *("we will call you ", "a colleague from the office in the team of our ", "i will ask and "),
    *("you are booked ", "if you ", "would you ", "not ", "your survey with us the ", "so, "),
    *("have a good ", "thanks ", "next ", "today ", "at ", "a dot ", "a@", "a.", "http://", "www."),
    *("QUJD", "41", "бооkеd ", "x\n", "</a", '{"a', "note_", "i'm not ", "no vat ", "free ", "de "),
)


@pytest.mark.timeout(15)
@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_a_repeated_fragment_is_read_in_bounded_time(fragment: str) -> None:
    said = (fragment * LENGTH)[:LENGTH]
    for known in (LOFT, customer(said), knowing(tool_texts=(said,), secret_texts=(said,))):
        check(said, known)


@pytest.mark.timeout(15)
def test_deeply_nested_tool_results_are_read() -> None:
    assert check("It costs £5.", knowing(tool_texts=("[" * 50_000, '{"a":' * 50_000)))
