"""The Deepgram adapter: what it sends, and what each answer means for us."""

import logging
import socket
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from hampstead.core.deadline import deadline
from hampstead.core.errors import BudgetSpentError, DeepgramError, NextStep, RateLimitError
from hampstead.core.models import SpendCeiling, VendorCall, VendorHealth, VendorUse
from hampstead.core.spending import Bill
from tests.speech_vendors import forget_speech_adapters, hears, listens, recording
from tests.vendors import Sandbox
from voice.speech.deepgram import Options, deepgram
from voice.speech.transcript import SpeakerTurn, Transcript

pytestmark = pytest.mark.django_db

BILL = Bill(purpose="hear", subject="conversation:1", payer="person:1")
OPTIONS = Options(model="nova-3", keyterms=("loft conversion", "Hampstead"))
NOTE = recording()
KEY = "dg-SECRET-key-0042"
RETRY, WAIT = NextStep.RETRY, NextStep.WAIT
GIVE_UP, HOLD = NextStep.GIVE_UP, NextStep.FIX_CREDENTIALS


def listen(audio: bytes = NOTE, **more: Any) -> Transcript:
    how = {"media_type": "audio/ogg", "options": OPTIONS, "seconds": 1.0, "bill": BILL}
    return deepgram().transcribe(audio, **{**how, **more})


def refused(sandbox: Sandbox, **fault: Any) -> DeepgramError:
    sandbox.fault("deepgram", "/v1/listen", **fault)
    with pytest.raises(DeepgramError) as caught:
        listen()
    return caught.value


@pytest.fixture
def dead_address(settings: Settings) -> Iterator[None]:
    with socket.socket() as nobody:  # bound, and never listening
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        settings.VENDORS = {**settings.VENDORS, "deepgram": {"key": "k", "url": url}}
        forget_speech_adapters()
        yield


def test_a_recording_becomes_a_text(sandbox: Sandbox) -> None:
    hears(sandbox, {"text": "Do you do lofts?", "confidence": 0.91})
    found = listen()
    assert (found.text, found.confidence, found.language) == ("Do you do lofts?", 0.91, "en-GB")
    assert found.duration_seconds == pytest.approx(1, abs=0.05)
    assert found.request_id.startswith("dg-")


def test_words_carry_time_and_speaker(sandbox: Sandbox) -> None:
    hears(sandbox, {"text": "Hello? Yes, hello.", "speakers": [0, 1, 1]})
    words = listen().words
    assert [word.text for word in words] == ["Hello?", "Yes,", "hello."]
    assert words[1].start_seconds == pytest.approx(words[0].end_seconds)


def test_turns_are_what_one_voice_says_at_a_stretch(sandbox: Sandbox) -> None:
    hears(sandbox, {"text": "Hello? Yes, hello. Good.", "speakers": [0, 1, 1, 0]})
    assert listen().turns == (
        SpeakerTurn(0, "Hello?"),
        SpeakerTurn(1, "Yes, hello."),
        SpeakerTurn(0, "Good."),
    )


def test_the_recording_goes_out_as_it_is(sandbox: Sandbox) -> None:
    listen()
    (entry,) = listens(sandbox)
    assert entry["body"]["bytes"] == len(NOTE)
    assert entry["headers"]["content-type"] == "audio/ogg"


def test_each_request_says_how_to_listen(sandbox: Sandbox) -> None:
    listen()
    query = [tuple(pair) for pair in listens(sandbox)[0]["query"]]
    assert {
        ("model", "nova-3"),
        ("language", "en-GB"),
        ("smart_format", "true"),
        ("numerals", "true"),
        ("diarize_model", "latest"),
        ("mip_opt_out", "true"),
        ("keyterm", "loft conversion"),
        ("keyterm", "Hampstead"),
    } == set(query)


def test_without_key_terms_none_are_sent(sandbox: Sandbox) -> None:
    listen(options=Options(model="nova-2"))
    assert "keyterm" not in dict(listens(sandbox)[0]["query"])


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (400, GIVE_UP),
        (401, HOLD),
        (402, HOLD),
        (403, HOLD),
        (404, GIVE_UP),
        (408, RETRY),
        (413, GIVE_UP),
        (422, GIVE_UP),
        (429, WAIT),
        (500, RETRY),
        (502, RETRY),
        (503, RETRY),
        (504, RETRY),
    ],
)
def test_each_status_has_its_next_step(sandbox: Sandbox, status: int, step: NextStep) -> None:
    error = refused(sandbox, status=status)
    assert (error.code, error.next_step, error.vendor_code) == ("E004", step, str(status))


@pytest.mark.parametrize("body", ["<p>down</p>", {"err_code": None}, [], {"message": "x"}])
def test_an_error_of_any_shape_follows_its_status(sandbox: Sandbox, body: Any) -> None:
    assert refused(sandbox, status=503, body=body).next_step == RETRY


def test_the_vendors_words_are_kept(sandbox: Sandbox) -> None:
    error = refused(sandbox, status=402)
    assert error.detail.startswith("402 ASR_PAYMENT_REQUIRED Project does not have enough")


def test_nothing_is_tried_twice(sandbox: Sandbox) -> None:
    refused(sandbox, status=503, times=3)
    assert len(listens(sandbox)) == 1


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("1.5", timedelta(seconds=1.5)),
        ("999999", timedelta(minutes=15)),
        ("-3", timedelta(0)),
        ("Mon, 01 Jan 2001 00:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("nan", None),
        ("9" * 400, None),
        (None, None),
    ],
)
def test_a_wait_is_as_long_as_asked_and_never_absurd(
    sandbox: Sandbox, header: str | None, wait: timedelta | None
) -> None:
    headers = {"retry-after": header} if header else {}
    assert refused(sandbox, status=429, headers=headers).retry_after == wait


def test_a_late_answer_may_be_asked_for_again(sandbox: Sandbox, settings: Settings) -> None:
    settings.DEEPGRAM_DEADLINE_SECONDS = 0.2
    error = refused(sandbox, delay_seconds=1)
    assert (error.next_step, error.detail) == (RETRY, "no answer within 0.2 s")


def test_the_callers_own_deadline_counts_and_leaves_nothing_uncertain(sandbox: Sandbox) -> None:
    with deadline(-1), pytest.raises(DeepgramError) as caught:
        listen()
    assert caught.value.next_step == RETRY


def test_a_dripping_answer_ends_at_the_deadline(sandbox: Sandbox, settings: Settings) -> None:
    settings.DEEPGRAM_DEADLINE_SECONDS = 0.3
    assert refused(sandbox, drip_seconds=0.05).next_step == RETRY
    assert VendorCall.objects.get().duration_ms < 1300


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_cut_connection_may_be_tried_again(sandbox: Sandbox, cut: str) -> None:
    assert refused(sandbox, cut=cut).next_step == RETRY


def test_half_an_answer_may_be_asked_for_again(sandbox: Sandbox) -> None:
    assert refused(sandbox, cut_after_bytes=40).next_step == RETRY


def test_nobody_there_may_be_tried_again(sandbox: Sandbox, dead_address: None) -> None:
    with pytest.raises(DeepgramError) as caught:
        listen()
    assert (caught.value.next_step, caught.value.detail) == (
        RETRY,
        "no usable answer: ConnectError",
    )


@pytest.mark.parametrize(
    "body",
    [
        "",
        "text",
        {},
        [],
        None,
        {"results": None},
        {"results": {"channels": []}},
        {"results": {"channels": [{}]}},
        {"results": {"channels": [{"alternatives": []}]}},
        {"results": {"channels": [{"alternatives": [{"transcript": 7}]}]}},
        {"results": {"channels": [{"alternatives": [{"transcript": "x", "words": 3}]}]}},
        {"results": "x", "metadata": "y"},
    ],
)
def test_a_200_we_cannot_read_is_an_error_of_its_kind(sandbox: Sandbox, body: Any) -> None:
    fault = {"status": 200, "body": body} if body is not None else {"garbage": True}
    error = refused(sandbox, **fault)
    assert (error.detail, error.next_step) == ("unreadable answer", RETRY)
    assert not error.trips_breaker


def test_what_was_not_heard_is_an_empty_text_not_an_error(sandbox: Sandbox) -> None:
    hears(sandbox, {"text": "", "confidence": 0.0})
    found = listen()
    assert (found.text, found.words, found.is_unsure) == ("", (), True)


@pytest.mark.parametrize(("confidence", "is_unsure"), [(0.59, True), (0.6, False)])
def test_low_confidence_is_for_staff_to_hear(
    sandbox: Sandbox, confidence: float, is_unsure: bool
) -> None:
    hears(sandbox, {"text": "mumble", "confidence": confidence})
    assert listen().is_unsure is is_unsure


def test_what_it_cost_is_written_down(sandbox: Sandbox, settings: Settings) -> None:
    settings.DEEPGRAM_USD_PER_MINUTE = Decimal("0.6")
    settings.PENCE_PER_USD = Decimal(100)
    found = listen()
    use = VendorUse.objects.get()
    assert (use.vendor, use.model, use.purpose) == ("deepgram", "nova-3", "hear")
    assert (use.subject, use.payer) == ("conversation:1", "person:1")
    assert float(use.cost_pence) == pytest.approx(found.duration_seconds, abs=1e-4)
    assert found.cost_pence == use.cost_pence


def test_an_unreadable_answer_was_paid_for_all_the_same(sandbox: Sandbox) -> None:
    refused(sandbox, body={"results": {}})
    assert VendorUse.objects.get().cost_pence > 0


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_refusal_costs_nothing(sandbox: Sandbox, status: int) -> None:
    refused(sandbox, status=status)
    assert not VendorUse.objects.exists()


def test_a_spent_day_calls_nobody(sandbox: Sandbox) -> None:
    SpendCeiling.objects.create(vendor="deepgram", soft_pence=0, hard_pence=0, person_pence=0)
    with pytest.raises(BudgetSpentError):
        listen()
    assert listens(sandbox) == []


def test_our_own_limit_is_e011_and_calls_nobody(sandbox: Sandbox, settings: Settings) -> None:
    settings.DEEPGRAM_LIMIT = "1/minute"
    listen()
    with pytest.raises(RateLimitError):
        listen()
    assert len(listens(sandbox)) == 1


def test_a_spent_credit_pauses_the_vendor(sandbox: Sandbox) -> None:
    refused(sandbox, status=402)
    health = VendorHealth.objects.get(vendor="deepgram")
    assert (health.state, health.reason) == ("open", "credentials")


def test_no_key_is_left_behind(
    sandbox: Sandbox, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VENDORS["deepgram"]["key"] = KEY
    with caplog.at_level(logging.DEBUG):
        error = refused(sandbox, status=400, body={"err_msg": "bad", "err_code": "B"})
    for text in (caplog.text, str(error), VendorCall.objects.get().detail):
        assert KEY not in text
