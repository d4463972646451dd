"""Promises: kept in rows, due while somebody is there, and a task for staff each."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from hampstead.core.clock import LONDON, now, to_london
from hampstead.core.models import AuditEntry, StaffTask, StaffUser
from leads.models import OpeningHours, Promise
from leads.office_hours import is_open
from leads.overrides import ReasonMissingError
from leads.promises import callback_due, cancel_promise, keep_promise, make_promise, spoken_due
from leads.wishes import read_wish
from tests.factories.leads import LeadFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
EARLY = datetime.fromisoformat("2026-01-01")  # naive: the strategy adds the zone
TIME_WORDS = [
    "in", "next", "not", "before", "after", "by", "at", "to", "and", "between", "-", ":", "0", "5",
    "25", "30", "31st", "45", "99", "half", "quarter", "pm", "may", "february", "tomorrow",
    "friday", "noon", "mornings", "hour", "hours", "minutes", "weeks", "a couple of", "o'clock",
]  # fmt: skip
MONDAY = datetime(2026, 11, 23, 14, 3, 20, tzinfo=LONDON)


def ring(lead: Any, **more: Any) -> Promise:
    asked = {"about": "the loft", "source": "conversation:12", "kind": Promise.Kind.CALL_BACK}
    return make_promise(person=lead.person, lead=lead, **{**asked, **more})


def due(at: datetime, wish: str = "") -> str:
    local = to_london(callback_due(at, wish))
    return f"{local:%a} {local.day} {local:%H:%M}"


WISHES = [
    ("", "Mon 23 16:00"),
    ("any time", "Mon 23 16:00"),
    ("asap please", "Mon 23 16:00"),
    ("we have 2 bathrooms", "Mon 23 16:00"),
    ("07700 900123", "Mon 23 16:00"),
    ("in 20 minutes", "Mon 23 16:20"),
    ("in half an hour", "Mon 23 16:30"),
    ("in an hour", "Mon 23 17:00"),
    ("this afternoon", "Mon 23 16:00"),
    ("later today", "Mon 23 16:00"),
    ("by 3pm", "Mon 23 15:00"),
    ("not before 3", "Mon 23 17:00"),
    ("quarter to four", "Mon 23 17:45"),
    ("any time after 3.30pm", "Mon 23 17:30"),
    ("after 5", "Mon 23 18:00"),
    ("after five o’clock", "Mon 23 18:00"),
    ("after 5 p.m.", "Mon 23 18:00"),
    ("evenings", "Mon 23 18:00"),
    ("after work", "Mon 23 18:00"),
    ("after 6", "Tue 24 10:00"),
    ("half seven", "Tue 24 10:00"),
    ("mornings", "Tue 24 10:00"),
    ("first thing", "Tue 24 10:00"),
    ("first thing tomorrow", "Tue 24 10:00"),
    ("after the school run", "Tue 24 11:30"),
    ("lunchtime", "Tue 24 14:00"),
    ("before 8", "Tue 24 09:00"),
    ("before 10", "Tue 24 10:00"),
    ("not today", "Tue 24 10:00"),
    ("tomorrow", "Tue 24 10:00"),
    ("tomorow or tmrw afternoon", "Tue 24 14:00"),
    ("tomorrow afternoon", "Tue 24 14:00"),
    ("tomorrow morning at 9", "Tue 24 11:00"),
    ("ten thirty tomorrow", "Tue 24 12:30"),
    ("between 2 and 4 tomorrow", "Tue 24 16:00"),
    ("tomorrow @ 3", "Tue 24 17:00"),
    ("tomorrow at 8 in the evening", "Wed 25 10:00"),
    ("Tuesday", "Tue 24 10:00"),
    ("not Tuesday, Wednesday", "Wed 25 10:00"),
    ("Weds pm", "Wed 25 14:00"),
    ("the day after tomorrow", "Wed 25 10:00"),
    ("in a couple of days", "Wed 25 10:00"),
    ("2-4pm Thursday", "Thu 26 16:00"),
    ("on the 26th", "Thu 26 10:00"),
    ("26 November after 3", "Thu 26 17:00"),
    ("Friday after half ten", "Fri 27 12:30"),
    ("Monday morning", "Mon 30 10:00"),
    ("Saturday", "Mon 30 10:00"),
    ("at the weekend", "Mon 30 10:00"),
    ("next week", "Mon 30 10:00"),
    ("next Tuesday", "Tue 1 10:00"),
    ("3 December", "Thu 3 10:00"),
    ("in 2 weeks", "Mon 7 10:00"),
    ("25 December", "Tue 29 10:00"),
    ("before the school run", "Tue 24 09:00"),
    ("after the school pick-up", "Mon 23 18:00"),
    ("Thurs 2ish", "Thu 26 16:00"),
    ("any day but Tuesday", "Mon 23 16:00"),
    ("tomorrow week", "Tue 1 10:00"),
    ("Wednesday week after half ten", "Wed 2 12:30"),
    ("a week on Friday", "Fri 4 10:00"),
    ("the week after next", "Mon 7 10:00"),
    ("Thursday the week after next", "Thu 10 10:00"),
    ("in a fortnight", "Mon 7 10:00"),
    ("a fortnight on Thursday", "Thu 10 10:00"),
    ("two weeks on Thursday", "Thu 10 10:00"),
]


@pytest.mark.parametrize(("wish", "expected"), WISHES)
def test_a_call_back_is_due_when_they_would_like_it(wish: str, expected: str) -> None:
    assert due(MONDAY, wish) == expected


@pytest.mark.parametrize(
    ("at", "wish", "expected"),
    [
        ((2026, 11, 23, 7, 0), "", "Mon 23 10:00"),
        ((2026, 11, 23, 17, 0), "", "Tue 24 09:00"),
        ((2026, 11, 23, 17, 0), "this afternoon", "Mon 23 18:00"),
        ((2026, 11, 23, 17, 55), "this afternoon", "Tue 24 14:00"),
        ((2026, 11, 23, 22, 0), "", "Tue 24 10:00"),
        ((2026, 11, 21, 11, 0), "", "Mon 23 10:00"),
        ((2026, 12, 24, 17, 30), "", "Tue 29 09:30"),
        ((2026, 3, 28, 12, 0), "tomorrow", "Mon 30 10:00"),
        ((2026, 10, 23, 17, 30), "", "Mon 26 09:30"),
    ],
)
def test_nothing_is_due_while_the_office_is_closed(
    at: tuple[int, ...], wish: str, expected: str
) -> None:
    assert due(datetime(*at, tzinfo=LONDON), wish) == expected  # type: ignore[misc,arg-type]


@pytest.mark.parametrize("wish", [wish for wish, _ in WISHES])
def test_a_due_time_lies_ahead_and_in_office_hours(wish: str) -> None:
    for at in (MONDAY + timedelta(hours=hours) for hours in range(0, 24 * 7, 11)):
        found = callback_due(at, wish)
        # "By 18:00" is a promise for the last hour of the day.
        assert found > at
        assert is_open(found) or is_open(found - timedelta(minutes=1))


def test_a_day_that_does_not_suit_is_left_out() -> None:
    evening = datetime(2026, 11, 23, 17, 50, tzinfo=LONDON)
    assert due(evening, "not on Tuesday") == "Wed 25 09:50"
    assert due(evening, "mornings, not Tuesday") == "Wed 25 10:00"


def test_without_opening_hours_the_next_morning_is_promised() -> None:
    OpeningHours.objects.all().delete()
    assert due(MONDAY) == due(MONDAY, "mornings") == "Tue 24 11:00"


@given(st.text(max_size=400), st.datetimes(EARLY, timezones=st.just(LONDON)))
def test_any_text_can_be_a_wish(text: str, at: datetime) -> None:
    wish = read_wish(text, at)
    assert wish.begin is None or isinstance(wish.begin, time)


@given(
    st.lists(
        st.sampled_from(TIME_WORDS),
        max_size=9,
    )
)
def test_any_words_of_time_can_be_a_wish(words: list[str]) -> None:
    wish = read_wish(" ".join(words), MONDAY)
    assert wish.day is None or wish.day >= MONDAY.date()


def test_a_due_time_is_said_with_weekday_and_date() -> None:
    assert (
        spoken_due(datetime(2026, 11, 24, 10, tzinfo=LONDON)) == "by 10:00 on Tuesday 24 November"
    )
    assert spoken_due(datetime(2026, 7, 1, 10, tzinfo=LONDON)) == "by 10:00 on Wednesday 1 July"


@time_machine.travel(MONDAY, tick=False)
def test_a_promise_is_a_row_and_a_task_for_staff() -> None:
    lead = LeadFactory()
    promise = ring(lead, wish="after 5, I am at work")
    task = StaffTask.objects.get()
    assert (promise.wish, promise.about, promise.lead) == (
        "after 5, I am at work",
        "the loft",
        lead,
    )
    assert (task.title, task.subject) == ("Ring back a customer", f"promise:{promise.pk}")
    assert (task.due_at, task.urgency) == (promise.due_at, "normal")
    for shown in (lead.person.name, lead.person.spoken_phone, "the loft", "after 5, I am at work"):
        assert shown in task.detail


def test_a_reply_has_a_title_of_its_own() -> None:
    ring(LeadFactory(), kind="reply")
    assert StaffTask.objects.get().title == "Reply to a customer"


@pytest.mark.parametrize("more", [{}, {"wish": "tomorrow"}, {"due_at": MONDAY}], ids=str)
@time_machine.travel(MONDAY, tick=False)
def test_the_same_promise_made_again_is_the_open_one(more: dict[str, Any]) -> None:
    lead = LeadFactory()
    first = ring(lead, wish="tomorrow")
    assert ring(lead, **more) == first
    assert StaffTask.objects.count() == 1


def test_a_call_and_a_reply_are_two_promises() -> None:
    lead = LeadFactory()
    assert ring(lead) != ring(lead, kind="reply")


@time_machine.travel(MONDAY, tick=False)
def test_asked_for_at_another_time_it_moves_with_its_task() -> None:
    lead = LeadFactory()
    first, second = ring(lead, wish="tomorrow"), ring(lead, wish="Thursday", about="")
    first.refresh_from_db()
    assert (first.is_open, second.about) == (False, "the loft")
    assert spoken_due(second.due_at) == "by 10:00 on Thursday 26 November"
    assert StaffTask.objects.get(done_at__isnull=True).subject == second.subject


@time_machine.travel(MONDAY, tick=False)
def test_what_a_colleague_arranged_is_not_moved_by_the_machine(olive: StaffUser) -> None:
    lead = LeadFactory()
    arranged = ring(lead, due_at=MONDAY + timedelta(days=1), by=olive)
    assert ring(lead, wish="Thursday") == arranged


def test_a_broken_promise_is_made_anew_and_urgent() -> None:
    lead = LeadFactory()
    with time_machine.travel(MONDAY, tick=False):
        broken = ring(lead)
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        again = ring(lead)
        assert again.due_at > now()
    broken.refresh_from_db()
    assert broken.cancelled_why == "not kept in time, promised anew"
    assert StaffTask.objects.get(done_at__isnull=True).urgency == "urgent"


def test_keeping_a_promise_closes_its_task_and_is_audited(olive: StaffUser) -> None:
    promise = ring(LeadFactory())
    assert keep_promise(promise=promise, by=olive)
    promise.refresh_from_db()
    assert (promise.is_open, promise.kept_by) == (False, olive)
    assert not StaffTask.objects.filter(done_at__isnull=True).exists()
    assert AuditEntry.objects.get(action="keep promise").by == olive


def test_cancelling_a_promise_says_why(olive: StaffUser) -> None:
    promise = ring(LeadFactory())
    assert cancel_promise(promise=promise, by=olive, reason=" They rang us ")
    promise.refresh_from_db()
    assert (promise.is_open, promise.cancelled_why) == (False, "They rang us")
    assert not StaffTask.objects.filter(done_at__isnull=True).exists()
    assert AuditEntry.objects.get(action="cancel promise").reason == "They rang us"


def test_no_promise_is_cancelled_without_a_reason(olive: StaffUser) -> None:
    promise = ring(LeadFactory())
    with pytest.raises(ReasonMissingError):
        cancel_promise(promise=promise, by=olive, reason=" ")
    promise.refresh_from_db()
    assert promise.is_open


def test_a_closed_promise_is_left_alone(olive: StaffUser) -> None:
    promise = ring(LeadFactory())
    keep_promise(promise=promise, by=olive)
    assert not keep_promise(promise=promise, by=olive)
    assert not cancel_promise(promise=promise, by=olive, reason="late")
    assert AuditEntry.objects.filter(by=olive).count() == 1


def test_after_a_kept_promise_a_new_one_can_be_made(olive: StaffUser) -> None:
    lead = LeadFactory()
    keep_promise(promise=ring(lead), by=olive)
    assert ring(lead).is_open


def test_what_the_machine_promises_needs_no_audit() -> None:
    promise = ring(LeadFactory())
    assert not AuditEntry.objects.filter(subject=promise.subject).exists()
