"""Postcodes written and spelled out, and areas by name."""

import pytest

from leads.postcodes import outcode_of, postcode_of
from leads.spoken.places import PLACES, place_outcode, read_address
from leads.spoken.postcodes import AREAS, spelled_postcode


@pytest.mark.parametrize(
    ("said", "postcode"),
    [
        ("nw32qg", "NW3 2QG"),
        ("NW3", "NW3"),
        ("NW3 2", "NW3"),
        ("SW1A 1AA", "SW1A 1AA"),
        ("my postcode is nw11 7es thanks", "NW11 7ES"),
        ("en double-u three two queue gee", "NW3 2QG"),
        ("N W 3, 2 Q G", "NW3 2QG"),
        ("NW three two QG", "NW3 2QG"),
        ("it's NW3 to QG", "NW3 2QG"),
        ("n for november w for whiskey three", "NW3"),
        ("N as in November, W as in whisky, eleven, seven E S", "NW11 7ES"),
        ("november whiskey six, one alpha alpha", "NW6 1AA"),
        ("N W six 1 double A", "NW6 1AA"),
        ("sw one a one double a", "SW1A 1AA"),
        ("en six five aitch bee", "N6 5HB"),
        ("n one oh, two bee ee", "N10 2BE"),
        ("enn double you six", "NW6"),
        ("nw ten", "NW10"),
        ("north west three", "NW3"),
        ("NW3 2QG no wait, NW6 1AB", "NW6 1AB"),
        ("NW3 2QG and NW6 1AB", "NW3 2QG"),
        ("n. w. 3.", "NW3"),
        ("i see you are in N W 3", "NW3"),
        ("I'm in NW3", "NW3"),
        ("NWI 4AB", "NW1 4AB"),
        ("NW3 IAA", "NW3 1AA"),
        ("NW3 OAA", "NW3 0AA"),
        ("NW1O", "NW10"),
        ("W1O 3AB", "W10 3AB"),
        ("NW3 20G", "NW3"),
        ("Hampstead", "NW3"),
        ("we live in West Hampstead", "NW6"),
        ("Golders Green", "NW11"),
        ("St John’s Wood", "NW8"),
        ("NW3 2QG, that is Hampstead", "NW3 2QG"),
        ("the moon", None),
        ("somewhere", None),
        ("we have 2 bathrooms", None),
        ("so 3 months", None),
        ("B2B is what we do", None),
        ("in 3 weeks", None),
        ("double 0 7", None),
        ("I AM IN NEED OF A QUOTE", None),
        ("", None),
    ],
)
def test_a_postcode_however_it_is_said(said: str, postcode: str | None) -> None:
    assert postcode_of(said) == postcode


@pytest.mark.parametrize(
    "said",
    ["my house in Hampstead", "call me at 10", "a 3 bed", "M25", "we are 4 miles away", "e 2 end"],
)
def test_nothing_is_spelled_where_people_just_talk(said: str) -> None:
    assert spelled_postcode(said) is None


@pytest.mark.parametrize(
    ("said", "outcode"),
    [
        ("Hampstead", "NW3"),
        ("West Hampstead", "NW6"),
        ("Hampstead Garden Suburb", "NW11"),
        ("Golders Green", "NW11"),
        ("Cricklewood", "NW2"),
        ("St Johns Wood", "NW8"),
        ("Highgate", "N6"),
        ("East Finchley", "N2"),
        ("North Finchley", "N12"),
        ("Finchley", "N3"),
        ("muswell hill please", "N10"),
        ("Camden", "NW1"),
        ("Camden Town", "NW1"),
        ("near Hendon", "NW4"),
        ("Mill Hill", "NW7"),
        ("Kingsbury", "NW9"),
        ("Willesden Green", "NW10"),
        ("Crouch End", "N8"),
        ("Belsize Park", "NW3"),
        ("Swiss Cottage", "NW3"),
        ("Kentish Town", "NW5"),
        ("Queen's Park", "NW6"),
        ("Is this Hampstead Renovations?", None),
        ("Finchley Road", None),
        ("Camden High Street", None),
        ("between Highgate and Hampstead", None),
        ("Manchester", None),
    ],
)
def test_an_area_by_its_name(said: str, outcode: str | None) -> None:
    assert place_outcode(said) == outcode


@pytest.mark.parametrize(
    ("said", "outcode"),
    [
        ("we are in Highgate", "N6"),
        ("I work in Highgate", None),
        ("Highgate is lovely", None),
    ],
)
def test_an_area_nobody_asked_for_must_be_where_they_are(said: str, outcode: str | None) -> None:
    assert place_outcode(said, asked=False) == outcode


def test_every_area_we_name_lies_in_a_real_postcode_area() -> None:
    letters = {code.rstrip("0123456789") for code in PLACES.values()}
    assert letters <= AREAS


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("I live at 12 Invented Road NW3", "12 Invented Road"),
        ("flat 2, 14b Inventor's Avenue", "flat 2, 14b Inventor's Avenue"),
        ("3 bedroom house in park street", None),
        ("2 miles from the high street", None),
        ("80 grand", None),
    ],
)
def test_a_street_address(said: str, address: str | None) -> None:
    assert read_address(said) == address


def test_the_outcode_is_the_first_half() -> None:
    assert outcode_of("en double-u three two queue gee") == "NW3"
