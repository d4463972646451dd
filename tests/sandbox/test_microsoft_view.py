from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.graph import DECEMBER, IMMUTABLE, TOM, Graph, at, error_of

VIEW = f"/users/{TOM}/calendarView"
DELTA = f"{VIEW}/delta"


def many(graph: Graph, count: int) -> list[str]:
    """The ids of so many events, an hour each, one a day."""
    days = range(1, count + 1)
    return [
        graph.event(start=at(f"2026-12-{day:02}T10:00:00"), end=at(f"2026-12-{day:02}T11:00:00"))[
            "id"
        ]
        for day in days
    ]


def ids(answer: httpx.Response) -> list[str]:
    return [event["id"] for event in answer.json()["value"]]


def rounds(graph: Graph, prefer: str = IMMUTABLE) -> tuple[list[Any], str]:
    """Every item of a first round of delta, and the link to go on from."""
    return on_from(graph, graph.get(DELTA, prefer, **DECEMBER), prefer)


def on_from(graph: Graph, answer: httpx.Response, prefer: str = IMMUTABLE) -> tuple[list[Any], str]:
    items = answer.json()["value"]
    while link := answer.json().get("@odata.nextLink"):
        answer = graph.get(link, prefer)
        items += answer.json()["value"]
    return items, answer.json()["@odata.deltaLink"]


def test_the_view_comes_ten_at_a_time(graph: Graph) -> None:
    wanted = many(graph, 23)
    answer = graph.get(VIEW, **DECEMBER)
    found = ids(answer)
    assert len(found) == 10
    while link := answer.json().get("@odata.nextLink"):
        answer = graph.get(link)
        found += ids(answer)
    assert found == wanted


def test_top_sets_the_size_of_a_page(graph: Graph) -> None:
    many(graph, 12)
    answer = graph.get(VIEW, **DECEMBER, **{"$top": "1000"})
    assert len(ids(answer)) == 12
    assert "@odata.nextLink" not in answer.json()


def test_the_view_holds_what_overlaps_its_window(graph: Graph) -> None:
    graph.create()  # ten to eleven
    for starts, ends, count in (("08", "10", 0), ("10", "11", 1), ("09", "12", 1), ("11", "12", 0)):
        window = {
            "startDateTime": f"2026-12-01T{starts}:00:00Z",
            "endDateTime": f"2026-12-01T{ends}:00:00Z",
        }
        assert len(ids(graph.get(VIEW, **window))) == count


def test_a_whole_day_leaks_into_the_day_before_in_summer(graph: Graph) -> None:
    graph.person_adds("2026-07-02", "2026-07-03", is_all_day=True)
    window = {"startDateTime": "2026-07-01T00:00:00Z", "endDateTime": "2026-07-02T00:00:00Z"}
    event = graph.get(VIEW, **window).json()["value"][0]
    assert event["isAllDay"] is True
    assert event["start"] == at("2026-07-02T00:00:00.0000000")


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"startDateTime": "2026-12-01T00:00:00Z"},
        {"startDateTime": "soon", "endDateTime": "later"},
        {"startDateTime": "2026-12-02T00:00:00Z", "endDateTime": "2026-12-01T00:00:00Z"},
        {**DECEMBER, "$top": "1001"},
        {**DECEMBER, "$select": "colour"},
    ],
)
def test_an_impossible_view_is_refused(graph: Graph, query: dict[str, str]) -> None:
    graph.create()
    assert graph.get(VIEW, **query).status_code == 400


@pytest.mark.parametrize(
    ("mailbox", "error"),
    [
        ("tom@elsewhere.example", (404, "ErrorInvalidUser")),
        ("gone@hampstead.example", (404, "ErrorInvalidUser")),
        ("aisha@hampstead.example", (403, "ErrorAccessDenied")),
    ],
)
def test_only_mailboxes_that_exist_and_are_in_scope_are_shown(
    graph: Graph, mailbox: str, error: tuple[int, str]
) -> None:
    graph.order(scope=[TOM, "gone@hampstead.example"], missing=["gone@hampstead.example"])
    assert error_of(graph.get(f"/users/{mailbox}/calendarView", **DECEMBER)) == error
    assert graph.get(VIEW, **DECEMBER).status_code == 200


def test_a_first_round_holds_everything_in_pages(graph: Graph) -> None:
    wanted = many(graph, 5)
    prefer = f"{IMMUTABLE}, odata.maxpagesize=2"
    assert len(ids(graph.get(DELTA, prefer, **DECEMBER))) == 2
    assert [item["id"] for item in rounds(graph, prefer)[0]] == wanted


def test_a_next_link_may_be_followed_again(graph: Graph) -> None:
    many(graph, 12)
    link = graph.get(DELTA, **DECEMBER).json()["@odata.nextLink"]
    assert ids(graph.get(link)) == ids(graph.get(link))


def test_what_changed_since_comes_once_and_as_it_is_now(graph: Graph) -> None:
    event_id = many(graph, 3)[1]
    link = rounds(graph)[1]
    for subject in ("Once", "Twice"):
        graph.ask("PATCH", f"/users/{TOM}/events/{event_id}", json={"subject": subject})
    items, link = on_from(graph, graph.get(link))
    assert [(item["id"], item["subject"]) for item in items] == [(event_id, "Twice")]
    assert on_from(graph, graph.get(link))[0] == []


def test_what_was_deleted_or_left_the_window_is_removed(graph: Graph) -> None:
    deleted, moved, _ = many(graph, 3)
    link = rounds(graph)[1]
    graph.ask("DELETE", f"/users/{TOM}/events/{deleted}")
    times = {"start": at("2027-02-01T10:00:00"), "end": at("2027-02-01T11:00:00")}
    graph.ask("PATCH", f"/users/{TOM}/events/{moved}", json=times)
    items, _ = on_from(graph, graph.get(link))
    assert {item["id"]: item["@removed"] for item in items} == {
        deleted: {"reason": "deleted"},
        moved: {"reason": "deleted"},
    }


def test_what_came_and_went_between_two_rounds_is_not_mentioned(graph: Graph) -> None:
    link = rounds(graph)[1]
    graph.ask("DELETE", f"/users/{TOM}/events/{graph.event()['id']}")
    assert on_from(graph, graph.get(link))[0] == []


def test_a_delta_item_holds_its_transaction_but_no_tags(graph: Graph) -> None:
    tag = {"id": "String {6f1d2c1e-5d0a-4c55-9a3e-6c8f8f1f7b21} Name X", "value": "one"}
    graph.create(transactionId="t1", singleValueExtendedProperties=[tag])
    item = rounds(graph)[0][0]
    assert item["transactionId"] == "t1"
    assert "singleValueExtendedProperties" not in item


def test_delta_takes_no_select(graph: Graph) -> None:
    assert graph.get(DELTA, **DECEMBER, **{"$select": "id"}).status_code == 400


@pytest.mark.parametrize(
    ("order", "error"),
    [(True, (410, "syncStateNotFound")), ("resyncRequired", (400, "resyncRequired"))],
)
def test_a_lost_state_asks_for_a_full_round(
    graph: Graph, order: Any, error: tuple[int, str]
) -> None:
    link = rounds(graph)[1]
    graph.order(lose_delta=order)
    assert error_of(graph.get(link)) == error
    assert rounds(graph)[0] == []


def test_a_link_of_before_a_reset_is_dead_after_it(graph: Graph, sandbox: Sandbox) -> None:
    link = rounds(graph)[1]
    sandbox.post("/_reset", {})
    rounds(graph)
    assert graph.get(link).status_code == 410


def test_a_link_is_for_its_own_mailbox(graph: Graph) -> None:
    link = rounds(graph)[1].replace("tom@", "aisha@")
    assert graph.get(link).status_code == 410
