"""What the model may ask of our code: strict reading, no rows written, no ids taken."""

from datetime import timedelta
from typing import Any

import pytest

from conversations.tools import CATALOGUE, Wishes, run_tool, schemas
from hampstead.core.clock import now
from leads.models import FactKey, PriceRange, ProjectType

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]


def run(name: str, wishes: Wishes | None = None, **arguments: Any) -> Any:
    return run_tool(name, arguments, wishes or Wishes(), channel="whatsapp")


def test_no_tool_takes_an_id() -> None:
    names = {name for tool in CATALOGUE.values() for name in tool.properties}
    assert not {name for name in names if name == "id" or name.endswith("_id")}


def test_every_schema_is_closed_and_names_what_it_requires() -> None:
    for schema in schemas("whatsapp"):
        content = schema["input_schema"]
        assert content["additionalProperties"] is False
        assert set(content["required"]) <= set(content["properties"])


def test_the_order_of_tools_never_changes() -> None:
    assert schemas("whatsapp") == schemas("whatsapp")
    assert [tool["name"] for tool in schemas("whatsapp")] == list(CATALOGUE)


def test_every_fact_we_know_can_be_noted() -> None:
    offered = set(CATALOGUE["note_facts"].properties)
    wanted = set(FactKey.values) - {FactKey.BUDGET}
    assert offered == wanted | {"budget_min_pounds", "budget_max_pounds"}


def test_noted_facts_are_wishes_and_problems_are_told() -> None:
    wishes = Wishes()
    result = run("note_facts", wishes, postcode="nw3 2qg", wants_survey="maybe")
    assert wishes.facts == {FactKey.POSTCODE: "NW3 2QG"}
    assert result.content["noted"] == ["postcode"]
    assert len(result.content["problems"]) == 1


def test_nothing_noted_is_an_error() -> None:
    assert run("note_facts", nonsense=1).is_error
    assert run("note_facts").is_error


@pytest.mark.parametrize(
    ("postcode", "area"),
    [
        ("NW3 2QG", "primary"),
        ("n6", "secondary"),
        ("NW1", "borderline"),
        ("SW1A 1AA", "outside"),
        ("somewhere", "unknown"),
        ("", "unknown"),
    ],
)
def test_the_area_comes_from_our_list(postcode: str, area: str) -> None:
    assert run("check_service_area", postcode=postcode).content["area"] == area


def test_a_price_is_the_text_of_the_price_book() -> None:
    result = run("get_price_range", project_type="loft_conversion")
    assert result.content["available"]
    assert result.content["text"].startswith("£60,000 to £120,000 including VAT at 20%")


@pytest.mark.parametrize("project", ["basement", "castle", "", "'; drop table"])
def test_without_a_price_the_model_is_told_to_give_none(project: str) -> None:
    result = run("get_price_range", project_type=project)
    assert not result.content["available"]
    assert "£" not in result.content["text"]


def test_an_expired_price_is_not_given() -> None:
    loft = PriceRange.objects.filter(project_type=ProjectType.LOFT_CONVERSION)
    loft.update(valid_until=now().date() - timedelta(days=2))
    assert not run("get_price_range", project_type="loft_conversion").content["available"]


@pytest.mark.parametrize(
    ("reason", "kept"),
    [("is upset", "is upset"), ("", "asked for a person"), ("x" * 900, "x" * 500)],
)
def test_a_wish_for_a_person_keeps_its_reason(reason: str, kept: str) -> None:
    wishes = Wishes()
    run("request_human", wishes, reason=reason)
    assert wishes.handover_reason == kept


def test_a_tool_of_another_channel_does_not_exist() -> None:
    result = run_tool("note_facts", {"postcode": "NW3"}, Wishes(), channel="letter")
    assert result.content == {"error": "there is no tool named note_facts"}
