"""Microsoft is asked to tell us of changes, and asked again before it forgets."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from pytest_django import Settings
from time_machine import Traveller

from hampstead.core import breaker
from hampstead.core.models import InboxEvent, Incident
from leads.calendar_notices import digest
from leads.calendar_reading import poll
from leads.calendar_subscriptions import LIFE, notification_url, renew
from leads.models import Diary, Surveyor
from leads.outlook import Outlook
from tests.factories.leads import SurveyorFactory
from tests.leads.calendars import NOW, TOM, asked, at, later, monday, open_incidents
from tests.leads.calendars import aisha as aisha
from tests.leads.calendars import tom as tom
from tests.running import process_inbox
from tests.vendors import Sandbox, eventually

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def reachable(sandbox: Sandbox, settings: Settings) -> Sandbox:
    """The simulator takes our address without looking whether anybody answers there."""
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    sandbox.microsoft(validates=False, now=NOW.isoformat())
    return sandbox


def diary(surveyor: Surveyor) -> Diary:
    return Diary.objects.get(pk=surveyor.pk)


# --- where to -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("public", "mode", "is_reachable"),
    [
        ("https://office.example", "live", True),
        ("https://office.example/", "sandbox", True),
        ("http://127.0.0.1:8000", "sandbox", True),
        ("http://localhost:8000", "sandbox", True),
        ("http://127.0.0.1:8000", "live", False),
        ("http://office.example", "sandbox", False),
        ("http://office.example", "live", False),
    ],
)
def test_only_an_address_that_microsoft_takes_is_given(
    settings: Settings, public: str, mode: str, is_reachable: bool
) -> None:
    settings.PUBLIC_URL = public
    settings.VENDORS = {"microsoft": {"key": "k", "url": "u", "mode": mode}}
    expected = f"{public.rstrip('/')}/microsoft/webhook" if is_reachable else ""
    assert notification_url() == expected


def test_without_one_nobody_is_asked(sandbox: Sandbox, settings: Settings, tom: Surveyor) -> None:
    settings.PUBLIC_URL = "http://office.example"
    assert renew() == 0
    assert sandbox.log("microsoft") == []


# --- subscribing ----------------------------------------------------------------------------
def test_each_surveyors_calendar_is_subscribed_to(reachable: Sandbox, tom: Surveyor) -> None:
    assert renew() == 1
    (made,) = reachable.subscriptions()
    row = diary(tom)
    assert (made["mailbox"], made["id"]) == (TOM, row.subscription_id)
    assert row.subscription_ends_at == NOW + LIFE
    assert row.changes_wanted_at == NOW


def test_only_the_digest_of_the_secret_is_kept(reachable: Sandbox, tom: Surveyor) -> None:
    renew()
    (ask,) = asked(reachable, "/subscriptions", "POST")
    secret = ask["body"]["clientState"]
    assert diary(tom).client_state_hash == digest(secret)
    assert 32 <= len(secret) <= 128


def test_who_surveys_no_more_is_not_subscribed_to(reachable: Sandbox, tom: Surveyor) -> None:
    Surveyor.objects.update(is_active=False)
    assert renew() == 0


def test_who_is_switched_off_is_unsubscribed_from(reachable: Sandbox, tom: Surveyor) -> None:
    renew()
    Surveyor.objects.update(is_active=False)
    renew()
    assert (reachable.subscriptions(), diary(tom).subscription_id) == ([], "")
    before = len(reachable.log("microsoft"))
    assert (renew(), len(reachable.log("microsoft"))) == (0, before)


def test_a_mistake_of_ours_costs_only_that_surveyor(
    reachable: Sandbox, tom: Surveyor, aisha: Surveyor, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = Outlook.subscribe

    def clumsy(self: Outlook, mailbox: str, **more: Any) -> Any:
        if mailbox == TOM:
            raise KeyError("id")
        return usual(self, mailbox, **more)

    monkeypatch.setattr(Outlook, "subscribe", clumsy)
    assert renew() == 1
    assert open_incidents() == {f"subscription:{tom.pk}"}
    assert "KeyError" in diary(tom).error


# --- renewing -------------------------------------------------------------------------------
def test_a_fresh_one_is_left_alone(reachable: Sandbox, tom: Surveyor) -> None:
    renew()
    before = len(reachable.log("microsoft"))
    assert renew() == 0
    assert len(reachable.log("microsoft")) == before


def test_one_with_less_than_two_days_left_is_renewed(
    reachable: Sandbox, tom: Surveyor, monday: Traveller
) -> None:
    renew()
    known = diary(tom).subscription_id
    later(monday, days=5)
    reachable.microsoft(now=(NOW + timedelta(days=5)).isoformat())
    assert renew() == 1
    row = diary(tom)
    assert (row.subscription_id, row.subscription_ends_at) == (
        known,
        NOW + timedelta(days=5) + LIFE,
    )
    assert len(reachable.subscriptions()) == 1


def test_one_that_is_to_be_authorised_anew_is_renewed(reachable: Sandbox, tom: Surveyor) -> None:
    renew()
    Diary.objects.update(subscription_ends_at=NOW)
    assert renew() == 1
    assert diary(tom).subscription_ends_at == NOW + LIFE


def test_one_that_microsoft_forgot_is_made_anew_and_the_calendar_read(
    reachable: Sandbox, tom: Surveyor
) -> None:
    renew()
    known = diary(tom).subscription_id
    reachable.microsoft(lose_subscriptions=True)
    Diary.objects.update(subscription_ends_at=NOW, changes_wanted_at=None)
    assert renew() == 1
    row = diary(tom)
    assert (row.subscription_id != known, row.changes_wanted_at) == (True, NOW)
    assert [one["id"] for one in reachable.subscriptions()] == [row.subscription_id]


# --- failures -------------------------------------------------------------------------------
def test_a_failure_is_an_incident_and_costs_only_that_surveyor(
    reachable: Sandbox, tom: Surveyor, aisha: Surveyor
) -> None:
    reachable.microsoft(missing=[TOM])
    assert renew() == 1
    assert open_incidents() == {f"subscription:{tom.pk}"}
    assert diary(aisha).subscription_id != ""


def test_a_failed_one_rests_and_then_ends_its_incident(reachable: Sandbox, tom: Surveyor) -> None:
    reachable.fault("microsoft", "/subscriptions", status=500)
    assert (renew(), renew()) == (0, 0)
    assert len(asked(reachable, "/subscriptions")) == 1
    Incident.objects.update(last_seen_at=NOW - timedelta(days=30))
    assert renew() == 1
    assert open_incidents() == set()


def test_a_paused_microsoft_is_not_asked(reachable: Sandbox, tom: Surveyor) -> None:
    breaker.open_by_hand(vendor="microsoft", by=None, reason="a drill")
    assert renew() == 0
    assert open_incidents() == set()


# --- the whole way --------------------------------------------------------------------------
class Quiet(WSGIRequestHandler):
    def log_message(self, *given: object) -> None:
        pass


class Handler(WSGIHandler):
    """Our app, whose connection to the database ends with each request."""

    def __call__(self, *given: object) -> object:  # type: ignore[override]
        try:
            return super().__call__(*given)  # type: ignore[arg-type]
        finally:
            connection.close()


@pytest.fixture
def address(transactional_db: None, settings: Settings) -> Iterator[str]:
    """Our own app, listening."""
    server = make_server("127.0.0.1", 0, Handler(), handler_class=Quiet)  # type: ignore[arg-type]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.PUBLIC_URL = f"http://127.0.0.1:{server.server_port}"
    yield settings.PUBLIC_URL
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.django_db(transaction=True)
def test_microsoft_proves_our_address_and_tells_us_of_a_change(
    sandbox: Sandbox, address: str, monday: Traveller
) -> None:
    surveyor = SurveyorFactory(mailbox=TOM)
    sandbox.microsoft(now=NOW.isoformat())
    assert renew() == 1
    later(monday, seconds=5)
    assert poll() == 1
    sandbox.person_adds(TOM, at(14), at(15))
    eventually(InboxEvent.objects.exists, what="the notice is in our inbox")
    process_inbox()
    assert diary(surveyor).changes_wanted_at == NOW + timedelta(seconds=5)
    later(monday, seconds=5)
    assert poll() == 1
