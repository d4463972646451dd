"""Where a survey cannot go with its entry it stays, and a person decides."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from time_machine import Traveller

from hampstead.core.models import StaffUser
from leads.calendar_reading import poll
from leads.conflicts import settle_conflict
from leads.models import Diary, Survey, Surveyor
from leads.moving import cancel_survey
from leads.outlook import Outlook
from tests.leads.calendars import (
    AISHA,
    NOW,
    TOM,
    again,
    at,
    change,
    event_id,
    later,
    monday,
    open_incidents,
    open_tasks,
    synced,
    times,
    visit,
    write,
)
from tests.leads.calendars import aisha as aisha
from tests.leads.calendars import survey as survey
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
Status = Survey.Status
MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)

ODD: dict[str, dict[str, Any]] = {
    "which has passed": {"starts": at(10) - timedelta(days=4), "ends": at(11) - timedelta(days=4)},
    "too short": {"starts": at(14), "ends": at(14, 10)},
    "for no time at all": {"starts": at(14), "ends": at(14)},
    "too long": {"starts": at(9), "ends": at(18)},
    "whole day": {"starts": date(2026, 12, 2), "ends": date(2026, 12, 3), "is_all_day": True},
}


def moved(sandbox: Sandbox, survey: Survey, **change: Any) -> Survey:
    sandbox.person_edits(TOM, event_id(survey), **change)
    return synced(survey)


@pytest.mark.parametrize("words", ODD)
def test_where_no_visit_can_be_a_person_decides(
    sandbox: Sandbox, survey: Survey, words: str
) -> None:
    survey = moved(sandbox, survey, **ODD[words])
    assert (survey.starts_at, survey.status, open_tasks(survey)) == (at(10), Status.CONFLICT, 1)
    assert survey.trouble.startswith("the diary moved it")
    assert words in survey.trouble


def test_a_visit_that_has_begun_may_be_moved_a_little(
    sandbox: Sandbox, survey: Survey, monday: Traveller
) -> None:
    later(monday, hours=25, minutes=20)
    survey = moved(sandbox, survey, starts=at(10, 15), ends=at(11))
    assert (survey.starts_at, survey.status) == (at(10, 15), Status.CONFIRMED)


def test_put_back_it_is_settled_by_itself(sandbox: Sandbox, survey: Survey) -> None:
    moved(sandbox, survey, starts=at(14), ends=at(14))
    survey = moved(sandbox, survey, starts=at(10), ends=at(10, 45))
    assert (survey.status, survey.trouble, open_tasks(survey)) == (Status.CONFIRMED, "", 0)


def test_our_new_words_do_not_move_it_back(sandbox: Sandbox, survey: Survey) -> None:
    moved(sandbox, survey, starts=at(14), ends=at(14, 5))
    change(survey, access_notes="Mind the dog")
    write(survey)
    assert (times(sandbox), again(survey).status) == (["14:00"], Status.CONFLICT)


def test_kept_by_staff_the_entry_is_put_back(
    sandbox: Sandbox, survey: Survey, olive: StaffUser
) -> None:
    survey = moved(sandbox, survey, **ODD["whole day"])
    settle_conflict(survey=survey, by=olive, keep=True)
    assert (write(survey).status, times(sandbox)) == (Status.CONFIRMED, ["10:00"])


@pytest.mark.parametrize("how", ["cancelled", "put back"])
def test_moved_onto_another_survey_it_follows_once_that_is_gone(
    sandbox: Sandbox, survey: Survey, tom: Surveyor, how: str
) -> None:
    other = visit(tom, at(14))
    survey = moved(sandbox, survey, starts=at(14), ends=at(14, 45))
    assert "onto another survey" in survey.trouble
    if how == "cancelled":
        cancel_survey(survey=other, source="staff:1")
        survey = synced(survey)
    else:
        survey = moved(sandbox, survey, starts=at(10), ends=at(10, 45))
    expected = at(14) if how == "cancelled" else at(10)
    assert (survey.starts_at, survey.status, survey.trouble) == (expected, Status.CONFIRMED, "")


# --- what nobody expected -------------------------------------------------------------------
def test_a_mistake_of_ours_costs_only_that_surveyor(
    tom: Surveyor, aisha: Surveyor, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Outlook.changes

    def clumsy(self: Outlook, mailbox: str, **more: Any) -> Any:
        if mailbox == TOM:
            raise KeyError("start")
        return usual(self, mailbox, **more)

    monkeypatch.setattr(Outlook, "changes", clumsy)
    assert poll() == 1
    assert Diary.objects.get(surveyor=aisha).changes_read_at == NOW
    assert "KeyError" in Diary.objects.get(surveyor=tom).error
    assert open_incidents() == {f"calendar:{tom.pk}"}


def test_a_mailbox_that_is_refused_pauses_nobody_else(
    sandbox: Sandbox, tom: Surveyor, aisha: Surveyor
) -> None:
    sandbox.fault("microsoft", f"{TOM}/calendarView/delta", status=403)
    assert poll() == 1
    assert open_incidents() == {f"calendar:{tom.pk}"}
    assert AISHA in Diary.objects.get(surveyor=aisha).delta_link
