from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.graph import AISHA, TAG, TOM, Graph, at, error_of

EVENTS = f"/users/{TOM}/events"
FIND = "singleValueExtendedProperties/any(ep: ep/id eq '{tag}' and ep/value eq '{value}')"
EXPAND = f"singleValueExtendedProperties($filter=id eq '{TAG}')"


def tagged(value: str) -> dict[str, Any]:
    return {"singleValueExtendedProperties": [{"id": TAG, "value": value}]}


def test_a_new_event_is_shown_in_utc_with_seven_digits(graph: Graph) -> None:
    event = graph.event(
        start=at("2026-07-01T10:00:00", "GMT Standard Time"),
        end=at("2026-07-01T11:00:00", "Europe/London"),
    )
    assert event["start"] == at("2026-07-01T09:00:00.0000000")
    assert event["end"] == at("2026-07-01T10:00:00.0000000")


def test_times_come_in_the_zone_wished_for(graph: Graph) -> None:
    event = graph.event(start=at("2026-07-01T09:00:00"), end=at("2026-07-01T10:00:00"))
    shown = graph.get(f"{EVENTS}/{event['id']}", 'outlook.timezone="GMT Standard Time"').json()
    assert shown["start"] == at("2026-07-01T10:00:00.0000000", "GMT Standard Time")


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-10-25T00:30:00", "2026-10-25T02:30:00", 180),
        ("2027-03-28T00:30:00", "2027-03-28T02:30:00", 60),
    ],
)
def test_the_nights_of_the_clock_change_are_longer_and_shorter(
    graph: Graph, start: str, end: str, minutes: int
) -> None:
    event = graph.event(start=at(start, "Europe/London"), end=at(end, "Europe/London"))
    first, last = (event[name]["dateTime"][11:16].split(":") for name in ("start", "end"))
    spent = (int(last[0]) - int(first[0])) * 60 + int(last[1]) - int(first[1])
    assert spent % 1440 == minutes


def test_the_same_request_again_gives_the_same_event(graph: Graph, sandbox: Sandbox) -> None:
    first, again = (graph.create(transactionId="t1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert len(sandbox.http.get(f"/_calendar/{TOM}").json()) == 1


def test_a_transaction_id_with_other_content_is_refused(graph: Graph) -> None:
    graph.create(transactionId="t1")
    again = graph.create(transactionId="t1", subject="Another")
    assert error_of(again) == (409, "ErrorDuplicateTransactionId")


def test_a_transaction_id_counts_within_its_mailbox(graph: Graph) -> None:
    first, other = graph.event(transactionId="t1"), graph.event(AISHA, transactionId="t1")
    assert first["id"] != other["id"]


def test_an_event_is_found_by_its_tag_and_by_no_other(graph: Graph) -> None:
    wanted = graph.event(**tagged("one"))
    graph.event(**tagged("two"))
    found = graph.get(EVENTS, **{"$filter": FIND.format(tag=TAG, value="one")}).json()["value"]
    assert [event["id"] for event in found] == [wanted["id"]]


def test_the_name_of_a_tag_is_case_sensitive(graph: Graph) -> None:
    graph.event(**tagged("one"))
    folded = {
        "$filter": FIND.format(tag=TAG.replace("HampsteadSurvey", "hampsteadsurvey"), value="one")
    }
    assert graph.get(EVENTS, **folded).json()["value"] == []


def test_a_tag_comes_only_where_it_is_asked_for(graph: Graph) -> None:
    event = graph.event(**tagged("one"))
    assert "singleValueExtendedProperties" not in event
    shown = graph.get(f"{EVENTS}/{event['id']}", **{"$expand": EXPAND}).json()
    assert shown["singleValueExtendedProperties"][0]["value"] == "one"


def test_any_other_filter_is_refused(graph: Graph) -> None:
    answer = graph.get(EVENTS, **{"$filter": "contains(subject, 'survey')"})
    assert answer.status_code == 400


def test_select_leaves_the_rest_out(graph: Graph) -> None:
    event = graph.event()
    shown = graph.get(f"{EVENTS}/{event['id']}", **{"$select": "subject"}).json()
    assert set(shown) == {"@odata.context", "@odata.etag", "id", "subject"}


def test_ids_differ_with_the_wish_for_immutable_ones_and_both_lead_to_the_event(
    graph: Graph,
) -> None:
    event = graph.event()
    usual = graph.get(f"{EVENTS}/{event['id']}", "").json()
    assert usual["id"] != event["id"]
    assert graph.get(f"{EVENTS}/{usual['id']}").json()["id"] == event["id"]


def test_two_ids_may_differ_in_case_alone(graph: Graph) -> None:
    ids = [graph.event()["id"] for _ in range(3)]
    assert len(set(ids)) == 3
    assert len({event_id.lower() for event_id in ids}) == 2
    assert all(len(event_id) > 100 for event_id in ids)


def test_text_comes_back_as_a_page_unless_text_is_wished_for(graph: Graph) -> None:
    event = graph.event(body={"contentType": "text", "content": "Ring < twice"})
    assert event["body"]["contentType"] == "html"
    shown = graph.get(f"{EVENTS}/{event['id']}", 'outlook.body-content-type="text"').json()
    assert shown["body"] == {"contentType": "text", "content": "Ring < twice"}


def test_a_change_touches_only_what_it_names(graph: Graph) -> None:
    event = graph.event()
    body = {"start": at("2026-12-01T14:00:00"), "end": at("2026-12-01T15:00:00")}
    changed = graph.ask("PATCH", f"{EVENTS}/{event['id']}", json=body).json()
    assert changed["start"]["dateTime"].startswith("2026-12-01T14:00")
    assert changed["subject"] == event["subject"]
    assert changed["changeKey"] != event["changeKey"]


def test_a_change_to_an_outdated_version_is_refused(graph: Graph) -> None:
    event = graph.event()
    path, body = f"{EVENTS}/{event['id']}", {"subject": "Moved"}
    graph.ask("PATCH", path, json=body)
    late = graph.ask("PATCH", path, json=body, headers={"If-Match": event["@odata.etag"]})
    assert late.status_code == 412


def test_a_deleted_event_is_gone(graph: Graph) -> None:
    path = f"{EVENTS}/{graph.event()['id']}"
    assert graph.ask("DELETE", path).status_code == 204
    for method in ("GET", "DELETE"):
        assert error_of(graph.ask(method, path)) == (404, "ErrorItemNotFound")


def test_the_organiser_may_cancel(graph: Graph) -> None:
    path = f"{EVENTS}/{graph.event()['id']}"
    assert graph.ask("POST", f"{path}/cancel", json={"comment": "Sorry"}).status_code == 202
    assert graph.get(path).status_code == 404


def test_a_guest_may_not_cancel(graph: Graph) -> None:
    entry = graph.person_adds(
        "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z", organizer="boss@hampstead.example"
    )
    assert graph.ask("POST", f"{EVENTS}/{entry['id']}/cancel", json={}).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"start": None},
        {"end": at("2026-12-01T09:00:00")},
        {"start": at("2026-12-01T10:00:00", "Mars")},
        {"start": at("tomorrow")},
        {"isAllDay": True},
        {"showAs": "asleep"},
        {"subject": 7},
        {"colour": "red"},
        {"singleValueExtendedProperties": [{"id": "HampsteadSurvey", "value": "x"}]},
        {"attendees": [{"emailAddress": {"address": "nobody"}}]},
    ],
)
def test_an_impossible_event_is_refused(
    graph: Graph, sandbox: Sandbox, changes: dict[str, Any]
) -> None:
    assert graph.create(**changes).status_code == 400
    assert sandbox.http.get(f"/_calendar/{TOM}").json() == []


def test_a_transaction_id_is_for_creating_only(graph: Graph) -> None:
    path = f"{EVENTS}/{graph.event()['id']}"
    assert graph.ask("PATCH", path, json={"transactionId": "t2"}).status_code == 400


def test_graph_does_not_mind_two_events_at_once(graph: Graph) -> None:
    assert [graph.create().status_code for _ in range(2)] == [201, 201]


def test_what_a_person_adds_edits_and_deletes_is_seen(graph: Graph, sandbox: Sandbox) -> None:
    entry = graph.person_adds("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z", subject="Dentist")
    path = f"{EVENTS}/{entry['id']}"
    assert graph.get(path).json()["subject"] == "Dentist"
    control = f"/_calendar/{TOM}/events/{entry['id']}"
    sandbox.http.patch(control, json={"ends": "2026-12-01T12:00:00Z"}).raise_for_status()
    assert graph.get(path).json()["end"]["dateTime"].startswith("2026-12-01T12:00")
    sandbox.http.delete(control).raise_for_status()
    assert graph.get(path).status_code == 404


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"starts": "2026-12-01T10:00:00", "ends": "2026-12-01T11:00:00"},
        {"starts": "2026-12-01T10:00:00Z", "ends": "2026-12-01T09:00:00Z"},
        {"starts": "2026-12-01T10:00:00Z", "ends": "2026-12-01T11:00:00Z", "colour": "red"},
        {"starts": "2026-12-01T10:00:00Z", "ends": "2026-12-01T11:00:00Z", "show_as": "asleep"},
    ],
)
def test_a_wrong_control_entry_is_refused(sandbox: Sandbox, entry: dict[str, Any]) -> None:
    assert sandbox.post(f"/_calendar/{TOM}/events", entry).status_code == 400


def test_a_reset_empties_the_calendars(graph: Graph, sandbox: Sandbox) -> None:
    graph.create()
    sandbox.post("/_reset", {})
    assert graph.get(EVENTS).json()["value"] == []
