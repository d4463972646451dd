"""Another mailbox, and a surveyor who is switched off: what becomes of the visits."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hampstead.core.clock import now
from hampstead.core.models import StaffTask
from leads.calendar_subscriptions import has_notifications
from leads.models import Diary, Survey, Surveyor
from leads.surveyor_changes import LEFT, close_settled
from tests.leads.calendars import tom as tom
from tests.leads.calendars import visit

pytestmark = pytest.mark.django_db
OTHER = "thomas@hampstead.example"


def address(surveyor: Surveyor) -> str:
    return reverse("admin:leads_surveyor_change", args=[surveyor.pk])


def save(office: Client, surveyor: Surveyor, **changes: Any) -> Any:
    data = {
        "name": surveyor.name,
        "mailbox": surveyor.mailbox,
        "outcode": surveyor.outcode,
        "max_a_day": "4",
        "is_active": "on",
        "hours-TOTAL_FORMS": "0",
        "hours-INITIAL_FORMS": "0",
        **changes,
    }
    answer = office.post(address(surveyor), {k: v for k, v in data.items() if v is not None})
    surveyor.refresh_from_db()
    return answer


@pytest.fixture
def booked(tom: Surveyor) -> Survey:
    return visit(tom, now() + timedelta(days=3), status=Survey.Status.CONFIRMED)


def open_task() -> StaffTask | None:
    return StaffTask.objects.filter(title=LEFT, done_at=None).first()


def test_a_mailbox_with_surveys_in_it_stays(office: Client, booked: Survey, tom: Surveyor) -> None:
    answer = save(office, tom, mailbox=OTHER)
    assert "Move or cancel them first" in answer.content.decode()
    assert tom.mailbox != OTHER


def test_an_entry_yet_to_be_removed_keeps_the_mailbox(
    office: Client, booked: Survey, tom: Surveyor
) -> None:
    Survey.objects.update(status=Survey.Status.CANCELLED)
    booked.events.update(is_wanted=False)
    save(office, tom, mailbox=OTHER)
    assert tom.mailbox != OTHER
    booked.events.update(removed_at=now())
    save(office, tom, mailbox=OTHER)
    assert tom.mailbox == OTHER


def test_another_mailbox_is_subscribed_to_and_read_anew(office: Client, tom: Surveyor) -> None:
    Diary.objects.create(
        surveyor=tom,
        read_at=now(),
        blocks=[{"starts": "x"}],
        delta_link="tom@hampstead.example https://x",
        subscription_id="sub-1",
        subscription_ends_at=now() + timedelta(days=3),
        client_state_hash="0" * 64,
    )
    save(office, tom, mailbox=OTHER)
    diary = Diary.objects.get()
    assert (diary.delta_link, diary.read_at) == ("", None)
    assert not has_notifications(diary)
    assert diary.blocks == []


def test_other_changes_leave_the_diary_alone(office: Client, tom: Surveyor) -> None:
    Diary.objects.create(surveyor=tom, subscription_id="sub-1")
    save(office, tom, name="Thomas")
    assert (tom.name, Diary.objects.get().subscription_id) == ("Thomas", "sub-1")


def test_who_is_switched_off_leaves_their_surveys_to_staff(
    office: Client, booked: Survey, tom: Surveyor
) -> None:
    save(office, tom, is_active=None)
    task = open_task()
    assert task is not None
    assert (task.subject, task.urgency) == (tom.subject, StaffTask.Urgency.URGENT)
    assert booked.person.display_name in task.detail
    assert "move or cancel these" in office.get(address(tom)).content.decode()


def test_without_surveys_nobody_is_asked(office: Client, tom: Surveyor) -> None:
    save(office, tom, is_active=None)
    assert open_task() is None


@pytest.mark.parametrize("how", ["cancelled", "switched on", "neither"])
def test_the_task_ends_with_its_reason(
    office: Client, booked: Survey, tom: Surveyor, how: str
) -> None:
    save(office, tom, is_active=None)
    if how == "cancelled":
        Survey.objects.update(status=Survey.Status.CANCELLED)
    elif how == "switched on":
        save(office, tom)
    close_settled()
    assert (open_task() is None) is (how != "neither")


def test_a_new_surveyor_has_a_page(office: Client) -> None:
    assert office.get(reverse("admin:leads_surveyor_add")).status_code == 200
