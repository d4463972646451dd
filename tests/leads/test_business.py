from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError

from leads.loading import load_defaults
from leads.models import Firm, OpeningHours, PriceRange, RuleSet, ServiceArea
from leads.prices import price_range
from leads.service_area import find_area, outcode_of
from tests.factories.leads import PriceRangeFactory, ServiceAreaFactory

pytestmark = pytest.mark.django_db


def test_loading_the_defaults_again_creates_nothing() -> None:
    load_defaults()
    assert set(load_defaults().values()) == {0}


def test_the_command_prints_what_it_created() -> None:
    out = StringIO()
    call_command("load_defaults", stdout=out)
    assert "service areas: 16 created" in out.getvalue()


@pytest.mark.usefixtures("firm_defaults")
def test_loading_keeps_what_staff_edited_and_deleted() -> None:
    PriceRange.objects.filter(project_type="bathroom").update(high_pence=4_000_000)
    ServiceArea.objects.filter(outcode="N12").delete()
    Firm.objects.update(name="Edited Ltd")
    load_defaults()
    assert PriceRange.objects.get(project_type="bathroom").high_pence == 4_000_000
    assert not ServiceArea.objects.filter(outcode="N12").exists()
    assert Firm.current().name == "Edited Ltd"


@pytest.mark.usefixtures("firm_defaults")
def test_the_defaults_bring_one_published_rule_set() -> None:
    assert RuleSet.objects.get().status == RuleSet.Status.PUBLISHED


@pytest.mark.usefixtures("firm_defaults")
def test_saturday_is_by_appointment_and_sunday_closed() -> None:
    saturday, sunday = OpeningHours.objects.filter(weekday__gte=5).order_by("weekday")
    assert (saturday.by_appointment, saturday.is_closed, sunday.is_closed) == (True, False, True)


def test_the_notice_names_the_office_number_even_before_anything_is_loaded() -> None:
    notice = Firm.current().notice_text
    assert "AI assistant of Hampstead Renovations" in notice
    assert "020 7946 0100" in notice


def test_a_stray_brace_in_the_notice_breaks_nothing() -> None:
    firm = Firm(notice="{oops} ring {office_phone}", office_phone="+442079460100")
    assert firm.notice_text == "{oops} ring 020 7946 0100"


@pytest.mark.usefixtures("firm_defaults")
def test_the_database_refuses_a_second_firm() -> None:
    with pytest.raises(IntegrityError, match="one_firm"):
        Firm.objects.create(id=2, name="Other")


@pytest.mark.parametrize(
    ("text", "outcode"),
    [
        ("NW3 2QG", "NW3"),
        ("nw32qg", "NW3"),
        ("NW11 7ES", "NW11"),
        ("nw117es", "NW11"),
        ("NW1 1AA", "NW1"),
        ("NW11AA", "NW1"),
        ("  n6 ", "N6"),
        ("NW3 2", "NW3"),
        ("EC1A 1BB", "EC1A"),
        ("we live at 3 Elm Row, NW3 1AA, flat 2", "NW3"),
        ("the A1 road", None),
        ("hello", None),
        ("", None),
    ],
)
def test_an_outcode_is_found_as_people_write_it(text: str, outcode: str | None) -> None:
    assert outcode_of(text) == outcode


@pytest.mark.usefixtures("firm_defaults")
@pytest.mark.parametrize(
    ("postcode", "area"),
    [
        ("NW3 2QG", "primary"),
        ("NW8", "secondary"),
        ("NW1 1AA", "borderline"),
        ("SW1A 1AA", "outside"),
        ("somewhere", "unknown"),
    ],
)
def test_the_area_follows_the_outcode(postcode: str, area: str) -> None:
    assert find_area(postcode).area == area


@pytest.mark.usefixtures("firm_defaults")
def test_people_outside_are_pointed_to_the_federation() -> None:
    assert "Federation of Master Builders" in find_area("SW1A 1AA").advice


def test_nobody_is_turned_away_while_no_areas_are_loaded() -> None:
    assert find_area("SW1A 1AA").area == "unknown"


def test_an_outcode_is_stored_in_upper_case() -> None:
    with pytest.raises(IntegrityError, match="outcode_is_upper_case"):
        ServiceAreaFactory(outcode="nw3")


@pytest.mark.usefixtures("firm_defaults")
@pytest.mark.parametrize(
    ("project", "text"),
    [
        ("kitchen_extension", "£80,000 to £140,000 including VAT at 20%, usually 10 to 14 weeks"),
        (
            "full_renovation",
            "£150,000 to £300,000 including VAT at 20%, usually 4 to 6 months (three-bed house)",
        ),
    ],
)
def test_a_price_is_a_range_with_vat_and_duration(project: str, text: str) -> None:
    answer = price_range(project)
    assert answer is not None
    assert answer.text == text


@pytest.mark.parametrize("project", ["kitchen_extension", "castle", ""])
def test_without_a_row_there_is_no_price(project: str) -> None:
    assert price_range(project) is None


@pytest.mark.parametrize(
    ("moment", "is_told"),
    [
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), False),
    ],
)
def test_a_price_is_told_until_midnight_in_london(moment: datetime, is_told: bool) -> None:
    PriceRangeFactory(valid_until=date(2026, 6, 30))
    with time_machine.travel(moment, tick=False):
        assert (price_range("kitchen_extension") is not None) is is_told


def test_the_database_refuses_a_range_upside_down() -> None:
    with pytest.raises(IntegrityError, match="price_range_goes_upward"):
        PriceRangeFactory(low_pence=2, high_pence=1)
