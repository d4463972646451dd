import pytest

from leads.models import ServiceArea
from voice.speech.keyterms import MOST_TERMS, keyterms

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("firm_defaults")
@pytest.mark.parametrize(
    "term", ["Hampstead Renovations", "loft conversion", "party wall", "Belsize Park", "Kilburn"]
)
def test_firm_prices_trade_and_places_are_expected(term: str) -> None:
    assert term in keyterms()


@pytest.mark.usefixtures("firm_defaults")
def test_places_of_the_heart_of_the_area_come_first() -> None:
    terms = keyterms()
    assert terms.index("Golders Green") < terms.index("Cricklewood")


@pytest.mark.usefixtures("firm_defaults")
def test_there_are_not_too_many() -> None:
    assert len(keyterms()) == MOST_TERMS


def test_where_we_do_not_work_is_not_expected() -> None:
    ServiceArea.objects.create(outcode="N6", area="primary")
    terms = keyterms()
    assert "Highgate" in terms
    assert "Hampstead" not in terms


def test_a_place_stands_there_once() -> None:
    ServiceArea.objects.create(outcode="NW6", area="primary")
    terms = keyterms()
    assert "Queen's Park" in terms
    assert "Queens Park" not in terms
