"""The 360dialog adapter over HTTP: what it sends, and what each answer means for us."""

import logging
import socket
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from hampstead.core.errors import NextStep, RateLimitError, WhatsAppError
from hampstead.core.models import VendorCall, VendorHealth
from tests.vendors import Sandbox
from whatsapp.dialog360 import Accepted, dialog360

pytestmark = pytest.mark.django_db

NUMBER = "447700900123"
KEY = "D360-SECRET-key-0042"


def send(**more: Any) -> Accepted:
    wanted = {"to": NUMBER, "bsuid": None, "text": "Good morning.", "correlation": "c-1"}
    return dialog360().send_text(**{**wanted, **more})


def refused(sandbox: Sandbox, **fault: Any) -> WhatsAppError:
    sandbox.fault("360dialog", "/messages", **fault)
    with pytest.raises(WhatsAppError) as caught:
        send()
    return caught.value


def meta_error(code: int, **more: Any) -> dict[str, Any]:
    data = {"messaging_product": "whatsapp", "details": f"details of {code}"}
    return {"error": {"message": "x", "type": "O", "code": code, "error_data": data, **more}}


def test_an_accepted_message_returns_the_vendors_id(sandbox: Sandbox) -> None:
    accepted = send()
    assert accepted.vendor_id.startswith("wamid.")
    assert accepted.wa_id == NUMBER
    assert sandbox.phone() == ["Good morning."]


def test_what_is_sent_is_a_plain_text_with_our_correlation(sandbox: Sandbox) -> None:
    send()
    (body,) = sandbox.sends()
    assert body["text"] == {"preview_url": False, "body": "Good morning."}
    assert (body["to"], body["biz_opaque_callback_data"]) == (NUMBER, "c-1")


def test_somebody_without_a_number_is_addressed_by_user_id(sandbox: Sandbox) -> None:
    accepted = send(to=None, bsuid="GB.123")
    assert sandbox.phone("GB.123") == ["Good morning."]
    assert accepted.wa_id == ""


HOLD, WAIT, RETRY = NextStep.FIX_CREDENTIALS, NextStep.WAIT, NextStep.RETRY
GIVE_UP, RECONCILE = NextStep.GIVE_UP, NextStep.RECONCILE
META_ERRORS = [
    (401, 190, HOLD),
    (401, 0, HOLD),
    (500, 3, HOLD),
    (403, 10, HOLD),
    (403, 200, HOLD),
    (400, 299, HOLD),
    (403, 131005, HOLD),
    (403, 368, HOLD),
    (403, 131031, HOLD),
    (400, 130497, HOLD),
    (400, 131042, HOLD),
    (400, 4, WAIT),
    (400, 80007, WAIT),
    (400, 130429, WAIT),
    (400, 131056, WAIT),
    (400, 131048, WAIT),
    (500, 131057, WAIT),
    (500, 131000, RETRY),
    (500, 131016, RETRY),
    (503, 1, RETRY),
    (503, 2, RETRY),
    (503, 133004, RETRY),
    *[
        (400, code, GIVE_UP)
        for code in (
            131047, 131026, 131049, 131050, 130472, 130403, 131021, 131030, 131051, 131052, 131053,
            131008, 131009, 100, 33, 135000, 131062, 131063, 131064, 132000, 132012, 132005,
            132007, 132015, 132016, 132068, 137000,
        )
    ],
    (400, 133010, HOLD),
    (400, 131037, HOLD),
    (500, 131045, HOLD),
    (404, 132001, GIVE_UP),
]  # fmt: skip


@pytest.mark.parametrize(("status", "code", "step"), META_ERRORS)
def test_each_error_of_the_vendor_has_its_next_step(
    sandbox: Sandbox, status: int, code: int, step: NextStep
) -> None:
    error = refused(sandbox, status=status, body=meta_error(code))
    assert (error.code, error.next_step) == ("E006", step)
    assert f"{status} {code} details of {code}" == error.detail


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (400, GIVE_UP),
        (401, HOLD),
        (403, HOLD),
        (404, GIVE_UP),
        (429, WAIT),
        (500, RECONCILE),
        (502, RECONCILE),
        (503, RETRY),
        (504, RECONCILE),
    ],
)
@pytest.mark.parametrize(
    "body", [{"meta": {"developer_message": "x"}}, {"error": "x"}, {"error": {"code": None}}, "<p>"]
)
def test_an_error_without_a_code_follows_its_status(
    sandbox: Sandbox, status: int, step: NextStep, body: Any
) -> None:
    assert refused(sandbox, status=status, body=body).next_step == step


def test_only_faults_of_the_vendor_count_towards_the_breaker(sandbox: Sandbox) -> None:
    assert not refused(sandbox, status=400, body=meta_error(131047)).trips_breaker
    assert not refused(sandbox, status=429).trips_breaker
    assert refused(sandbox, status=500).trips_breaker


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        ({"status": 429, "headers": {"retry-after": "7"}}, timedelta(seconds=7)),
        ({"status": 429, "headers": {"retry-after": "soon"}}, None),
        ({"status": 429, "headers": {"retry-after": "9" * 30}}, None),
        ({"status": 500, "body": meta_error(131057)}, timedelta(minutes=1)),
        ({"status": 400, "body": meta_error(80007)}, timedelta(minutes=5)),
    ],
)
def test_a_wait_is_as_long_as_the_vendor_wants(
    sandbox: Sandbox, fault: dict[str, Any], wait: timedelta | None
) -> None:
    assert refused(sandbox, **fault).retry_after == wait


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_cut_connection_leaves_the_outcome_open(sandbox: Sandbox, cut: str) -> None:
    assert refused(sandbox, cut=cut).next_step == RECONCILE


def test_an_answer_after_the_deadline_leaves_the_outcome_open(
    sandbox: Sandbox, settings: Settings
) -> None:
    settings.WHATSAPP_DEADLINE_SECONDS = 0.2
    assert refused(sandbox, delay_seconds=1).next_step == RECONCILE


def test_a_dripping_answer_ends_at_the_deadline(sandbox: Sandbox, settings: Settings) -> None:
    settings.WHATSAPP_DEADLINE_SECONDS = 0.3
    assert refused(sandbox, drip_seconds=0.05).next_step == RECONCILE
    assert VendorCall.objects.get().duration_ms < 1300


def test_a_refused_connection_may_be_tried_again(sandbox: Sandbox, settings: Settings) -> None:
    with socket.socket() as nobody:  # bound, and never listening
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        settings.VENDORS = {**settings.VENDORS, "360dialog": {"key": "k", "url": url}}
        with pytest.raises(WhatsAppError) as caught:
            send()
    assert caught.value.next_step == RETRY


@pytest.mark.parametrize(
    "body",
    [{}, [], {"messages": []}, {"messages": [{}]}, {"messages": "x"}, "text", {"contacts": None}],
)
def test_a_200_we_cannot_read_leaves_the_outcome_open(sandbox: Sandbox, body: Any) -> None:
    assert refused(sandbox, body=body).next_step == RECONCILE


def test_a_page_instead_of_an_answer_leaves_the_outcome_open(sandbox: Sandbox) -> None:
    assert refused(sandbox, garbage=True).next_step == RECONCILE


def test_our_own_limit_is_e011_and_calls_nobody(sandbox: Sandbox, settings: Settings) -> None:
    settings.WHATSAPP_SENDS_PER_SECOND = 1
    send()
    with pytest.raises(RateLimitError):
        send()
    assert len(sandbox.sends()) == 1


def test_no_secret_and_no_number_is_left_behind(
    sandbox: Sandbox, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VENDORS["360dialog"]["key"] = KEY
    details = meta_error(100, message=f"{NUMBER} is bad")
    details["error"]["error_data"] = {"details": f"to {NUMBER}, priya@example.com"}
    with caplog.at_level(logging.DEBUG):
        refused(sandbox, status=400, body=details)
    call = VendorCall.objects.get()
    health = VendorHealth.objects.get()
    for text in (caplog.text, call.detail, call.route):
        assert KEY not in text
        assert NUMBER not in text
    assert KEY not in health.last_error
    assert "[redacted]" in call.detail


def test_360dialogs_own_rate_limit_without_a_code_waits(sandbox: Sandbox) -> None:
    body = {"meta": {"developer_message": "Endpoint rate limit exceeded"}}
    assert refused(sandbox, status=400, body=body).next_step == WAIT
