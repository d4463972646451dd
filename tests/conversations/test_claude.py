"""The Claude adapter over HTTP: what it reads, and what each failure means for us."""

import logging
import socket
import time
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from conversations.claude import claude
from conversations.draft import Reply, Structured, ToolUse
from hampstead.core.errors import CatalogueError, ClaudeError, NextStep
from hampstead.core.models import VendorCall, VendorHealth
from hampstead.core.spending import Bill
from tests.conversations.streams import (
    BLOCK,
    BLOCK_END,
    END,
    START,
    STREAM,
    arguments,
    frames,
)
from tests.vendors import Sandbox

pytestmark = pytest.mark.django_db

KEY = "sk-ant-canary-000111222"
RETRY, WAIT = NextStep.RETRY, NextStep.WAIT
SCHEMA = {
    "type": "object",
    "properties": {"customer_name": {"type": "string"}},
    "required": ["customer_name"],
    "additionalProperties": False,
}
HOLD, GIVE_UP = NextStep.FIX_CREDENTIALS, NextStep.GIVE_UP


def ask(text: str = "Hello", *, system: str = "Be brief.") -> Reply:
    return claude().reply(
        system=[{"type": "text", "text": system, "cache_control": {"type": "ephemeral"}}],
        messages=[{"role": "user", "content": text}],
        tools=[{"name": "note_facts", "input_schema": {"type": "object", "properties": {}}}],
        bill=Bill("answer", "conversation:1", "person:1"),
    )


def extract(*, max_tokens: int = 500) -> Structured:
    return claude().structured(
        system=[{"type": "text", "text": "Summarise."}],
        messages=[{"role": "user", "content": "My name is Priya."}],
        schema=SCHEMA,
        bill=Bill("summary", "conversation:1", "person:1"),
        max_tokens=max_tokens,
    )


def condense() -> Reply:
    return claude().condense(
        system=[{"type": "text", "text": "Shorten."}],
        messages=[{"role": "user", "content": "Long story."}],
        bill=Bill("digest", "conversation:1", "person:1"),
        max_tokens=300,
    )


def failed(sandbox: Sandbox, **fault: Any) -> CatalogueError:
    if fault:
        sandbox.fault("anthropic", "/v1/messages", **fault)
    with pytest.raises(ClaudeError) as caught:
        ask()
    assert caught.value.code == "E003"
    return caught.value


def error_body(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": "no", **more}}


def test_a_text_is_read(sandbox: Sandbox) -> None:
    sandbox.answers(" Good morning. ")
    reply = ask()
    assert (reply.text, reply.tool_uses, reply.was_cut) == ("Good morning.", (), False)


def test_tool_uses_are_read_with_their_arguments(sandbox: Sandbox) -> None:
    block = {"type": "tool_use", "id": "t1", "name": "note_facts", "input": {"postcode": "NW3 2QG"}}
    sandbox.answers({"content": [{"type": "text", "text": "Let me look."}, block]})
    reply = ask()
    assert reply.tool_uses == (ToolUse("t1", "note_facts", {"postcode": "NW3 2QG"}),)
    assert [part["type"] for part in reply.blocks] == ["text", "tool_use"]


def test_thinking_is_not_said_and_goes_back_unchanged(sandbox: Sandbox) -> None:
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "s"}
    sandbox.answers({"content": [thought, {"type": "text", "text": "Yes."}]})
    reply = ask()
    assert reply.text == "Yes."
    assert reply.blocks[0] == thought


def test_tokens_are_counted_with_what_came_from_the_cache(sandbox: Sandbox) -> None:
    prefix = "The firm's rules. " * 500
    first, second = ask(system=prefix).usage, ask("Hello again", system=prefix).usage
    assert first.cache_write_tokens > 1024
    assert second.cache_read_tokens == first.cache_write_tokens
    assert min(second.input_tokens, second.output_tokens) > 0


def test_an_answer_that_hit_the_token_limit_is_marked(sandbox: Sandbox) -> None:
    cut = {"content": [{"type": "text", "text": "We wo"}], "stop_reason": "max_tokens"}
    sandbox.answers(cut)
    assert ask().was_cut


def test_a_tool_call_cut_by_the_token_limit_is_not_run(sandbox: Sandbox) -> None:
    half = {"type": "tool_use", "name": "note_facts", "input": {"requirements": "a sky"}}
    sandbox.answers({"content": [half], "stop_reason": "max_tokens"})
    error = failed(sandbox)
    assert (error.next_step, error.trips_breaker) == (RETRY, False)


STATUSES = [
    (400, GIVE_UP, False),
    (401, HOLD, False),
    (402, HOLD, False),
    (403, HOLD, False),
    (404, GIVE_UP, False),
    (408, RETRY, True),
    (413, GIVE_UP, False),
    (422, GIVE_UP, False),
    (429, WAIT, False),
    (500, RETRY, True),
    (502, RETRY, True),
    (503, RETRY, True),
    (504, RETRY, True),
    (529, RETRY, True),
]


@pytest.mark.parametrize(("status", "step", "trips"), STATUSES)
def test_each_status_has_its_next_step(
    sandbox: Sandbox, status: int, step: NextStep, trips: bool
) -> None:
    error = failed(sandbox, status=status)
    assert (error.next_step, error.trips_breaker) == (step, trips)
    assert VendorCall.objects.get().http_status == status


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "2"}, timedelta(seconds=2)),
        ({"retry-after-ms": "1500", "retry-after": "9"}, timedelta(seconds=1.5)),
        ({"retry-after": "Mon, 23 Nov 2026 10:00:00 GMT"}, None),
        ({"retry-after": "1e999"}, None),
        ({"retry-after": "nan"}, None),
        ({}, None),
    ],
)
def test_a_wait_is_as_long_as_the_vendor_wants(
    sandbox: Sandbox, headers: dict[str, str], wait: timedelta | None
) -> None:
    assert failed(sandbox, status=429, headers=headers).retry_after == wait


@pytest.mark.parametrize("code", ["enforced_spend_limit_reached", "contract_spend_limit_reached"])
def test_a_spend_limit_needs_an_operator(sandbox: Sandbox, code: str) -> None:
    body = error_body("rate_limit_error", details={"error_code": code})
    error = failed(sandbox, status=429, body=body)
    assert (error.next_step, error.detail) == (HOLD, "spend limit")


def test_a_model_nobody_has_is_named(sandbox: Sandbox, settings: Settings) -> None:
    settings.ANTHROPIC_MODEL = "claude-nobody-1"
    error = failed(sandbox)
    assert error.next_step == GIVE_UP
    assert "claude-nobody-1" in error.detail


BROKEN: list[tuple[dict[str, Any], NextStep]] = [
    ({"cut": "before"}, RETRY),
    ({"cut": "after"}, RETRY),
    ({"cut_after_events": 0}, RETRY),
    ({"cut_after_events": 4}, RETRY),
    ({"end_without_stop": True}, RETRY),
    ({"garbage": True}, RETRY),
    ({"garbage": True, "status": 502}, RETRY),
    ({"body": ""}, RETRY),
    ({"body": {"type": "message"}}, RETRY),
    ({"error_event": {"type": "overloaded_error", "message": "x"}}, RETRY),
    ({"error_event": {"type": "api_error", "message": "x"}}, RETRY),
    ({"error_event": {"type": "rate_limit_error", "message": "x"}}, WAIT),
    ({"error_event": {"type": "invalid_request_error", "message": "x"}}, GIVE_UP),
    ({"error_event": {"type": "authentication_error", "message": "x"}}, HOLD),
    ({"error_event": {"type": "something_new", "message": "x"}}, RETRY),
]


@pytest.mark.parametrize(("fault", "step"), BROKEN)
def test_a_broken_answer_has_its_next_step(
    sandbox: Sandbox, fault: dict[str, Any], step: NextStep
) -> None:
    error = failed(sandbox, **fault)
    assert error.next_step == step
    assert error.trips_breaker is (step == RETRY)


@pytest.mark.parametrize(
    "events",
    [
        (START, BLOCK, arguments("{{"), BLOCK_END, END, {"type": "message_stop"}),
        (START, BLOCK, arguments('["a"]'), BLOCK_END, END, {"type": "message_stop"}),
        (START, BLOCK, arguments("7"), BLOCK_END, END, {"type": "message_stop"}),
        (BLOCK, START, END),
        (START, arguments("{}"), END),
        (START, BLOCK, arguments('{"budget_max_pounds": NaN}'), BLOCK_END, END),
        (START, BLOCK, arguments('{"budget_max_pounds": 1e999}'), BLOCK_END, END),
        ({"type": "message_start", "message": {}}, END),
    ],
)
def test_a_stream_that_makes_no_sense_is_no_usable_answer(
    sandbox: Sandbox, events: tuple[dict[str, Any], ...]
) -> None:
    error = failed(sandbox, body=frames(*events), headers=STREAM)
    assert (error.next_step, error.trips_breaker) == (RETRY, False)


def test_what_a_stream_brings_beyond_what_we_know_is_passed_over(sandbox: Sandbox) -> None:
    new_delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "mood_delta"}}
    new_event = {"type": "mood", "mood": "good"}
    events = (START, new_event, BLOCK, new_delta, arguments('{"postcode": "NW3"}'), BLOCK_END, END)
    sandbox.fault("anthropic", "/v1/messages", body=frames(*events), headers=STREAM)
    assert ask().tool_uses == (ToolUse("t1", "note_facts", {"postcode": "NW3"}),)


def test_an_error_in_a_stream_that_nobody_can_read_is_tried_again(sandbox: Sandbox) -> None:
    body = frames(START) + "event: error\ndata: overloaded\n\n"
    error = failed(sandbox, body=body, headers=STREAM)
    assert (error.next_step, error.trips_breaker) == (RETRY, True)


@pytest.mark.parametrize(
    "answer",
    [
        {"content": []},
        {"content": [{"type": "text", "text": " \n"}]},
        {"content": [], "stop_reason": "refusal", "stop_details": {"category": None}},
        {"content": [{"type": "text", "text": "I can"}], "stop_reason": "refusal"},
    ],
)
def test_an_empty_answer_or_a_refusal_is_no_fault_of_the_vendor(
    sandbox: Sandbox, answer: dict[str, Any]
) -> None:
    sandbox.answers(answer)
    error = failed(sandbox)
    assert (error.next_step, error.trips_breaker) == (RETRY, False)


@pytest.mark.parametrize("fault", [{"delay_seconds": 1.5}, {"drip_seconds": 0.02}])
def test_no_call_lasts_longer_than_the_deadline(
    sandbox: Sandbox, settings: Settings, fault: dict[str, Any]
) -> None:
    settings.ANTHROPIC_DEADLINE_SECONDS = 0.3
    claude()
    started = time.monotonic()
    error = failed(sandbox, **fault)
    assert time.monotonic() - started < 1.3
    assert error.trips_breaker


def test_nobody_listening_is_tried_again(sandbox: Sandbox, settings: Settings) -> None:
    with socket.socket() as nobody:  # bound, and never listening
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        settings.VENDORS = {**settings.VENDORS, "anthropic": {"key": "k", "url": url}}
        assert failed(sandbox).next_step == RETRY


def test_a_failure_is_one_call_the_adapter_never_repeats(sandbox: Sandbox) -> None:
    failed(sandbox, status=529, headers={"x-should-retry": "true"})
    assert len(sandbox.log("anthropic")) == 1


def test_no_secret_and_no_word_of_the_customer_is_left_behind(
    sandbox: Sandbox, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VENDORS["anthropic"]["key"] = KEY
    sandbox.fault("anthropic", status=401, body=error_body("authentication_error", key=KEY))
    with caplog.at_level(logging.INFO), pytest.raises(ClaudeError):
        ask("my secret garden")
    call, health = VendorCall.objects.get(), VendorHealth.objects.get()
    left = f"{caplog.text} {call.detail} {health.last_error} {health.reason}"
    assert KEY not in left
    assert "garden" not in left


def test_a_summary_is_an_object_in_the_asked_shape(sandbox: Sandbox) -> None:
    sandbox.answers('{"customer_name": "Priya"}')
    assert extract().data == {"customer_name": "Priya"}


def test_the_stronger_model_is_asked_as_it_wants_to_be(sandbox: Sandbox) -> None:
    sandbox.answers('{"customer_name": "Priya"}', "In short.")
    assert (extract().model, condense().model) == ("claude-sonnet-5-5", "claude-sonnet-5-5")
    summary, digest = (entry["body"] for entry in sandbox.log("anthropic"))
    assert summary["output_config"]["format"] == {"type": "json_schema", "schema": SCHEMA}
    assert "format" not in digest["output_config"]
    for asked, wanted in ((summary, 500), (digest, 300)):
        assert asked["max_tokens"] > wanted  # its thinking counts too
        assert not asked.keys() & {"thinking", "tools", "tool_choice", "temperature"}


def test_what_the_stronger_model_thinks_is_no_part_of_the_text(sandbox: Sandbox) -> None:
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "s"}
    sandbox.answers({"content": [thought, {"type": "text", "text": "In short."}]})
    assert condense().text == "In short."


@pytest.mark.parametrize(
    "answer",
    [
        "no JSON at all",
        '["a", "list"]',
        '{"customer_name": NaN}',
        '{"customer_name": "Pri',
        "[" * 5000,
        {"content": [{"type": "text", "text": "{}"}], "stop_reason": "max_tokens"},
        {"content": [{"type": "text", "text": "{}"}], "stop_reason": "refusal"},
        {"content": []},
    ],
)
def test_what_is_no_whole_object_is_no_summary(sandbox: Sandbox, answer: Any) -> None:
    sandbox.answers(answer)
    with pytest.raises(ClaudeError) as caught:
        extract()
    assert (caught.value.next_step, caught.value.trips_breaker) == (RETRY, False)


def test_the_stronger_model_may_take_its_own_time(sandbox: Sandbox, settings: Settings) -> None:
    settings.ANTHROPIC_DEADLINE_SECONDS = 0.2
    settings.ANTHROPIC_STRONG_DEADLINE_SECONDS = 5
    sandbox.answers("In short.")
    sandbox.fault("anthropic", "/v1/messages", delay_seconds=0.6)
    assert condense().text == "In short."
