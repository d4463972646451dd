import anthropic
import pytest

from tests.sandbox.asking import ask, assistant, streamed, text_of, tool, user
from tests.sandbox.conftest import Sandbox

LONG_SYSTEM = [{"type": "text", "text": "rule " * 1200, "cache_control": {"type": "ephemeral"}}]
TOOL_USE = {"type": "tool_use", "id": "toolu_x", "name": "find", "input": {}}


def result(tool_use_id: str) -> dict[str, str]:
    return {"type": "tool_result", "tool_use_id": tool_use_id, "content": "1"}


def test_an_exact_answer_comes_as_one_text_block(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.model(answers=["Certainly."])
    message = ask(claude)
    assert text_of(message) == "Certainly."
    assert message.stop_reason == "end_turn"
    assert message.id == "msg_000001"


def test_exact_answers_are_used_in_order_and_then_the_persona_speaks(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.model(answers=["One", "Two"])
    said = [text_of(ask(claude)) for _ in range(3)]
    assert said[:2] == ["One", "Two"]
    assert said[2].startswith("Hello, and thank you")


def test_an_exact_answer_may_set_stop_reason_and_usage(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    answer = {"content": [], "stop_reason": "refusal", "usage": {"output_tokens": 7}}
    sandbox.model(answers=[answer])
    message = ask(claude)
    assert (message.stop_reason, message.usage.output_tokens) == ("refusal", 7)


def test_streaming_gives_the_same_message_as_json(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    text = "A longer answer, £80,000–£140,000,\n in two lines. "
    blocks = [{"type": "text", "text": text}, {**TOOL_USE, "input": {"postcode": "NW3 2QG"}}]
    sandbox.model(answers=[{"content": blocks}, {"content": blocks}])
    plain, stream = ask(claude), streamed(claude)
    assert stream.content[0].type == "text"
    assert [b.model_dump(exclude={"parsed_output"}) for b in stream.content] == [
        b.model_dump() for b in plain.content
    ]
    assert (stream.stop_reason, stream.usage.output_tokens) == (
        "tool_use", plain.usage.output_tokens,
    )  # fmt: skip


def test_stream_frames_come_in_the_documented_order(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.model(answers=["Hi"])
    events = claude.messages.create(
        model="claude-haiku-5-5", max_tokens=9, stream=True,
        messages=[{"role": "user", "content": "Hello"}],
    )  # fmt: skip
    assert [event.type for event in events] == [
        "message_start", "content_block_start", "content_block_delta", "content_block_delta",
        "content_block_stop", "message_delta", "message_stop",
    ]  # fmt: skip


def test_thinking_blocks_stream_with_their_signature(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    thinking = {"type": "thinking", "thinking": "Let me see", "signature": "sig"}
    sandbox.model(answers=[{"content": [thinking, {"type": "text", "text": "Yes."}]}])
    message = streamed(claude)
    assert message.content[0].model_dump() == thinking
    assert text_of(message) == "Yes."


@pytest.mark.parametrize("name", ["temperature", "top_p", "top_k"])
def test_sampling_parameters_are_refused(claude: anthropic.Anthropic, name: str) -> None:
    with pytest.raises(anthropic.BadRequestError, match=name):
        ask(claude, extra_body={name: 1})


def test_an_unknown_model_is_not_found(claude: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.NotFoundError) as caught:
        ask(claude, model="claude-sonnet-4-5-20250514")
    assert caught.value.type == "not_found_error"
    assert caught.value.request_id == "req_000001"


def test_a_retired_model_is_not_found(sandbox: Sandbox) -> None:
    headers = {"x-api-key": "key", "anthropic-version": "2023-06-01"}
    body = {"model": "claude-mythos-preview", "max_tokens": 9, "messages": [user("Hi")]}
    response = sandbox.http.post("/anthropic/v1/messages", json=body, headers=headers)
    assert response.status_code == 404


def test_a_missing_key_is_an_authentication_error(sandbox: Sandbox) -> None:
    response = sandbox.post("/anthropic/v1/messages", {})
    assert response.status_code == 401
    assert response.json()["error"]["type"] == "authentication_error"
    assert response.headers["request-id"] == response.json()["request_id"]


def test_the_older_key_header_is_taken_too(sandbox: Sandbox) -> None:
    headers = {"x-api-key": "key", "anthropic-version": "2023-06-01"}
    response = sandbox.http.get("/anthropic/v1/models", headers=headers)
    assert response.status_code == 200


def test_max_tokens_is_required(sandbox: Sandbox) -> None:
    headers = {"x-api-key": "key", "anthropic-version": "2023-06-01"}
    body = {"model": "claude-haiku-5-5", "messages": [user("Hi")]}
    response = sandbox.http.post("/anthropic/v1/messages", json=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"]["message"] == "max_tokens: Field required"


def test_a_body_that_is_not_json_is_refused(sandbox: Sandbox) -> None:
    headers = {"x-api-key": "key", "anthropic-version": "2023-06-01"}
    response = sandbox.http.post("/anthropic/v1/messages", content=b"{", headers=headers)
    assert response.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("messages", "complaint"),
    [
        ([{"role": "robot", "content": "Hi"}], "role"),
        ([assistant("Hi"), user("Hi")], "first message"),
        ([user("")], "non-empty"),
        ([user([{"type": "text", "text": " "}])], "non-empty"),
        ([user("Hi"), assistant([TOOL_USE])], "without `tool_result`"),
        ([user("Hi"), assistant([{**TOOL_USE, "input": ["x"]}])], "valid dictionary"),
        ([user("Hi"), assistant([TOOL_USE]), user("No")], "without `tool_result`"),
        ([user("Hi"), assistant([TOOL_USE]), user([result("toolu_y")])], "unexpected"),
        ([user([result("toolu_x")])], "unexpected"),
    ],
)
def test_wrong_turns_are_refused(
    claude: anthropic.Anthropic, messages: list[object], complaint: str
) -> None:
    with pytest.raises(anthropic.BadRequestError, match=complaint):
        ask(claude, *messages)


def test_empty_messages_are_refused(sandbox: Sandbox, claude: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError, match="at least one message"):
        claude.messages.create(model="claude-haiku-5-5", max_tokens=9, messages=[])


def test_a_strict_tool_must_close_its_schema(claude: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError, match="additionalProperties"):
        ask(claude, tools=[{**tool("find"), "strict": True}])


def test_a_result_for_every_tool_use_is_accepted(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.model(answers=["Found."])
    message = ask(claude, "Hi", assistant([TOOL_USE]), user([result("toolu_x")]))
    assert text_of(message) == "Found."


def test_the_second_request_reads_the_prefix_the_first_one_wrote(
    claude: anthropic.Anthropic,
) -> None:
    first = ask(claude, system=LONG_SYSTEM).usage
    second = ask(claude, "Something else", system=LONG_SYSTEM).usage
    assert first.cache_creation_input_tokens == second.cache_read_input_tokens
    assert (first.cache_creation_input_tokens or 0) > 1024
    assert second.cache_creation_input_tokens == 0


def test_a_marked_history_is_read_when_it_has_grown(claude: anthropic.Anthropic) -> None:
    mark = {"cache_control": {"type": "ephemeral"}}
    long = "word " * 1200
    first = [user(long), assistant([{"type": "text", "text": "Yes.", **mark}]), user("One")]
    grown = [user([{"type": "text", "text": long}]), assistant("Yes."), user("Two")]
    grown += [assistant([{"type": "text", "text": "Well.", **mark}]), user("Three")]
    written = ask(claude, *first).usage
    read = ask(claude, *grown).usage
    assert read.cache_read_input_tokens == written.cache_creation_input_tokens
    assert (written.cache_creation_input_tokens or 0) > 1024
    assert read.cache_creation_input_tokens


def test_a_prefix_too_many_blocks_back_is_not_found(claude: anthropic.Anthropic) -> None:
    mark = {"cache_control": {"type": "ephemeral"}}
    blocks = [{"type": "text", "text": "word " * 1200}]
    blocks += [{"type": "text", "text": f"line {number}"} for number in range(20)]
    ask(claude, user([{**blocks[0], **mark}]))
    near, far = [*blocks[:19], {**blocks[19], **mark}], [*blocks[:20], {**blocks[20], **mark}]
    assert ask(claude, user(far)).usage.cache_read_input_tokens == 0
    assert ask(claude, user(near)).usage.cache_read_input_tokens != 0


def test_what_is_written_to_the_cache_is_told_by_its_time_to_live(
    claude: anthropic.Anthropic,
) -> None:
    hour = [{**LONG_SYSTEM[0], "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    question = user([{**LONG_SYSTEM[0], "text": "word " * 1200}])
    created = ask(claude, question, system=hour).usage.cache_creation
    assert created is not None
    assert min(created.ephemeral_5m_input_tokens, created.ephemeral_1h_input_tokens) > 1024


def test_a_short_prefix_is_not_cached(claude: anthropic.Anthropic) -> None:
    short = [{**LONG_SYSTEM[0], "text": "rule " * 100}]
    ask(claude, system=short)
    usage = ask(claude, system=short).usage
    assert usage.cache_creation_input_tokens == usage.cache_read_input_tokens == 0


def test_five_cache_marks_are_too_many(claude: anthropic.Anthropic) -> None:
    with pytest.raises(anthropic.BadRequestError, match="maximum of 4"):
        ask(claude, system=LONG_SYSTEM * 5)


def test_warming_the_cache_generates_nothing(claude: anthropic.Anthropic) -> None:
    warmed = ask(claude, system=LONG_SYSTEM, max_tokens=0)
    assert (warmed.content, warmed.usage.output_tokens) == ([], 0)
    assert (ask(claude, system=LONG_SYSTEM).usage.cache_read_input_tokens or 0) > 1024


def test_counted_tokens_equal_the_input_usage(claude: anthropic.Anthropic) -> None:
    counted = claude.messages.count_tokens(
        model="claude-haiku-5-5", messages=[{"role": "user", "content": "Hello there"}]
    )
    assert counted.input_tokens == ask(claude, "Hello there").usage.input_tokens


def test_models_are_listed_by_lifecycle(claude: anthropic.Anthropic) -> None:
    active = {model.id for model in claude.models.list(lifecycle=["active"])}
    assert "claude-haiku-5-5" in active
    assert "claude-sonnet-4-5" not in active


def test_one_model_can_be_looked_up(claude: anthropic.Anthropic) -> None:
    assert claude.models.retrieve("claude-sonnet-4-5").lifecycle == "deprecated"


def test_the_log_shows_requests_without_secrets(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    ask(claude, "Hello")
    entry = sandbox.log("anthropic")[-1]
    assert (entry["route"], entry["method"], entry["status"]) == ("/v1/messages", "POST", 200)
    assert entry["headers"]["authorization"] == "***"
    assert entry["body"]["messages"][0]["content"] == "Hello"
