"""Entries in a calendar: made once, found again, changed and removed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from hampstead.core.errors import CalendarError, NextStep
from leads.outlook import CalendarConflictError, outlook
from tests.leads.outlook.asking import AISHA, TOM, Restart, asked, at, draft, graph_error, refused
from tests.vendors import Sandbox

pytestmark = pytest.mark.django_db


def test_a_created_entry_is_in_the_calendar_as_drafted(sandbox: Sandbox) -> None:
    wanted = draft()
    entry = outlook().create_event(TOM, wanted)
    (event,) = sandbox.calendar(TOM)
    assert (event["id"], event["subject"]) == (entry.id, "Survey NW3: Priya Shah")
    assert event["location"]["displayName"] == "1 Example Road, NW3 2QG"
    assert event["showAs"] == "busy"
    assert (entry.starts, entry.ends, entry.uid) == (wanted.starts, wanted.ends, str(wanted.uid))


def test_nobody_is_invited_so_outlook_writes_to_nobody(sandbox: Sandbox) -> None:
    outlook().create_event(TOM, draft())
    assert sandbox.calendar(TOM)[0]["attendees"] == []


def test_the_same_creation_twice_makes_one_entry(sandbox: Sandbox) -> None:
    wanted = draft()
    first, second = (outlook().create_event(TOM, wanted) for _ in range(2))
    assert first.id == second.id
    assert len(sandbox.calendar(TOM)) == 1


def test_a_repeat_with_another_time_brings_the_first_entry_up_to_date(sandbox: Sandbox) -> None:
    wanted = draft()
    first = outlook().create_event(TOM, wanted)
    moved = replace(wanted, starts=at(14), ends=at(14, 45))
    second = outlook().create_event(TOM, moved)
    assert (second.id, second.starts) == (first.id, at(14))
    assert len(sandbox.calendar(TOM)) == 1


@pytest.mark.parametrize("status", [400, 409])
def test_a_key_in_use_without_its_entry_is_to_be_reconciled(sandbox: Sandbox, status: int) -> None:
    error = refused(
        sandbox,
        "/events",
        lambda: outlook().create_event(TOM, draft()),
        method="POST",
        status=status,
        body=graph_error("ErrorDuplicateTransactionId"),
    )
    assert error.next_step == NextStep.RECONCILE


@pytest.mark.parametrize(("cut", "made"), [("before", 0), ("after", 1)])
def test_a_cut_creation_has_an_unknown_outcome_and_is_repeated_safely(
    sandbox: Sandbox, cut: str, made: int
) -> None:
    wanted = draft()
    error = refused(sandbox, "/events", lambda: outlook().create_event(TOM, wanted), cut=cut)
    assert error.next_step == NextStep.RECONCILE
    assert len(sandbox.calendar(TOM)) == made
    outlook().create_event(TOM, wanted)
    assert len(sandbox.calendar(TOM)) == 1


def test_a_creation_answered_too_late_has_an_unknown_outcome(
    sandbox: Sandbox, restart: Restart
) -> None:
    outlook().free_busy([TOM], starts=at(9), ends=at(10))  # has signed in
    restart(MICROSOFT_DEADLINE_SECONDS=0.3)
    error = refused(
        sandbox, "/events", lambda: outlook().create_event(TOM, draft()), delay_seconds=1
    )
    assert error.next_step == NextStep.RECONCILE


@pytest.mark.parametrize("body", [{}, {"id": "x"}, {"id": "", "start": {}}, [], "text"])
def test_a_creation_answered_with_nonsense_has_an_unknown_outcome(
    sandbox: Sandbox, body: Any
) -> None:
    error = refused(
        sandbox, "/events", lambda: outlook().create_event(TOM, draft()), status=201, body=body
    )
    assert error.next_step == NextStep.RECONCILE


def test_an_entry_is_found_by_our_tag(sandbox: Sandbox) -> None:
    wanted = draft()
    made = outlook().create_event(TOM, wanted)
    assert outlook().find_event(TOM, wanted.uid) == made
    assert outlook().find_event(TOM, uuid4()) is None
    assert outlook().find_event(AISHA, wanted.uid) is None


def test_an_entry_that_somebody_moved_keeps_its_id(sandbox: Sandbox) -> None:
    made = outlook().create_event(TOM, draft())
    sandbox.person_edits(TOM, made.id, starts=at(15), ends=at(16))
    found = outlook().read_event(TOM, made.id)
    assert found is not None
    assert (found.starts, found.ends) == (at(15), at(16))
    assert found.change_key != made.change_key


def test_an_update_changes_what_the_calendar_shows(sandbox: Sandbox) -> None:
    wanted = draft()
    made = outlook().create_event(TOM, wanted)
    moved = replace(wanted, starts=at(12), ends=at(13), subject="Survey NW6")
    updated = outlook().update_event(TOM, made.id, moved)
    assert updated is not None
    assert (updated.id, updated.starts, updated.subject) == (made.id, at(12), "Survey NW6")


def test_an_update_undoes_a_change_to_the_whole_day(sandbox: Sandbox) -> None:
    wanted = draft()
    made = outlook().create_event(TOM, wanted)
    days = {"starts": date(2026, 12, 1), "ends": date(2026, 12, 2)}
    sandbox.person_edits(TOM, made.id, is_all_day=True, **days)
    updated = outlook().update_event(TOM, made.id, wanted)
    assert updated is not None
    assert (updated.starts, updated.is_all_day) == (wanted.starts, False)


def test_what_somebody_deleted_is_gone_and_no_error(sandbox: Sandbox) -> None:
    made = outlook().create_event(TOM, draft())
    sandbox.person_deletes(TOM, made.id)
    assert outlook().read_event(TOM, made.id) is None
    assert outlook().update_event(TOM, made.id, draft()) is None
    assert outlook().delete_event(TOM, made.id) is False


def test_a_deleted_entry_is_no_longer_there(sandbox: Sandbox) -> None:
    made = outlook().create_event(TOM, draft())
    assert outlook().delete_event(TOM, made.id) is True
    assert sandbox.calendar(TOM) == []


def test_a_mailbox_that_is_gone_is_not_an_entry_that_is_gone(sandbox: Sandbox) -> None:
    made = outlook().create_event(TOM, draft())
    sandbox.microsoft(missing=[TOM])
    with pytest.raises(CalendarError, match="no such mailbox") as caught:
        outlook().read_event(TOM, made.id)
    assert (caught.value.next_step, caught.value.trips_breaker) == (NextStep.GIVE_UP, False)


@pytest.mark.parametrize("status", [409, 412])
def test_a_conflict_says_that_the_entry_must_be_read_again(sandbox: Sandbox, status: int) -> None:
    made = outlook().create_event(TOM, draft())
    error = refused(
        sandbox,
        made.id,
        lambda: outlook().update_event(TOM, made.id, draft()),
        status=status,
        body=graph_error("ErrorIrresolvableConflict"),
    )
    assert isinstance(error, CalendarConflictError)
    assert not error.trips_breaker


def test_the_view_holds_all_pages(sandbox: Sandbox) -> None:
    for minute in range(105):
        starts = at(9 + minute // 60, minute % 60)
        sandbox.person_adds(TOM, starts, starts.replace(second=30))
    found = outlook().entries(TOM, starts=at(0), ends=at(23))
    assert len({entry.id for entry in found}) == 105
    assert len(asked(sandbox, "/calendarView")) == 2


def test_the_view_tells_what_an_entry_is(sandbox: Sandbox) -> None:
    sandbox.person_adds(TOM, at(9), at(10), subject="Dentist", show_as="oof", is_cancelled=True)
    (entry,) = outlook().entries(TOM, starts=at(0), ends=at(23))
    assert (entry.subject, entry.show_as, entry.uid) == ("Dentist", "oof", "")
    assert (entry.is_cancelled, entry.is_all_day) == (True, False)


def test_a_whole_day_in_summer_is_the_day_in_london(sandbox: Sandbox) -> None:
    sandbox.person_adds(TOM, date(2026, 7, 1), date(2026, 7, 2), is_all_day=True)
    begin, end = datetime(2026, 6, 30, 23, tzinfo=UTC), datetime(2026, 7, 1, 23, tzinfo=UTC)
    (entry,) = outlook().entries(TOM, starts=begin, ends=end)
    assert (entry.starts, entry.ends, entry.is_all_day) == (begin, end, True)


def test_whole_days_beside_the_window_do_not_leak_in(sandbox: Sandbox) -> None:
    sandbox.person_adds(TOM, date(2026, 7, 1), date(2026, 7, 2), is_all_day=True)
    begin, end = datetime(2026, 7, 1, 23, tzinfo=UTC), datetime(2026, 7, 2, 12, tzinfo=UTC)
    assert outlook().entries(TOM, starts=begin, ends=end) == []


def test_ids_with_signs_of_their_own_reach_the_right_entry(sandbox: Sandbox) -> None:
    assert outlook().read_event(TOM, "AAMk/x+y=?#") is None
    (entry,) = asked(sandbox, "y=?#")
    assert entry["route"].endswith("/events/AAMk/x+y=?#")
