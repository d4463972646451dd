"""The ElevenLabs adapter: what it sends, and what each answer means for us."""

import logging
import socket
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from hampstead.core.deadline import deadline
from hampstead.core.errors import BudgetSpentError, ElevenLabsError, NextStep, RateLimitError
from hampstead.core.models import SpendCeiling, VendorCall, VendorHealth, VendorUse
from hampstead.core.spending import Bill
from tests.speech_vendors import forget_speech_adapters, order_speech, utterances
from tests.vendors import Sandbox
from voice.speech import elevenlabs as adapter
from voice.speech.elevenlabs import Speech, elevenlabs

pytestmark = pytest.mark.django_db

BILL = Bill(purpose="speak", subject="conversation:1", payer="person:1")
KEY = "el-SECRET-key-0042"
SPEAK = "/text-to-speech/Xb7hH8MSUJpSbSDYk0k2"
RETRY, WAIT = NextStep.RETRY, NextStep.WAIT
GIVE_UP, HOLD = NextStep.GIVE_UP, NextStep.FIX_CREDENTIALS


def say(text: str = "Good morning.", **more: Any) -> Speech:
    return elevenlabs().speak(text, **{"output_format": "opus_48000_32", "bill": BILL, **more})


def refused(sandbox: Sandbox, **fault: Any) -> ElevenLabsError:
    sandbox.fault("elevenlabs", SPEAK, **{"times": 2, **fault})
    with pytest.raises(ElevenLabsError) as caught:
        say()
    sandbox.clear_faults()
    return caught.value


def detail(code: str, **more: Any) -> dict[str, Any]:
    return {"detail": {"status": code, "message": "said so", **more}}


def test_a_text_becomes_audio(sandbox: Sandbox) -> None:
    speech = say()
    assert speech.audio.startswith(b"OggS")
    assert speech.request_id.startswith("el-")


def test_what_is_sent(sandbox: Sandbox) -> None:
    say("Two.", before="One.", after="Three.")
    assert utterances(sandbox) == [
        {
            "text": "Two.",
            "model_id": "eleven_flash_v2_5",
            "language_code": "en",
            "previous_text": "One.",
            "next_text": "Three.",
        }
    ]


def test_the_multilingual_model_is_told_no_language(sandbox: Sandbox, settings: Settings) -> None:
    settings.ELEVENLABS_MODEL = "eleven_multilingual_v2"
    assert say().audio


@pytest.mark.parametrize(
    ("status", "body", "step"),
    [
        (401, detail("quota_exceeded"), HOLD),
        (401, {"detail": {"type": "quota", "code": "quota_exceeded", "message": "x"}}, HOLD),
        (400, detail("quota_exceeded"), HOLD),
        (401, detail("invalid_api_key"), HOLD),
        (402, detail("payment_required"), HOLD),
        (403, detail("missing_permissions"), HOLD),
        (404, detail("voice_not_found"), HOLD),
        (400, detail("voice_not_found"), HOLD),
        (400, detail("max_character_limit_exceeded"), GIVE_UP),
        (422, {"detail": [{"loc": ["body"], "msg": "no", "type": "value_error"}]}, GIVE_UP),
        (400, {"detail": "text"}, GIVE_UP),
        (404, "gone", GIVE_UP),
        (413, {}, GIVE_UP),
        (429, detail("rate_limit_exceeded"), WAIT),
        (429, detail("too_many_concurrent_requests"), WAIT),
        (429, "slow down", WAIT),
        (408, {}, RETRY),
        (500, {}, RETRY),
        (502, "<html>", RETRY),
        (503, [], RETRY),
    ],
)
def test_each_refusal_has_its_next_step(
    sandbox: Sandbox, status: int, body: Any, step: NextStep
) -> None:
    error = refused(sandbox, status=status, body=body)
    assert (error.code, error.next_step, error.vendor_code) == ("E005", step, str(status))


def test_the_vendors_code_and_words_are_kept(sandbox: Sandbox) -> None:
    assert refused(sandbox, status=400, body=detail("odd")).detail == "400 odd said so"


def test_a_list_of_complaints_is_read(sandbox: Sandbox) -> None:
    body = {"detail": [{"loc": ["body", "text"], "msg": "field required", "type": "missing"}]}
    assert "field required" in refused(sandbox, status=422, body=body).detail


def test_a_real_empty_quota_pauses_the_vendor(sandbox: Sandbox) -> None:
    order_speech(sandbox, credits=3)
    with pytest.raises(ElevenLabsError, match="quota_exceeded"):
        say()
    assert VendorHealth.objects.get(vendor="elevenlabs").state == "open"


@pytest.mark.parametrize(
    ("headers", "code", "wait"),
    [
        ({"retry-after": "4"}, "rate_limit_exceeded", timedelta(seconds=4)),
        ({}, "rate_limit_exceeded", None),
        ({}, "concurrent_limit_exceeded", timedelta(seconds=1)),
        ({"retry-after": "86400"}, "x", timedelta(minutes=15)),
    ],
)
def test_a_wait_is_as_long_as_asked(
    sandbox: Sandbox, headers: dict[str, str], code: str, wait: timedelta | None
) -> None:
    error = refused(sandbox, status=429, headers=headers, body=detail(code))
    assert error.retry_after == wait


@pytest.mark.parametrize("fault", [{"status": 500}, {"cut": "before"}, {"status": 502}])
def test_a_fault_before_any_audio_is_tried_once_more(
    sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    sandbox.fault("elevenlabs", SPEAK, **fault)
    assert say().audio
    assert len(utterances(sandbox)) == 2


def test_two_faults_are_enough(sandbox: Sandbox) -> None:
    assert refused(sandbox, status=500, times=5).next_step == RETRY
    assert len(utterances(sandbox)) == 2


def test_each_try_is_in_the_call_log(sandbox: Sandbox) -> None:
    sandbox.fault("elevenlabs", SPEAK, status=500)
    say()
    calls = VendorCall.objects.order_by("pk").values_list("is_ok", "http_status")
    assert list(calls) == [(False, 500), (True, None)]


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 429, "headers": {"retry-after": "1"}},
        {"status": 503, "headers": {"retry-after": "1"}},
        {"status": 401},
        {"status": 400},
        {"cut_after_bytes": 500},
        {"body": ""},
    ],
)
def test_what_a_second_try_cannot_help_is_not_tried_again(
    sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    refused(sandbox, **fault)
    assert len(utterances(sandbox)) == 1


def test_audio_that_breaks_off_may_be_asked_for_again(sandbox: Sandbox) -> None:
    error = refused(sandbox, cut_after_bytes=500)
    assert (error.next_step, error.detail) == (RETRY, "no usable answer: RemoteProtocolError")


def test_audio_that_breaks_off_was_paid_for(sandbox: Sandbox) -> None:
    refused(sandbox, cut_after_bytes=500)
    assert VendorUse.objects.count() == 1


def test_an_empty_answer_is_an_error(sandbox: Sandbox) -> None:
    error = refused(sandbox, body="", headers={"Content-Type": "audio/ogg"})
    assert (error.detail, error.next_step) == ("empty answer", RETRY)


def test_a_page_is_no_audio(sandbox: Sandbox) -> None:
    assert refused(sandbox, garbage=True).detail == "no audio but text/html"


def test_endless_audio_is_cut(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "LARGEST_ANSWER", 1000)
    with pytest.raises(ElevenLabsError, match="more audio"):
        say()


def test_a_late_answer_may_be_asked_for_again(sandbox: Sandbox, settings: Settings) -> None:
    settings.ELEVENLABS_DEADLINE_SECONDS = 0.2
    error = refused(sandbox, delay_seconds=1)
    assert (error.next_step, error.detail) == (RETRY, "no answer within 0.2 s")


def test_nothing_is_tried_again_when_the_time_is_up(sandbox: Sandbox, settings: Settings) -> None:
    settings.ELEVENLABS_DEADLINE_SECONDS = 0.2
    refused(sandbox, delay_seconds=1)
    assert len(utterances(sandbox)) == 1


def test_the_callers_own_deadline_counts_and_leaves_nothing_uncertain(sandbox: Sandbox) -> None:
    with deadline(-1), pytest.raises(ElevenLabsError) as caught:
        say()
    assert caught.value.next_step == RETRY


def test_both_tries_share_one_deadline(sandbox: Sandbox, settings: Settings) -> None:
    settings.ELEVENLABS_DEADLINE_SECONDS = 1.0
    sandbox.fault("elevenlabs", SPEAK, status=500, delay_seconds=0.7)
    refused(sandbox, delay_seconds=3)
    spent = VendorCall.objects.order_by("pk").values_list("duration_ms", flat=True)
    assert len(spent) == 2
    assert sum(spent) < 1500


def test_dripping_audio_ends_at_the_deadline(sandbox: Sandbox, settings: Settings) -> None:
    settings.ELEVENLABS_DEADLINE_SECONDS = 0.3
    assert refused(sandbox, drip_seconds=0.05).next_step == RETRY
    assert VendorCall.objects.get().duration_ms < 1300


def test_nobody_there_may_be_tried_again(sandbox: Sandbox, settings: Settings) -> None:
    with socket.socket() as nobody:  # bound, and never listening
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        settings.VENDORS = {**settings.VENDORS, "elevenlabs": {"key": "k", "url": url}}
        forget_speech_adapters()
        with pytest.raises(ElevenLabsError, match="ConnectError") as caught:
            say()
    assert caught.value.next_step == RETRY


def test_the_answer_tells_what_it_cost(sandbox: Sandbox, settings: Settings) -> None:
    settings.ELEVENLABS_USD_PER_1000_CREDITS = Decimal(10)
    settings.PENCE_PER_USD = Decimal(100)
    speech = say("x" * 20)  # ten credits
    use = VendorUse.objects.get()
    assert speech.cost_pence == use.cost_pence == 10
    assert (use.vendor, use.model, use.purpose) == ("elevenlabs", "eleven_flash_v2_5", "speak")
    assert use.payer == "person:1"


def test_an_answer_that_does_not_tell_costs_by_the_character(
    sandbox: Sandbox, settings: Settings
) -> None:
    settings.ELEVENLABS_USD_PER_1000_CREDITS = Decimal(10)
    settings.PENCE_PER_USD = Decimal(100)
    sandbox.fault("elevenlabs", SPEAK, body="audio", headers={"Content-Type": "audio/ogg"})
    assert say("x" * 20).cost_pence == 10


@pytest.mark.parametrize("status", [401, 429, 422])
def test_a_refusal_costs_nothing(sandbox: Sandbox, status: int) -> None:
    refused(sandbox, status=status)
    assert not VendorUse.objects.exists()


def test_a_spent_day_calls_nobody(sandbox: Sandbox) -> None:
    SpendCeiling.objects.create(vendor="elevenlabs", soft_pence=0, hard_pence=0, person_pence=0)
    with pytest.raises(BudgetSpentError):
        say()
    assert utterances(sandbox) == []


def test_our_own_limit_is_e011(sandbox: Sandbox, settings: Settings) -> None:
    settings.ELEVENLABS_LIMIT = "1/minute"
    say()
    with pytest.raises(RateLimitError):
        say()


def test_the_check_tells_quota_and_voice(sandbox: Sandbox) -> None:
    order_speech(sandbox, credits=1000)
    say("x" * 20)
    account = elevenlabs().check()
    assert (account.characters_left, account.status, account.voice_name) == (990, "active", "Alice")
    assert account.resets_at == datetime(2027, 1, 1, tzinfo=UTC)
    assert account.has_voice


def test_the_check_tells_that_the_voice_is_gone(sandbox: Sandbox, settings: Settings) -> None:
    settings.ELEVENLABS_VOICE = "nobody"
    assert not elevenlabs().check().has_voice


def test_a_key_that_may_only_speak_leaves_the_quota_unknown(sandbox: Sandbox) -> None:
    sandbox.fault(
        "elevenlabs", "/user/subscription", status=401, body=detail("missing_permissions")
    )
    account = elevenlabs().check()
    assert (account.characters_left, account.status, account.has_voice) == (None, "unknown", True)
    assert VendorHealth.objects.get(vendor="elevenlabs").state == "closed"


def test_a_wrong_key_fails_the_check(sandbox: Sandbox) -> None:
    sandbox.fault("elevenlabs", "/user/subscription", status=401, body=detail("invalid_api_key"))
    with pytest.raises(ElevenLabsError) as caught:
        elevenlabs().check()
    assert caught.value.next_step == HOLD


@pytest.mark.parametrize("fault", [{"status": 500}, {"cut": "before"}])
def test_the_check_tries_nothing_twice(sandbox: Sandbox, fault: dict[str, Any]) -> None:
    sandbox.fault("elevenlabs", "/user/subscription", times=3, **fault)
    with pytest.raises(ElevenLabsError):
        elevenlabs().check()
    assert len(sandbox.log("elevenlabs")) == 1


@pytest.mark.parametrize(
    "body",
    [{}, [], "", {"character_limit": "x", "character_count": 1}, {"character_limit": None}],
)
def test_a_subscription_we_cannot_read_is_an_error(sandbox: Sandbox, body: Any) -> None:
    sandbox.fault("elevenlabs", "/user/subscription", status=200, body=body)
    with pytest.raises(ElevenLabsError, match="unreadable answer"):
        elevenlabs().check()


def test_a_subscription_without_a_reset_is_fine(sandbox: Sandbox) -> None:
    body = {"character_limit": 10, "character_count": 12, "status": "free"}
    sandbox.fault("elevenlabs", "/user/subscription", body=body)
    account = elevenlabs().check()
    assert (account.characters_left, account.resets_at, account.status) == (0, None, "free")


def test_no_key_is_left_behind(
    sandbox: Sandbox, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VENDORS["elevenlabs"]["key"] = KEY
    with caplog.at_level(logging.DEBUG):
        error = refused(sandbox, status=400)
    for text in (caplog.text, str(error), VendorCall.objects.get().detail):
        assert KEY not in text
