"""How Graph is asked, and what each of its refusals means for us."""

import logging
import socket
import time
from datetime import timedelta
from typing import Any

import pytest

from hampstead.core import breaker
from hampstead.core.breaker import FAILURES_TO_OPEN
from hampstead.core.errors import BreakerOpenError, CalendarError, NextStep, RateLimitError
from hampstead.core.models import VendorCall, VendorHealth
from leads.outlook import MailboxRefusedError, outlook
from leads.outlook.tokens import Tokens
from tests.core.threads import at_once
from tests.leads.outlook.asking import (
    AISHA,
    TOM,
    Restart,
    asked,
    at,
    busy,
    draft,
    graph_error,
    refused,
)
from tests.vendors import Sandbox

pytestmark = pytest.mark.django_db
HOLD, WAIT, RETRY = NextStep.FIX_CREDENTIALS, NextStep.WAIT, NextStep.RETRY
GIVE_UP, RECONCILE = NextStep.GIVE_UP, NextStep.RECONCILE


def refused_read(sandbox: Sandbox, **fault: Any) -> CalendarError:
    def ask() -> None:
        outlook().entries(TOM, starts=at(9), ends=at(17))

    return refused(sandbox, "/calendarView", ask, **fault)


def refused_write(sandbox: Sandbox, **fault: Any) -> CalendarError:
    return refused(sandbox, "/events", lambda: outlook().create_event(TOM, draft()), **fault)


@pytest.mark.parametrize(
    ("status", "read", "write"),
    [
        (400, GIVE_UP, GIVE_UP),
        (403, HOLD, HOLD),
        (404, GIVE_UP, GIVE_UP),
        (409, RECONCILE, RECONCILE),
        (412, RECONCILE, RECONCILE),
        (429, WAIT, WAIT),
        (500, RETRY, RECONCILE),
        (502, RETRY, RECONCILE),
        (503, WAIT, WAIT),
        (504, WAIT, RECONCILE),
        (302, GIVE_UP, GIVE_UP),
    ],
)
@pytest.mark.parametrize("body", [graph_error("SomeCode"), {"error": "x"}, "<p>", []])
def test_each_status_has_its_next_step(
    sandbox: Sandbox, status: int, read: NextStep, write: NextStep, body: Any
) -> None:
    error = refused_read(sandbox, status=status, body=body)
    assert (error.code, error.next_step) == ("E009", read)
    breaker.reset(vendor="microsoft", by=None)
    assert refused_write(sandbox, status=status, body=body).next_step == write


def test_a_mailbox_closed_to_us_is_said_in_plain_words_and_pauses_nobody(sandbox: Sandbox) -> None:
    sandbox.microsoft(scope=[AISHA])
    for _ in range(FAILURES_TO_OPEN + 1):
        with pytest.raises(MailboxRefusedError, match="We may not use this calendar") as caught:
            outlook().entries(TOM, starts=at(9), ends=at(17))
    assert caught.value.next_step == NextStep.GIVE_UP
    assert VendorHealth.objects.get().state == VendorHealth.State.CLOSED
    assert busy(AISHA).error == ""


def test_an_access_taken_away_from_all_pauses_all(sandbox: Sandbox) -> None:
    body = graph_error("Authorization_RequestDenied")
    error = refused(sandbox, "getSchedule", busy, status=403, body=body)
    assert error.next_step == HOLD
    assert VendorHealth.objects.get().state == VendorHealth.State.OPEN
    with pytest.raises(BreakerOpenError):
        busy()


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ({"retry-after": "7"}, timedelta(seconds=7)),
        ({}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "9" * 30}, None),
    ],
)
def test_a_wait_is_as_long_as_microsoft_wants(
    sandbox: Sandbox, status: int, header: dict[str, str], wait: timedelta | None
) -> None:
    error = refused_read(sandbox, status=status, headers=header, body=graph_error("Throttled"))
    assert (error.next_step, error.retry_after) == (WAIT, wait)


def test_outages_trip_the_breaker_and_refusals_do_not(sandbox: Sandbox) -> None:
    trips = [
        status
        for status in (400, 404, 409, 412, 429, 500, 503, 504)
        if refused_read(sandbox, status=status).trips_breaker
    ]
    assert trips == [500, 503, 504]


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_cut_reading_may_be_tried_again(sandbox: Sandbox, cut: str) -> None:
    assert refused_read(sandbox, cut=cut).next_step == RETRY


@pytest.mark.parametrize("body", [[], "text", {}, {"value": 3}, {"value": ["x"]}])
def test_a_reading_answered_with_nonsense_may_be_tried_again(sandbox: Sandbox, body: Any) -> None:
    error = refused_read(sandbox, status=200, body=body)
    assert error.next_step == RETRY
    assert "unreadable" in error.detail


def test_a_page_instead_of_an_answer_is_unreadable(sandbox: Sandbox) -> None:
    assert refused_read(sandbox, garbage=True).next_step == RETRY
    assert refused_write(sandbox, garbage=True).next_step == RECONCILE


@pytest.mark.parametrize("fault", [{"delay_seconds": 3}, {"drip_seconds": 0.05}])
def test_a_slow_reading_ends_at_the_deadline(
    sandbox: Sandbox, restart: Restart, fault: dict[str, float]
) -> None:
    busy()  # has signed in
    restart(MICROSOFT_DEADLINE_SECONDS=0.3)
    began = time.monotonic()
    assert refused_read(sandbox, **fault).next_step == RETRY
    assert time.monotonic() - began < 2


def test_a_caller_in_a_hurry_may_set_a_shorter_deadline(sandbox: Sandbox) -> None:
    busy()  # has signed in
    began = time.monotonic()
    refused(sandbox, "/getSchedule", lambda: busy(seconds=0.3), delay_seconds=3)
    assert time.monotonic() - began < 2


def test_a_refused_connection_may_be_tried_again(sandbox: Sandbox, restart: Restart) -> None:
    made = draft()
    outlook().create_event(TOM, made)
    with socket.socket() as nobody:  # bound, and never listening
        nobody.bind(("127.0.0.1", 0))
        graph = outlook()._graph
        graph._base = f"http://127.0.0.1:{nobody.getsockname()[1]}/v1.0"
        graph._http.base_url = graph._base
        with pytest.raises(CalendarError, match="not reachable") as caught:
            outlook().create_event(TOM, draft())
    assert caught.value.next_step == RETRY


def test_every_call_asks_for_lasting_ids_and_utc(sandbox: Sandbox) -> None:
    made = outlook().create_event(TOM, draft())
    outlook().update_event(TOM, made.id, draft())
    outlook().find_event(TOM, draft().uid)
    outlook().delete_event(TOM, made.id)
    outlook().entries(TOM, starts=at(9), ends=at(17))
    outlook().changes(TOM, starts=at(9), ends=at(17))
    busy()
    said = [entry["headers"]["prefer"] for entry in asked(sandbox, "") if is_graph(entry)]
    assert len(said) == 7
    assert all('IdType="ImmutableId"' in text for text in said)
    assert all('outlook.timezone="UTC"' in text for text in said)


def is_graph(entry: dict[str, Any]) -> bool:
    return str(entry["route"]).startswith("/v1.0/")


def test_a_call_can_be_named_to_microsofts_support(sandbox: Sandbox) -> None:
    sandbox.microsoft(missing=[TOM])
    with pytest.raises(CalendarError):
        outlook().entries(TOM, starts=at(9), ends=at(17))
    (entry,) = asked(sandbox, "/calendarView")
    call = VendorCall.objects.get()
    assert entry["headers"]["client-request-id"] in call.detail
    assert "request-id" in call.detail
    assert call.http_status == 404


def test_the_next_page_of_another_host_is_refused(sandbox: Sandbox) -> None:
    page = {"value": [], "@odata.nextLink": "http://elsewhere.example/v1.0/users/x/calendarView"}
    error = refused_read(sandbox, status=200, body=page)
    assert "another host" in error.detail


@pytest.mark.parametrize(
    "link", ["//{host}@elsewhere.example/v1.0/x", "http://{host}/elsewhere/x", 7, "http://[/v1.0/"]
)
def test_a_link_must_lead_to_our_own_graph(sandbox: Sandbox, link: Any) -> None:
    host = sandbox.url.removeprefix("http://")
    named = link.format(host=host) if isinstance(link, str) else link
    page: dict[str, Any] = {"value": [], "@odata.nextLink": named}
    assert "another host" in refused_read(sandbox, status=200, body=page).detail


def test_pages_without_end_are_given_up(sandbox: Sandbox) -> None:
    link = f"{sandbox.url}/microsoft/v1.0/users/{TOM}/calendarView?again"
    page = {"value": [], "@odata.nextLink": link}
    error = refused_read(sandbox, status=200, body=page, times=100)
    assert "pages" in error.detail


def test_our_own_limit_is_e011_and_calls_nobody(sandbox: Sandbox, restart: Restart) -> None:
    restart(MICROSOFT_CALLS_PER_SECOND=1)
    busy()
    with pytest.raises(RateLimitError):
        busy()
    assert len(asked(sandbox, "/getSchedule")) == 1


def test_no_secret_and_no_address_is_left_behind(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    text = "priya@example.com at NW3 2QG is bad"
    with caplog.at_level(logging.DEBUG):
        refused_read(sandbox, status=400, body=graph_error("Bad", text))
    call = VendorCall.objects.get()
    token = Tokens().token()
    for place in (caplog.text, call.detail, call.route, VendorHealth.objects.get().last_error):
        assert token not in place
        assert "sandbox-key" not in place
    assert "[redacted]" in call.detail
    assert "priya@" not in call.detail


def test_two_threads_of_a_cold_start_share_one_adapter(sandbox: Sandbox) -> None:
    outlook.cache_clear()
    made = at_once(8, lambda _: outlook())
    assert len({id(one) for one in made}) == 1
