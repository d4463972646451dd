"""What the model may ask of our code: strict reading, no rows written, no ids taken."""

from datetime import timedelta
from typing import Any

import pytest

from conversations.desk import Desk
from conversations.prompting import current_playbook
from conversations.tools import CATALOGUE, run_tool, schemas
from hampstead.core.clock import now
from leads.models import FactKey, PriceRange, ProjectType, Promise
from leads.promises import make_promise
from tests.factories.leads import OfficeUserFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]


def a_desk(**more: Any) -> Desk:
    return Desk(channel="whatsapp", playbook=current_playbook(), **more)


def run(name: str, desk: Desk | None = None, **arguments: Any) -> Any:
    return run_tool(name, arguments, desk or a_desk())


def properties(name: str) -> dict[str, Any]:
    return CATALOGUE[name].properties(current_playbook())


def test_no_tool_takes_an_id() -> None:
    names = {name for tool in CATALOGUE for name in properties(tool)}
    assert not {name for name in names if name == "id" or name.endswith("_id")}


def test_every_schema_is_closed_and_names_what_it_requires() -> None:
    for schema in schemas("whatsapp", current_playbook()):
        content = schema["input_schema"]
        assert content["additionalProperties"] is False
        assert set(content["required"]) <= set(content["properties"])


def test_the_order_of_tools_never_changes() -> None:
    offered = schemas("whatsapp", current_playbook())
    assert offered == schemas("whatsapp", current_playbook())
    on_whatsapp = [name for name, tool in CATALOGUE.items() if "whatsapp" in tool.channels]
    assert [tool["name"] for tool in offered] == on_whatsapp


def test_every_fact_we_know_can_be_noted() -> None:
    offered = set(properties("note_facts"))
    wanted = set(FactKey.values) - {FactKey.BUDGET}
    assert offered == wanted | {"budget_min_pounds", "budget_max_pounds"}


def test_noted_facts_are_wishes_and_problems_are_told() -> None:
    desk = a_desk()
    result = run("note_facts", desk, postcode="nw3 2qg", wants_survey="maybe")
    assert desk.wishes.facts == {FactKey.POSTCODE: "NW3 2QG"}
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
    [("is upset", "is upset"), ("", "asked for a person"), ("x" * 900, "x" * 300)],
)
def test_a_wish_for_a_person_keeps_its_reason(reason: str, kept: str) -> None:
    desk = a_desk()
    run("request_human", desk, reason=reason)
    assert desk.wishes.handover_reason == kept


def test_a_tool_of_another_channel_does_not_exist() -> None:
    desk = Desk(channel="letter", playbook=current_playbook())
    result = run_tool("note_facts", {"postcode": "NW3"}, desk)
    assert result.content == {"error": "there is no tool named note_facts"}


BOOKING = {"find_slots", "hold_slot", "book_survey", "move_survey"}
CALL_BACK, REPLY = Promise.Kind.CALL_BACK, Promise.Kind.REPLY


def promised(desk: Desk, wish: str = "") -> Any:
    return run("promise_callback", desk, about="a loft", preferred_time=wish)


def test_a_call_back_is_a_wish_with_the_due_time_that_is_told() -> None:
    desk = a_desk()
    result = promised(desk)
    assert desk.wishes.promises[CALL_BACK].about == "a loft"
    assert result.content["text"] == f"A colleague will ring {result.content['due']}."


def test_whoever_has_no_number_is_promised_a_written_reply() -> None:
    desk = a_desk(has_phone=False)
    assert "reply here in writing" in promised(desk).content["text"]
    assert set(desk.wishes.promises) == {REPLY}


def standing(**more: Any) -> Promise:
    return make_promise(
        person=PersonFactory(), lead=None, kind=CALL_BACK, source="conversation:1", **more
    )


def test_a_promise_made_again_says_the_time_of_the_one_that_stands() -> None:
    promise = standing(due_at=now() + timedelta(days=3), wish="after five")
    desk = a_desk(open_promises=(promise,))
    promised(desk)
    assert desk.wishes.promises[CALL_BACK].due_at == promise.due_at


def test_another_time_is_promised_when_the_customer_asks_for_one() -> None:
    desk = a_desk(open_promises=(standing(wish="after five"),))
    promised(desk, "tomorrow morning")
    assert desk.wishes.promises[CALL_BACK].wish == "tomorrow morning"


def test_what_a_colleague_arranged_is_not_moved() -> None:
    promise = standing(due_at=now() + timedelta(days=3), by=OfficeUserFactory())
    desk = a_desk(open_promises=(promise,))
    promised(desk, "tomorrow morning")
    assert desk.wishes.promises[CALL_BACK].due_at == promise.due_at


def test_an_overdue_promise_is_not_repeated() -> None:
    desk = a_desk(open_promises=(standing(due_at=now() - timedelta(hours=1)),))
    promised(desk)
    assert desk.wishes.promises[CALL_BACK].due_at > now()


def test_a_lane_gives_its_instructions() -> None:
    desk = a_desk()
    result = run("choose_lane", desk, lane="supplier")
    assert result.content["instructions"]
    assert desk.wishes.lane == current_playbook().lane("supplier")


def test_an_unknown_lane_is_an_error() -> None:
    assert run("choose_lane", lane="vip").is_error


def test_a_lane_that_hands_over_asks_for_a_person() -> None:
    desk = a_desk()
    run("choose_lane", desk, lane="emergency")
    assert desk.wishes.handover_reason


@pytest.mark.parametrize(
    ("lane", "refused"),
    [
        ("", set()),
        ("existing_client", {"get_price_range", *BOOKING}),
        (
            "emergency",
            {
                "get_price_range",
                "check_service_area",
                "promise_callback",
                "cancel_survey",
                *BOOKING,
            },
        ),
    ],
)
def test_the_state_of_the_conversation_decides_which_tools_work(
    lane: str, refused: set[str]
) -> None:
    arguments = {"postcode": "NW3", "project_type": "loft_conversion", "about": "x", "reason": "x"}
    tools = set(CATALOGUE) - {"choose_lane"}
    results = {name: run_tool(name, arguments, a_desk(lane_code=lane)) for name in tools}
    found = {name for name, result in results.items() if "not for this" in str(result.content)}
    assert found == refused


def test_a_lane_chosen_in_the_turn_counts_at_once() -> None:
    desk = a_desk()
    run("choose_lane", desk, lane="sales_call")
    assert run("get_price_range", desk, project_type="loft_conversion").is_error


def test_a_client_with_a_new_project_may_ask_its_price_at_once() -> None:
    desk = a_desk(lane_code="existing_client")
    assert run("get_price_range", desk, project_type="bathroom").is_error
    run("note_facts", desk, enquiry_kind="new_project")
    assert not run("get_price_range", desk, project_type="bathroom").is_error


def test_a_lane_of_one_turn_does_not_open_tools_that_the_chat_has_closed() -> None:
    desk = a_desk(lane_code="supplier")
    run("choose_lane", desk, lane="off_topic")
    assert run("get_price_range", desk, project_type="bathroom").is_error
