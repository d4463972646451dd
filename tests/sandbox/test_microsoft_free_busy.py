from datetime import date, timedelta
from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.graph import AISHA, TOM, Graph, at, error_of


def spans(schedule: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (item["status"], item["start"]["dateTime"][5:16], item["end"]["dateTime"][5:16])
        for item in schedule["scheduleItems"]
    ]


@pytest.mark.parametrize(
    ("show_as", "digit"),
    [("free", "0"), ("workingElsewhere", "0"), ("tentative", "1"), ("busy", "2"), ("oof", "3")],
)
def test_each_status_has_its_digit_and_its_item(graph: Graph, show_as: str, digit: str) -> None:
    graph.create(showAs=show_as)
    schedule = graph.schedules().json()["value"][0]
    assert schedule["availabilityView"] == f"0{digit}0"
    assert spans(schedule) == [(show_as, "12-01T10:00", "12-01T11:00")]


def test_a_slot_shows_the_busiest_of_what_lies_in_it(graph: Graph) -> None:
    graph.create(showAs="tentative")
    graph.create(showAs="busy")
    assert graph.schedules().json()["value"][0]["availabilityView"] == "020"


def test_cancelled_and_declined_entries_do_not_block(graph: Graph) -> None:
    hours = ("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z")
    graph.person_adds(*hours, is_cancelled=True)
    graph.person_adds(*hours, organizer="boss@hampstead.example", response="declined")
    assert graph.schedules().json()["value"][0]["availabilityView"] == "000"


def test_a_whole_day_in_summer_runs_from_midnight_in_london(graph: Graph) -> None:
    graph.person_adds("2026-07-02", "2026-07-03", is_all_day=True, show_as="oof")
    hours = {"startTime": at("2026-07-01T00:00:00"), "endTime": at("2026-07-04T00:00:00")}
    schedule = graph.schedules(**hours).json()["value"][0]
    assert spans(schedule) == [("oof", "07-01T23:00", "07-02T23:00")]


def test_what_is_private_shows_no_subject(graph: Graph) -> None:
    graph.create(sensitivity="private")
    item = graph.schedules().json()["value"][0]["scheduleItems"][0]
    assert item["isPrivate"] is True
    assert "subject" not in item


def test_a_mailbox_that_does_not_exist_fails_alone(graph: Graph) -> None:
    mine, other = graph.schedules(TOM, "nobody@elsewhere.example").json()["value"]
    assert "availabilityView" in mine
    assert "availabilityView" not in other
    assert other["error"]["responseCode"] == "5009"


def test_an_unreadable_mailbox_fails_alone_here_and_wholly_elsewhere(graph: Graph) -> None:
    graph.order(unreadable=[AISHA])
    mine, other = graph.schedules(TOM, AISHA).json()["value"]
    assert "error" not in mine
    assert other["error"]["responseCode"] == "5009"
    assert error_of(graph.get(f"/users/{AISHA}/events")) == (403, "ErrorAccessDenied")


def test_a_fault_makes_one_answer_fail_for_one_mailbox(graph: Graph, sandbox: Sandbox) -> None:
    sandbox.fault("microsoft", mailbox_errors={AISHA: "5006"})
    graph.get(f"/users/{TOM}/events")  # no such answer: the fault waits
    first, again = (graph.schedules(TOM, AISHA).json()["value"][1] for _ in range(2))
    assert first["error"]["responseCode"] == "5006"
    assert "error" not in again


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"availabilityViewInterval": None}, 500),
        ({"availabilityViewInterval": 4}, 400),
        ({"endTime": at("2027-02-01T09:00:00")}, 400),
        ({"endTime": at("2026-12-01T09:00:00")}, 400),
        ({"endTime": at("2026-12-01T12:00:00", "Mars")}, 400),
        ({"schedules": []}, 400),
        ({"schedules": [f"{n}@hampstead.example" for n in range(21)]}, 400),
    ],
)
def test_an_impossible_question_is_refused(
    graph: Graph, changes: dict[str, Any], status: int
) -> None:
    assert graph.schedules(**changes).status_code == status


def test_more_than_a_thousand_entries_are_too_many(graph: Graph) -> None:
    first = date(2026, 12, 1)
    for _ in range(1001):
        graph.person_adds(first.isoformat(), (first + timedelta(days=1)).isoformat())
    assert graph.schedules().json()["value"][0]["error"]["responseCode"] == "5006"
