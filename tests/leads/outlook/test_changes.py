"""Rounds of changes: a whole one first, then what is new."""

from typing import Any

import pytest

from hampstead.core.errors import CalendarError
from leads.outlook import Changes, SyncStateLostError, outlook
from tests.leads.outlook.asking import AISHA, TOM, asked, at, draft, graph_error
from tests.vendors import Sandbox

pytestmark = pytest.mark.django_db


def whole(mailbox: str = TOM) -> Changes:
    return outlook().changes(mailbox, starts=at(0), ends=at(0, day=20))


def since(changes: Changes) -> Changes:
    return outlook().changes(TOM, link=changes.link)


def test_the_first_round_is_whole(sandbox: Sandbox) -> None:
    made = outlook().create_event(TOM, draft())
    found = whole()
    assert found.is_whole
    assert found.entries == (made,)
    assert found.removed == ()


def test_the_next_round_holds_only_what_is_new(sandbox: Sandbox) -> None:
    outlook().create_event(TOM, draft())
    first = whole()
    sandbox.person_adds(TOM, at(12), at(13), subject="Dentist")
    second = since(first)
    assert [entry.subject for entry in second.entries] == ["Dentist"]
    assert not second.is_whole
    assert since(second).entries == ()


def test_an_entry_of_ours_is_known_by_its_key(sandbox: Sandbox) -> None:
    wanted = draft()
    first = whole()
    outlook().create_event(TOM, wanted)
    assert [entry.uid for entry in since(first).entries] == [str(wanted.uid)]


def test_what_somebody_moved_comes_with_its_new_time(sandbox: Sandbox) -> None:
    made = outlook().create_event(TOM, draft())
    first = whole()
    sandbox.person_edits(TOM, made.id, starts=at(15), ends=at(16))
    (entry,) = since(first).entries
    assert (entry.id, entry.starts) == (made.id, at(15))


def test_what_somebody_deleted_is_named(sandbox: Sandbox) -> None:
    made = outlook().create_event(TOM, draft())
    first = whole()
    sandbox.person_deletes(TOM, made.id)
    assert since(first).removed == (made.id,)


def test_many_changes_come_in_pages(sandbox: Sandbox) -> None:
    for minute in range(205):
        starts = at(9 + minute // 60, minute % 60)
        sandbox.person_adds(TOM, starts, starts.replace(second=30))
    assert len(whole().entries) == 205
    assert len(asked(sandbox, "/calendarView/delta")) == 2


@pytest.mark.parametrize("code", ["syncStateNotFound", "resyncRequired"])
def test_a_lost_state_asks_for_a_whole_round(sandbox: Sandbox, code: str) -> None:
    first = whole()
    sandbox.microsoft(lose_delta=code)
    with pytest.raises(SyncStateLostError) as caught:
        since(first)
    assert not caught.value.trips_breaker
    assert whole().is_whole


def test_the_link_of_another_host_asks_for_a_whole_round(sandbox: Sandbox) -> None:
    """Such as one stored while the calendar was simulated."""
    with pytest.raises(SyncStateLostError):
        outlook().changes(TOM, link="http://elsewhere.example/v1.0/users/x/calendarView/delta")
    assert asked(sandbox, "/delta") == []


def answered(sandbox: Sandbox, *rows: Any, **more: Any) -> Changes:
    link = f"{sandbox.url}/microsoft/v1.0/users/{TOM}/calendarView/delta?$deltatoken=x"
    body = {"value": list(rows), "@odata.deltaLink": link, **more}
    sandbox.fault("microsoft", "/delta", status=200, body=body)
    return whole()


def row(name: str, hour: int = 9, **more: Any) -> dict[str, Any]:
    times = {
        edge: {"dateTime": f"2026-12-01T{hour + n:02}:00:00.0000000", "timeZone": "UTC"}
        for n, edge in enumerate(("start", "end"))
    }
    return {"id": name, **times, **more}


def test_an_entry_that_repeats_counts_as_it_came_last(sandbox: Sandbox) -> None:
    gone = {"id": "b", "@removed": {"reason": "deleted"}}
    found = answered(sandbox, row("a", 9), row("b"), row("a", 12), gone)
    assert [(entry.id, entry.starts) for entry in found.entries] == [("a", at(12))]
    assert found.removed == ("b",)


def test_an_occurrence_takes_from_its_series_what_it_lacks(sandbox: Sandbox) -> None:
    master = row("m", 9, type="seriesMaster", subject="Standing meeting", showAs="tentative")
    occurrence = row("o", 12, type="occurrence", seriesMasterId="m")
    (entry,) = answered(sandbox, master, occurrence).entries
    assert (entry.id, entry.starts) == ("o", at(12))
    assert (entry.subject, entry.show_as) == ("Standing meeting", "tentative")


def test_an_entry_that_says_little_is_of_unknown_kind(sandbox: Sandbox) -> None:
    (entry,) = answered(sandbox, row("a")).entries
    assert (entry.show_as, entry.subject, entry.uid) == ("unknown", "", "")


@pytest.mark.parametrize("strange", [{"id": "a"}, {**row("a"), "end": None}, {**row("a"), "id": 3}])
def test_an_entry_without_id_or_times_is_unreadable(sandbox: Sandbox, strange: Any) -> None:
    with pytest.raises(CalendarError, match="unreadable"):
        answered(sandbox, strange)


@pytest.mark.parametrize("link", [None, "", "http://elsewhere.example/v1.0/x"])
def test_a_round_without_a_link_of_ours_is_an_error(sandbox: Sandbox, link: str | None) -> None:
    with pytest.raises(CalendarError, match="no link"):
        answered(sandbox, **{"@odata.deltaLink": link})


def test_a_410_of_any_code_asks_for_a_whole_round(sandbox: Sandbox) -> None:
    first = whole()
    sandbox.fault("microsoft", "/delta", status=410, body=graph_error("fullSyncRequired"))
    with pytest.raises(SyncStateLostError):
        since(first)


def test_calendars_are_told_apart(sandbox: Sandbox) -> None:
    outlook().create_event(TOM, draft())
    assert whole(AISHA).entries == ()
