"""Another mailbox: what Microsoft was asked to tell us of the old one ends."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from hampstead.core.models import Incident
from leads.calendar_notices import CalendarNotice, authentic
from leads.calendar_subscriptions import has_notifications, renew
from leads.models import Diary, Surveyor
from leads.surveyor_changes import change_calendar
from tests.leads.calendars import NOW, asked, monday, open_incidents
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
OTHER = "thomas@hampstead.example"


@pytest.fixture
def moved(sandbox: Sandbox, settings: Settings, tom: Surveyor) -> Surveyor:
    """Subscribed to, and then given another mailbox."""
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    sandbox.microsoft(validates=False, now=NOW.isoformat())
    renew()
    Surveyor.objects.update(mailbox=OTHER)
    tom.refresh_from_db()
    change_calendar(tom)
    return tom


def test_the_sweep_ends_the_old_and_makes_a_new_one(moved: Surveyor, sandbox: Sandbox) -> None:
    assert renew() == 1
    (left,) = sandbox.subscriptions()
    assert (left["mailbox"], left["id"]) == (OTHER, Diary.objects.get().subscription_id)


def test_nobody_believes_the_old_one_any_more(moved: Surveyor, sandbox: Sandbox) -> None:
    (ask,) = asked(sandbox, "/subscriptions", "POST")
    diary = Diary.objects.get()
    old = CalendarNotice(diary.subscription_id, ask["body"]["clientState"], "")
    assert authentic([old]) == ()
    assert not has_notifications(diary)


def test_what_could_not_be_ended_is_tried_again(moved: Surveyor, sandbox: Sandbox) -> None:
    sandbox.fault("microsoft", "/subscriptions", status=500)
    renew()
    assert open_incidents() == {f"subscription:{moved.pk}"}
    Incident.objects.update(last_seen_at=NOW - timedelta(days=30))
    renew()
    assert [each["mailbox"] for each in sandbox.subscriptions()] == [OTHER]
    assert open_incidents() == set()


def test_an_old_one_that_microsoft_forgot_is_no_hindrance(
    moved: Surveyor, sandbox: Sandbox
) -> None:
    sandbox.microsoft(lose_subscriptions=True)
    assert renew() == 1
    assert [each["mailbox"] for each in sandbox.subscriptions()] == [OTHER]


def test_who_is_switched_off_besides_is_unsubscribed_from(
    moved: Surveyor, sandbox: Sandbox
) -> None:
    Surveyor.objects.update(is_active=False)
    renew()
    assert (sandbox.subscriptions(), Diary.objects.get().subscription_id) == ([], "")


def test_who_was_never_subscribed_to_is_left_alone(sandbox: Sandbox, tom: Surveyor) -> None:
    Diary.objects.create(surveyor=tom)
    change_calendar(tom)
    assert Diary.objects.get().subscription_id == ""
    assert sandbox.log("microsoft") == []
