"""What people do in their calendars reaches our surveys; what we do there ourselves does not."""

from datetime import timedelta
from typing import Any

import pytest
from time_machine import Traveller

from hampstead.core import lanes
from hampstead.core.models import Outbox
from leads.calendar_reading import sync
from leads.models import CalendarEvent, Survey
from leads.outlook import Outlook
from tests.core.threads import held_elsewhere
from tests.leads.calendars import (
    MINUTES,
    TOM,
    again,
    asked,
    at,
    change,
    event_id,
    later,
    monday,
    move,
    open_tasks,
    synced,
    times,
    write,
)
from tests.leads.calendars import survey as survey
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
Status = Survey.Status


def test_our_own_writing_changes_nothing(survey: Survey) -> None:
    assert (survey.status, survey.trouble, open_tasks(survey)) == (Status.CONFIRMED, "", 0)


def test_a_survey_follows_its_entry(sandbox: Sandbox, survey: Survey) -> None:
    sandbox.person_edits(TOM, event_id(survey), starts=at(14), ends=at(14, 45))
    survey = synced(survey)
    assert (survey.starts_at, survey.ends_at) == (at(14), at(14, 45))
    assert (survey.status, open_tasks(survey)) == (Status.CONFIRMED, 1)


def test_following_writes_nothing_back(sandbox: Sandbox, survey: Survey) -> None:
    sandbox.person_edits(TOM, event_id(survey), starts=at(14), ends=at(14, 45))
    synced(survey)
    synced(survey)
    lanes.drain(survey.lane)
    assert asked(sandbox, event_id(survey), "PATCH") == []


def test_another_subject_or_place_is_no_news(sandbox: Sandbox, survey: Survey) -> None:
    sandbox.person_edits(TOM, event_id(survey), subject="Survey (bring the ladder)")
    survey = synced(survey)
    assert (survey.starts_at, survey.status, open_tasks(survey)) == (at(10), Status.CONFIRMED, 0)


def test_an_entry_moved_out_of_the_window_is_followed_too(sandbox: Sandbox, survey: Survey) -> None:
    far = survey.starts_at + timedelta(days=200)
    sandbox.person_edits(TOM, event_id(survey), starts=far, ends=far + MINUTES)
    assert synced(survey).starts_at == far


@pytest.mark.parametrize("how", ["deleted", "cancelled"])
def test_an_entry_that_is_gone_is_a_conflict(sandbox: Sandbox, survey: Survey, how: str) -> None:
    if how == "deleted":
        sandbox.person_deletes(TOM, event_id(survey))
    else:
        sandbox.person_edits(TOM, event_id(survey), is_cancelled=True)
    survey = synced(survey)
    assert (survey.status, survey.trouble) == (Status.CONFLICT, "deleted in the calendar")
    assert open_tasks(survey) == 1


def test_a_deletion_is_told_once(sandbox: Sandbox, survey: Survey) -> None:
    sandbox.person_deletes(TOM, event_id(survey))
    synced(survey)
    updated = again(survey).updated_at
    assert synced(survey).updated_at == updated


def test_brought_back_it_is_settled_by_itself(sandbox: Sandbox, survey: Survey) -> None:
    sandbox.person_edits(TOM, event_id(survey), is_cancelled=True)
    synced(survey)
    sandbox.person_edits(TOM, event_id(survey), is_cancelled=False)
    survey = synced(survey)
    assert (survey.status, survey.trouble, open_tasks(survey)) == (Status.CONFIRMED, "", 0)


def test_what_was_deleted_while_nobody_read_is_found_by_the_whole_reading(
    sandbox: Sandbox, survey: Survey, monday: Traveller
) -> None:
    sandbox.person_deletes(TOM, event_id(survey))
    later(monday, hours=15)  # past midnight: Tuesday begins with a new window
    assert synced(survey).trouble == "deleted in the calendar"


def test_a_change_that_is_older_than_our_own_is_not_followed(
    sandbox: Sandbox, survey: Survey
) -> None:
    sandbox.person_edits(TOM, event_id(survey), starts=at(14), ends=at(14, 45))
    move(survey, 16)
    assert synced(survey).starts_at == at(16)
    lanes.drain(survey.lane)
    assert synced(survey).starts_at == at(16)
    assert sandbox.calendar(TOM)[0]["start"]["dateTime"].startswith("2026-12-01T16:00")


def test_a_conflict_over_our_new_time_does_not_bring_back_the_old_one(
    sandbox: Sandbox, survey: Survey
) -> None:
    move(survey, 14)
    sandbox.person_adds(TOM, at(14), at(15))
    sandbox.person_edits(TOM, event_id(survey), subject="touched")
    synced(survey)
    sandbox.person_edits(TOM, event_id(survey), subject="touched again")
    survey = synced(survey)
    assert (survey.status, survey.starts_at) == (Status.CONFLICT, at(14))


def test_a_move_is_followed_although_new_words_wait_to_be_written(
    sandbox: Sandbox, survey: Survey
) -> None:
    change(survey, access_notes="Mind the dog")
    sandbox.person_edits(TOM, event_id(survey), starts=at(14), ends=at(14, 45))
    assert synced(survey).starts_at == at(14)
    write(survey)
    assert times(sandbox) == ["14:00"]


def test_a_stale_reading_does_not_undo_our_move(
    sandbox: Sandbox, survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read before our change was written, acted on after it."""
    usual = Outlook.changes

    def slow(self: Outlook, *given: Any, **named: Any) -> Any:
        changes = usual(self, *given, **named)
        move(survey, 16)
        lanes.drain(survey.lane)
        return changes

    sandbox.person_edits(TOM, event_id(survey), subject="Survey (bring the ladder)")
    monkeypatch.setattr(Outlook, "changes", slow)
    survey = synced(survey)
    assert (survey.starts_at, survey.status) == (at(16), Status.CONFIRMED)


def test_a_past_visit_is_left_alone(sandbox: Sandbox, survey: Survey, monday: Traveller) -> None:
    later(monday, days=2)
    synced(survey)
    sandbox.person_deletes(TOM, event_id(survey))
    assert synced(survey).status == Status.CONFIRMED


def test_an_entry_whose_answer_was_lost_is_recognised(sandbox: Sandbox, survey: Survey) -> None:
    known = event_id(survey)
    CalendarEvent.objects.update(event_id="", version=0)
    Survey.objects.update(status=Status.PROVISIONAL)
    sandbox.person_edits(TOM, known, subject="touched")
    synced(survey)
    assert event_id(survey) == known
    lanes.drain(survey.lane)
    assert (again(survey).status, len(sandbox.calendar(TOM))) == (Status.CONFIRMED, 1)


def test_an_entry_that_should_be_gone_is_removed(sandbox: Sandbox, survey: Survey) -> None:
    known = event_id(survey)
    Survey.objects.update(status=Status.CANCELLED)
    CalendarEvent.objects.update(is_wanted=False, removed_at=at(9))
    for subject in ("touched", "touched again"):
        sandbox.person_edits(TOM, known, subject=subject)
        synced(survey)
    assert Outbox.objects.filter(status=Outbox.Status.PENDING).count() == 1
    lanes.drain(survey.lane)
    assert sandbox.calendar(TOM) == []


@pytest.mark.django_db(transaction=True)
def test_while_the_entry_is_being_written_its_change_waits(
    sandbox: Sandbox, survey: Survey
) -> None:
    sandbox.person_edits(TOM, event_id(survey), starts=at(14), ends=at(14, 45))
    with held_elsewhere(survey.lane):
        assert not sync(survey.surveyor)
    assert again(survey).starts_at == at(10)
    assert synced(survey).starts_at == at(14)
