"""The end of the calendar's key is told a month ahead, a week ahead, and when it has come."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from hampstead.core.models import Incident, StaffTask, StaffUser, VendorHealth
from hampstead.core.stafftasks import finish_task
from leads import credentials
from leads.credentials import days_left, note, warn_of_expiry
from tests.factories.core import StaffUserFactory
from tests.leads.outlook.certificates import pem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _key_until_june(settings: Settings) -> None:
    settings.MICROSOFT_CLIENT_SECRET_EXPIRES = "2027-06-01"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2027, 4, 1, 12, tzinfo=UTC), tick=False) as frozen:
        yield frozen


def on(clock: time_machine.Traveller, month: int, day: int) -> list[tuple[str, bool]]:
    """The open tasks after the sweep of that day in 2027, and whether they are urgent."""
    clock.move_to(datetime(2027, month, day, 12, tzinfo=UTC), tick=False)
    warn_of_expiry()
    tasks = StaffTask.objects.filter(done_at=None)
    return [(task.title.partition(": ")[2], task.urgency == "urgent") for task in tasks]


MONTH = ("it runs out within a month, on 1 June 2027", False)
WEEK = ("it runs out within a week, on 1 June 2027", True)


@pytest.mark.parametrize(
    ("month", "day", "tasks"),
    [
        (5, 1, []),
        (5, 2, [MONTH]),
        (5, 24, [MONTH]),
        (5, 25, [WEEK]),
        (6, 1, [WEEK]),
        (6, 2, [WEEK]),
    ],
)
def test_staff_are_asked_in_time(
    clock: time_machine.Traveller, month: int, day: int, tasks: list[tuple[str, bool]]
) -> None:
    assert on(clock, month, day) == tasks


def test_the_week_takes_the_place_of_the_month(clock: time_machine.Traveller) -> None:
    on(clock, 5, 10)
    assert on(clock, 5, 28) == [WEEK]


def test_a_task_that_was_done_is_not_opened_again(clock: time_machine.Traveller) -> None:
    on(clock, 5, 10)
    finish_task(task=StaffTask.objects.get(), by=StaffUserFactory())
    assert on(clock, 5, 11) == []
    assert on(clock, 5, 28) == [WEEK]


def test_the_day_after_the_last_it_is_an_incident(clock: time_machine.Traveller) -> None:
    on(clock, 6, 1)
    assert not Incident.objects.exists()
    on(clock, 6, 2)
    incident = Incident.objects.get(closed_at=None)
    assert incident.code == "E009"
    assert "ran out on 1 June 2027" in incident.detail


@pytest.mark.parametrize("renewed", ["2028-06-01", ""])
def test_a_renewed_key_takes_all_back(
    clock: time_machine.Traveller, settings: Settings, renewed: str
) -> None:
    on(clock, 6, 2)
    settings.MICROSOFT_CLIENT_SECRET_EXPIRES = renewed
    assert on(clock, 6, 3) == []
    assert not Incident.objects.filter(closed_at=None).exists()


def test_the_last_day_is_londons(clock: time_machine.Traveller) -> None:
    clock.move_to(datetime(2027, 6, 1, 23, 30, tzinfo=UTC), tick=False)
    assert days_left() == -1


def test_a_certificate_tells_its_own_end(settings: Settings) -> None:
    settings.MICROSOFT_CLIENT_SECRET_EXPIRES = ""
    ends_at = datetime(2027, 6, 2, 8, tzinfo=UTC)
    known = settings.VENDORS
    mine = {**known["microsoft"], "key": pem(ends_at - timedelta(days=100), ends_at)}
    settings.VENDORS = {**known, "microsoft": mine}
    assert str(credentials.expires_on()) == "2027-06-01"


@pytest.mark.parametrize("text", ["", "soon", "-----BEGIN CERTIFICATE-----"])
def test_without_a_date_nobody_is_warned(
    clock: time_machine.Traveller, settings: Settings, text: str
) -> None:
    settings.MICROSOFT_CLIENT_SECRET_EXPIRES = text
    assert on(clock, 6, 2) == []
    assert "No expiry date" in note()


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (30, "The key runs out on 1 June 2027, in 2 days."),
        (31, "The key runs out on 1 June 2027, in 1 day."),
    ],
)
def test_the_note_says_when(clock: time_machine.Traveller, day: int, words: str) -> None:
    clock.move_to(datetime(2027, 5, day, 12, tzinfo=UTC), tick=False)
    assert note() == words


def test_the_vendors_page_shows_the_note(clock: time_machine.Traveller, client: Client) -> None:
    clock.move_to(datetime(2027, 5, 30, 12, tzinfo=UTC), tick=False)
    boss: StaffUser = StaffUserFactory(is_superuser=True)
    client.force_login(boss)
    mine = VendorHealth.objects.create(vendor="microsoft")
    other = VendorHealth.objects.create(vendor="anthropic")
    page = client.get(f"/admin/core/vendorhealth/{mine.pk}/change/").content.decode()
    assert "runs out on 1 June 2027, in 2 days" in page
    page = client.get(f"/admin/core/vendorhealth/{other.pk}/change/").content.decode()
    assert "Our key" not in page
