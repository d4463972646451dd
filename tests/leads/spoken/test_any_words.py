"""No words break a reader, and no length makes one slow."""

from collections.abc import Callable
from datetime import date
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.postcodes import outcode_of
from leads.spoken.addresses import read_email
from leads.spoken.figures import whole_number
from leads.spoken.moments import preferred_time, read_time
from leads.spoken.money import read_budget
from leads.spoken.names import read_name
from leads.spoken.phones import read_phone
from leads.spoken.places import place_outcode, read_address
from leads.spoken.projects import read_project
from leads.spoken.starts import start_within_months
from leads.spoken.text import is_no, is_thanks, is_unknown, is_yes, words_of

MONDAY = date(2026, 11, 23)
READERS: dict[str, Callable[[str], Any]] = {
    "numbers": whole_number,
    "phones": read_phone,
    "money": lambda text: read_budget(text, asked=True),
    "money by the way": read_budget,
    "postcodes": outcode_of,
    "places": place_outcode,
    "addresses": read_address,
    "e-mails": read_email,
    "times": read_time,
    "preferred times": lambda text: preferred_time(text, MONDAY),
    "starts": lambda text: start_within_months(text, MONDAY),
    "names": lambda text: read_name(text, asked=True),
    "names by the way": read_name,
    "projects": read_project,
    "unknown": is_unknown,
    "thanks": is_thanks,
    "yes": is_yes,
    "no": is_no,
}
WORDS = words_of(
    "a an and the or but one two ten twenty hundred thousand million k grand £ 80 100 0 1 2026 - "
    "– . , ' : / @ at dot double oh half quarter past to between up not no sorry next this week "
    "fortnight on in of tuesday may march 31st february christmas am pm o'clock n w nw3 2qg for "
    "november queue is my name it's i'm mr o'connor van here thanks loft kitchen extension ton "
    "monkey + (0) 44 07700 900123"
)
phrases = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
REPEATED = [
    "a ",
    "1",
    "1 ",
    "one ",
    "n w ",
    "at dot ",
    "a at b dot ",
    "ten to ",
    "next ",
    "£1 ",
    "Aa-",
]
REPEATED += ["my name is ", "hundred and ", "1/", "12 aaa ", "not the ", "extend the ", "in a "]


@pytest.mark.parametrize("name", READERS)
@given(text=st.text(max_size=200) | phrases)
def test_a_reader_never_raises(name: str, text: str) -> None:
    READERS[name](text)


@pytest.mark.parametrize("name", READERS)
def test_a_reader_looks_at_the_beginning_of_an_endless_text(name: str) -> None:
    started = process_time()
    for part in REPEATED:
        READERS[name](part * 100_000)
    assert process_time() - started < 3


@given(text=st.text(max_size=60) | phrases)
def test_a_budget_has_its_ends_in_order_and_within_reason(text: str) -> None:
    found = read_budget(text, asked=True)
    ends = [] if found is None else [found.min_pence, found.max_pence]
    said = [end for end in ends if end is not None]
    assert said == sorted(said)
    assert all(100 <= end <= 2_000_000_000 for end in said)


@given(text=st.text(max_size=60) | phrases)
def test_a_start_lies_between_now_and_ten_years(text: str) -> None:
    months = start_within_months(text, MONDAY)
    assert months is None or 0 <= months <= 120
