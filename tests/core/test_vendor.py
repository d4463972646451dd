"""The door to a vendor: breaker, limit, deadline, and a redacted row for each call."""

import time

import httpx
import pytest
from django.db import OperationalError, connection

from hampstead.core import allowance, breaker, requestid
from hampstead.core.allowance import Learned, Quota
from hampstead.core.errors import (
    BreakerOpenError,
    NextStep,
    RateLimitError,
    WhatsAppError,
)
from hampstead.core.models import VendorCall, VendorHealth
from hampstead.core.vendor import Door, http_client
from tests.core import servers

pytestmark = pytest.mark.django_db


def door(*, limit: str = "1000/second", seconds: float = 5) -> Door:
    return Door(vendor="test", error=WhatsAppError, limit=limit, deadline_seconds=seconds)


def fail(detail: str = "busy", *, vendor_code: str = "503") -> str:
    raise WhatsAppError(detail, vendor_code=vendor_code)


def fetch(client: httpx.Client) -> None:
    try:
        client.get("/")
    except httpx.HTTPError as error:
        raise WhatsAppError(type(error).__name__, next_step=NextStep.RECONCILE) from error


def test_a_call_returns_what_the_vendor_said() -> None:
    assert door().call("messages", lambda: "hello") == "hello"


def test_a_call_leaves_a_row() -> None:
    with requestid.following("request-1"):
        door().call("messages", lambda: "hello")
    row = VendorCall.objects.get()
    assert (row.vendor, row.route, row.is_ok) == ("test", "messages", True)
    assert row.request_id == "request-1"


def test_a_failed_call_leaves_a_row_with_its_code() -> None:
    with pytest.raises(WhatsAppError):
        door().call("messages", fail)
    row = VendorCall.objects.get()
    assert (row.is_ok, row.code, row.http_status) == (False, "E006", 503)


def test_the_row_is_redacted() -> None:
    with pytest.raises(WhatsAppError):
        door().call("messages", lambda: fail("no account for 447700900123, priya@example.com"))
    assert VendorCall.objects.get().detail == "no account for [redacted], [redacted]"


def test_a_vendors_words_that_postgres_cannot_store_do_no_harm() -> None:
    with pytest.raises(WhatsAppError):
        door().call("messages", lambda: fail("bad \x00 \ud800"))
    assert VendorCall.objects.get().is_ok is False


def test_a_vendor_code_that_is_no_http_status_is_left_out() -> None:
    with pytest.raises(WhatsAppError):
        door().call("messages", lambda: fail(vendor_code="131047"))
    assert VendorCall.objects.get().http_status is None


def test_an_open_breaker_lets_nothing_through() -> None:
    breaker.open_by_hand(vendor="test", by=None, reason="maintenance")
    with pytest.raises(BreakerOpenError):
        door().call("messages", lambda: pytest.fail("it was called"))
    assert not VendorCall.objects.exists()


def test_our_own_limit_comes_before_the_vendor() -> None:
    one_a_minute = door(limit="1/minute")
    one_a_minute.call("messages", lambda: "hello")
    with pytest.raises(RateLimitError):
        one_a_minute.call("messages", lambda: pytest.fail("it was called"))


def test_failures_reach_the_breaker() -> None:
    with pytest.raises(WhatsAppError):
        door().call("messages", fail)
    assert VendorHealth.objects.get(vendor="test").failures == 1


def test_a_dripping_answer_has_an_unknown_outcome_within_the_deadline() -> None:
    started = time.monotonic()
    with (
        servers.serving(servers.dripping_body) as url,
        http_client(base_url=url, headers={}, seconds=5) as client,
        pytest.raises(WhatsAppError) as caught,
    ):
        door(seconds=0.3).call("messages", lambda: fetch(client))
    assert caught.value.next_step == NextStep.RECONCILE
    assert time.monotonic() - started < 1


def test_no_transaction_is_open_around_the_log(transactional_db: None) -> None:
    door().call("messages", lambda: "hello")
    assert not connection.in_atomic_block
    assert VendorCall.objects.count() == 1


def test_redirects_are_not_followed() -> None:
    client = http_client(base_url="http://127.0.0.1:9", headers={}, seconds=1)
    with client:
        assert client.follow_redirects is False


def test_a_refused_connection_is_told_at_once() -> None:
    client = http_client(base_url="http://127.0.0.1:9", headers={}, seconds=5)
    with client, pytest.raises(httpx.ConnectError):
        client.get("/")


def test_a_result_is_not_lost_when_the_call_cannot_be_logged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(vendor: str, **_: object) -> None:
        raise OperationalError("statement timeout")

    monkeypatch.setattr(breaker, "record_success", refuse)
    assert door().call("route", lambda: "sent") == "sent"


def durability() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        (setting,) = cursor.fetchone()
    return str(setting)


def test_a_call_inside_a_transaction_leaves_its_commit_as_safe_as_it_was() -> None:
    door().call("messages", lambda: "hello")
    allowance.learn("test", "model", Learned(requests=Quota(limit=100, left=99)))
    allowance.take("test", "model", tokens=1, is_background=False)
    assert durability() == "on"


@pytest.mark.django_db(transaction=True)
def test_a_call_by_itself_makes_no_later_commit_less_safe() -> None:
    door().call("messages", lambda: "hello")
    allowance.learn("test", "model", Learned(requests=Quota(limit=100, left=99)))
    allowance.take("test", "model", tokens=1, is_background=False)
    assert durability() == "on"
