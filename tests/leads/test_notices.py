"""What is said about a survey, and when: planned with each change, once each."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from psycopg.types.range import Range

from hampstead.core import outbox
from hampstead.core.clock import LONDON, now, to_london
from hampstead.core.models import AuditEntry, Outbox, StaffTask, StaffUser
from leads.models import Survey, SurveyNotice
from leads.notice_texts import text_of
from leads.notices import TELL, NothingToTellError, plan, tell_customer
from tests.factories.leads import SurveyFactory

pytestmark = pytest.mark.django_db
Purpose, State, Status, Told = (
    SurveyNotice.Purpose,
    SurveyNotice.State,
    Survey.Status,
    Survey.Told,
)
MONDAY = datetime(2026, 11, 23, 11, 0, tzinfo=LONDON)
VISIT = datetime(2026, 12, 1, 10, 30, tzinfo=LONDON)  # a Tuesday
LATER = datetime(2026, 12, 3, 14, 0, tzinfo=LONDON)


def survey_at(starts_at: datetime = VISIT, **more: Any) -> Survey:
    return SurveyFactory(starts_at=starts_at.astimezone(UTC), **more)


def planned(survey: Survey, at: datetime = MONDAY, **more: Any) -> None:
    with time_machine.travel(at, tick=False):
        plan(survey, **more)


def told(survey: Survey, what: str = Told.BOOKED, starts_at: datetime | None = None) -> Survey:
    survey.told, survey.told_starts_at = what, starts_at or survey.starts_at
    survey.save()
    return survey


def move(survey: Survey, starts_at: datetime = LATER) -> Survey:
    starts_at = starts_at.astimezone(UTC)
    survey.span = Range(starts_at, starts_at + timedelta(minutes=45), "[)")
    survey.save()
    return survey


def become(survey: Survey, status: str) -> Survey:
    survey.status = status
    survey.save()
    return survey


def dues(survey: Survey) -> dict[str, str]:
    """What waits, and its due time in London."""
    waiting = survey.notices.filter(state=State.DUE).order_by("due_at")
    return {row.purpose: f"{to_london(row.due_at):%a %-d %b %H:%M}" for row in waiting}


def state_of(survey: Survey, purpose: str, starts_at: datetime = VISIT) -> str:
    return str(survey.notices.get(purpose=purpose, starts_at=starts_at).state)


# --- when ---------------------------------------------------------------------------------------
def test_a_confirmed_survey_is_confirmed_reminded_of_twice_and_briefed() -> None:
    survey = survey_at()
    planned(survey)
    assert dues(survey) == {
        "confirmation": "Mon 23 Nov 11:01",
        "day_before": "Mon 30 Nov 16:00",
        "brief": "Mon 30 Nov 18:00",
        "two_hours": "Tue 1 Dec 08:30",
    }


@pytest.mark.parametrize("status", [Status.HELD, Status.PROVISIONAL, Status.CONFLICT, Status.DONE])
def test_what_is_not_certain_is_not_spoken_of(status: str) -> None:
    survey = survey_at(status=status, hold_until=VISIT)
    planned(survey)
    assert dues(survey) == {}


def test_who_knows_already_gets_no_confirmation() -> None:
    survey = told(survey_at())
    planned(survey)
    assert "confirmation" not in dues(survey)


def test_provisionally_is_not_yet_booked_to_the_customer() -> None:
    survey = told(survey_at(), Told.PROVISIONAL)
    planned(survey)
    assert "confirmation" in dues(survey)


@pytest.mark.parametrize(
    ("visit", "due"),
    [
        (datetime(2026, 12, 1, 9, 30, tzinfo=LONDON), "Tue 1 Dec 08:00"),
        (datetime(2026, 12, 1, 9, 0, tzinfo=LONDON), "Tue 1 Dec 08:00"),
        (datetime(2026, 12, 1, 8, 30, tzinfo=LONDON), None),
    ],
    ids=["out of the night", "an hour before is enough", "no time is left"],
)
def test_nobody_is_reminded_by_night(visit: datetime, due: str | None) -> None:
    survey = survey_at(visit)
    planned(survey)
    assert dues(survey).get("two_hours") == due


@pytest.mark.parametrize(
    ("visit", "day_before", "two_hours"),
    [
        (datetime(2027, 3, 28, 11, 0, tzinfo=LONDON), "Sat 27 Mar 16:00", "Sun 28 Mar 09:00"),
        (datetime(2027, 3, 29, 11, 0, tzinfo=LONDON), "Sun 28 Mar 16:00", "Mon 29 Mar 09:00"),
        (datetime(2027, 10, 31, 11, 0, tzinfo=LONDON), "Sat 30 Oct 16:00", "Sun 31 Oct 09:00"),
        (datetime(2027, 11, 1, 11, 0, tzinfo=LONDON), "Sun 31 Oct 16:00", "Mon 1 Nov 09:00"),
    ],
    ids=["spring, the day", "spring, the day after", "autumn, the day", "autumn, the day after"],
)
def test_the_hours_are_londons_when_the_clocks_change(
    visit: datetime, day_before: str, two_hours: str
) -> None:
    survey = survey_at(visit)
    planned(survey)
    assert (dues(survey)["day_before"], dues(survey)["two_hours"]) == (day_before, two_hours)


def test_a_reminder_that_is_long_missed_is_not_begun_with() -> None:
    survey = survey_at()
    planned(survey, VISIT - timedelta(hours=16))
    assert set(dues(survey)) == {"confirmation", "brief", "two_hours"}


def test_a_reminder_that_is_just_missed_still_goes_out() -> None:
    survey = survey_at()
    planned(survey, datetime(2026, 11, 30, 16, 9, tzinfo=LONDON))
    assert dues(survey)["day_before"] == "Mon 30 Nov 16:00"


def test_booked_the_evening_before_the_brief_is_due_at_once() -> None:
    survey = survey_at()
    planned(survey, datetime(2026, 11, 30, 19, 0, tzinfo=LONDON))
    assert dues(survey)["brief"] == "Mon 30 Nov 19:00"


def test_a_visit_that_has_begun_needs_nothing() -> None:
    survey = survey_at()
    planned(survey, VISIT)
    assert dues(survey) == {}


# --- changes ------------------------------------------------------------------------------------
def test_planning_again_changes_nothing() -> None:
    survey = survey_at()
    planned(survey)
    before = list(survey.notices.order_by("pk").values())
    planned(survey, MONDAY + timedelta(minutes=1))
    assert list(survey.notices.order_by("pk").values()) == before


def test_planning_again_late_keeps_what_still_waits() -> None:
    survey = survey_at()
    planned(survey)
    planned(survey, datetime(2026, 11, 30, 17, 0, tzinfo=LONDON))
    assert "day_before" in dues(survey)


def test_who_knew_another_time_hears_that_it_has_moved() -> None:
    survey = told(survey_at())
    planned(survey)
    planned(move(survey))
    assert dues(survey) == {
        "moved": "Mon 23 Nov 11:01",
        "day_before": "Wed 2 Dec 16:00",
        "brief": "Wed 2 Dec 18:00",
        "two_hours": "Thu 3 Dec 12:00",
    }
    assert state_of(survey, Purpose.DAY_BEFORE) == State.SKIPPED


def test_who_knew_nothing_yet_hears_only_the_new_time() -> None:
    survey = survey_at()
    planned(survey)
    planned(move(survey))
    assert "moved" not in dues(survey)
    assert state_of(survey, Purpose.CONFIRMATION) == State.SKIPPED
    assert state_of(survey, Purpose.CONFIRMATION, LATER) == State.DUE


def test_moved_there_and_back_before_anything_was_said_needs_no_word() -> None:
    survey = told(survey_at())
    planned(survey)
    planned(move(survey))
    planned(move(survey, VISIT))
    assert set(dues(survey)) == {"day_before", "brief", "two_hours"}


def test_moved_back_after_it_was_said_is_said_again() -> None:
    survey = told(survey_at())
    planned(move(survey))
    survey.notices.filter(purpose=Purpose.MOVED).update(state=State.SENT)
    planned(move(told(survey), VISIT))
    survey.notices.filter(purpose=Purpose.MOVED).update(state=State.SENT)
    planned(move(told(survey), LATER))
    assert dues(survey)["moved"] == "Mon 23 Nov 11:01"


def test_a_brief_that_is_written_is_not_written_again_and_again() -> None:
    survey = survey_at()
    planned(survey)
    survey.notices.filter(purpose=Purpose.BRIEF).update(state=State.SENT)
    planned(survey)
    assert "brief" not in dues(survey)


def test_a_cancelled_survey_is_not_reminded_of() -> None:
    survey = survey_at()
    planned(survey)
    planned(become(survey, Status.CANCELLED))
    assert dues(survey) == {}


@pytest.mark.parametrize("what", [Told.PROVISIONAL, Told.BOOKED])
def test_who_expects_a_visit_hears_that_it_is_cancelled(what: str) -> None:
    survey = told(survey_at(status=Status.CANCELLED), what)
    planned(survey)
    assert set(dues(survey)) == {"cancelled"}


@pytest.mark.parametrize("what", [Told.NOTHING, Told.HELD, Told.CANCELLED])
def test_who_expects_no_visit_hears_of_no_cancellation(what: str) -> None:
    survey = told(survey_at(status=Status.CANCELLED), what)
    planned(survey)
    assert dues(survey) == {}


def test_a_conflict_stops_the_reminders_until_it_is_settled() -> None:
    survey = told(survey_at())
    planned(survey)
    planned(become(survey, Status.CONFLICT))
    assert dues(survey) == {}
    planned(become(survey, Status.CONFIRMED))
    assert set(dues(survey)) == {"day_before", "brief", "two_hours"}


def test_what_is_queued_is_called_back_with_the_survey() -> None:
    survey = survey_at()
    planned(survey)
    effect = outbox.enqueue(kind="whatsapp", lane="conversation:1", payload={}, purpose="reminder")
    survey.notices.filter(purpose=Purpose.DAY_BEFORE).update(effect=f"outbox:{effect.pk}")
    planned(become(survey, Status.CANCELLED))
    effect.refresh_from_db()
    assert (effect.status, effect.error) == (Outbox.Status.CANCELLED, "the survey is cancelled")


# --- staff agree first --------------------------------------------------------------------------
def moved_in_outlook() -> Survey:
    survey = told(survey_at())
    planned(survey)
    planned(move(survey), tells=False)
    return survey


def test_what_nobody_agreed_to_is_left_to_staff() -> None:
    survey = moved_in_outlook()
    assert "moved" not in dues(survey)
    assert StaffTask.objects.get().title == TELL


def test_planning_again_does_not_send_what_was_left_to_staff() -> None:
    survey = moved_in_outlook()
    planned(survey)
    assert "moved" not in dues(survey)


def test_a_conflict_on_the_way_does_not_send_it_either() -> None:
    survey = moved_in_outlook()
    for status in (Status.CONFLICT, Status.PROVISIONAL, Status.CONFIRMED):
        planned(become(survey, status))
    assert "moved" not in dues(survey)


def test_staff_let_the_message_go_out(olive: StaffUser) -> None:
    survey = moved_in_outlook()
    with time_machine.travel(MONDAY, tick=False):
        notice = tell_customer(survey=survey, by=olive)
    assert (notice.purpose, notice.state) == (Purpose.MOVED, State.DUE)
    assert dues(survey)["moved"] == "Mon 23 Nov 11:00"
    assert AuditEntry.objects.get(action="tell customer").by == olive


def test_the_task_closes_once_the_customer_knows() -> None:
    survey = told(moved_in_outlook(), starts_at=LATER)
    planned(survey)
    assert StaffTask.objects.get().done_at is not None


def test_what_is_under_way_is_not_sent_twice_by_the_button(olive: StaffUser) -> None:
    survey = survey_at()
    planned(survey)
    effect = outbox.enqueue(kind="whatsapp", lane="conversation:1", payload={}, purpose="reminder")
    survey.notices.filter(purpose=Purpose.CONFIRMATION).update(effect=f"outbox:{effect.pk}")
    assert tell_customer(survey=survey, by=olive).effect == f"outbox:{effect.pk}"


@pytest.mark.parametrize(
    ("status", "what", "why"),
    [
        (Status.CONFIRMED, Told.BOOKED, "The customer knows this already."),
        (
            Status.CONFLICT,
            Told.BOOKED,
            "The survey is in conflict: there is nothing certain to tell.",
        ),
    ],
)
def test_there_may_be_nothing_to_tell(olive: StaffUser, status: str, what: str, why: str) -> None:
    survey = told(survey_at(status=status), what)
    with pytest.raises(NothingToTellError, match=why):
        tell_customer(survey=survey, by=olive)


# --- words --------------------------------------------------------------------------------------
def words(purpose: str, **more: Any) -> str:
    named = {"lead__person__name": "Ada Invented", "surveyor__name": "Tom Harris", **more}
    survey = told(survey_at(**named), starts_at=VISIT)
    if purpose == Purpose.MOVED:
        move(survey)
    with time_machine.travel(MONDAY, tick=False):
        return text_of(
            SurveyNotice(survey=survey, purpose=purpose, starts_at=survey.starts_at, due_at=now())
        )


def test_a_confirmation_in_words() -> None:
    assert words(Purpose.CONFIRMATION) == (
        "Hello Ada, your survey is booked: Tom Harris will visit you on Tuesday 1 December at "
        "10:30, at 1 Example Road, NW3 2QG. It takes about 45 minutes. If you need another time, "
        "just reply here and we will find one."
    )


def test_a_move_names_both_times() -> None:
    assert words(Purpose.MOVED) == (
        "Hello Ada, your survey has moved: Tom Harris will now visit you on Thursday 3 December "
        "at 14:00 instead of Tuesday 1 December at 10:30. The address is still 1 Example Road, "
        "NW3 2QG. If the new time does not suit you, just reply here and we will find another."
    )


def test_a_cancellation_names_the_time_they_know() -> None:
    assert "your survey on Tuesday 1 December at 10:30 is cancelled" in words(Purpose.CANCELLED)


@pytest.mark.parametrize("purpose", [Purpose.DAY_BEFORE, Purpose.TWO_HOURS])
def test_a_reminder_always_says_weekday_and_date(purpose: str) -> None:
    assert "Tuesday 1 December at 10:30" in words(purpose)


def test_without_an_address_we_ask_for_it() -> None:
    text = words(Purpose.CONFIRMATION, address="")
    assert "Please reply with the full address (NW3 2QG), so that we find you." in text


@pytest.mark.parametrize("name", ["", "+44 7700 900123", "✨", "A-very-long-company-name Ltd"])
def test_what_is_no_name_is_not_called_out(name: str) -> None:
    assert words(Purpose.DAY_BEFORE, lead__person__name=name).startswith("Hello, ")


def test_a_postcode_in_the_address_is_said_once() -> None:
    text = words(Purpose.CONFIRMATION, address="1 Example Road, nw32qg")
    assert text.count("NW3 2QG") == 0
