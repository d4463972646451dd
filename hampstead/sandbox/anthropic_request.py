"""The part of the Messages API's validation that our own mistakes could meet."""

import re
from typing import Any

from hampstead.sandbox.anthropic_errors import RequestRefusedError
from hampstead.sandbox.anthropic_models import is_callable
from hampstead.sandbox.anthropic_turns import check_block, check_turns

JsonObject = dict[str, Any]
FIELD_NAMES = (
    "model max_tokens messages system tools tool_choice thinking output_config cache_control "
    "stop_sequences stream metadata service_tier speed inference_geo container diagnostics "
    "user_profile_id"
)
FIELDS = frozenset(FIELD_NAMES.split())
SAMPLING = ("temperature", "top_p", "top_k")
TOOL_NAME = re.compile(r"^[a-zA-Z0-9_-]{1,128}$")
STRICTER_MODELS = ("claude-sonnet-5-5",)
MAX_CACHE_MARKS = 4


def check_request(body: Any, *, counting: bool = False) -> JsonObject:
    if not isinstance(body, dict):
        raise RequestRefusedError("The request body is not valid JSON")
    check_fields(body)
    check_model(body)
    if not counting:
        check_max_tokens(body)
    check_turns(body)
    check_tools(body)
    check_cache_marks(body)
    check_stricter_model(body)
    return body


def check_fields(body: JsonObject) -> None:
    for name in SAMPLING:
        if name in body:
            raise RequestRefusedError(f"{name}: sampling parameters are not supported")
    for name in body:
        if name not in FIELDS:
            raise RequestRefusedError(f"{name}: Extra inputs are not permitted")
    if not isinstance(body.get("stream", False), bool):
        raise RequestRefusedError("stream: Input should be a valid boolean")
    system = body.get("system", "")
    if not isinstance(system, str | list):
        raise RequestRefusedError("system: Input should be a valid string or list of text blocks")
    for number, block in enumerate(system if isinstance(system, list) else []):
        check_block(f"system.{number}", block)


def check_model(body: JsonObject) -> None:
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise RequestRefusedError("model: Field required")
    if not is_callable(model):
        raise RequestRefusedError(f"model: {model}", status=404)


def check_max_tokens(body: JsonObject) -> None:
    if "max_tokens" not in body:
        raise RequestRefusedError("max_tokens: Field required")
    value = body["max_tokens"]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise RequestRefusedError("max_tokens: Input should be a valid integer, 0 or greater")


def check_tools(body: JsonObject) -> None:
    tools = body.get("tools", [])
    if not isinstance(tools, list):
        raise RequestRefusedError("tools: Input should be a valid list")
    for number, tool in enumerate(tools):
        check_tool(number, tool)
    names = [tool["name"] for tool in tools]
    if len(names) != len(set(names)):
        raise RequestRefusedError("tools: Tool names must be unique.")
    choice = body.get("tool_choice") or {}
    if choice.get("type") == "tool" and choice.get("name") not in names:
        raise RequestRefusedError(f"tool_choice: Tool '{choice.get('name')}' not found in tools")


def check_tool(number: int, tool: Any) -> None:
    if not isinstance(tool, dict) or not TOOL_NAME.match(str(tool.get("name", ""))):
        raise RequestRefusedError(
            f"tools.{number}.custom.name: String should match pattern '{TOOL_NAME.pattern}'"
        )
    schema = tool.get("input_schema")
    if not isinstance(schema, dict) or schema.get("type") != "object":
        raise RequestRefusedError(f"tools.{number}.custom.input_schema.type: Field required")
    if tool.get("strict") and schema.get("additionalProperties") is not False:
        raise RequestRefusedError(
            f"tools.{number}.custom: For 'object' type, 'additionalProperties' must be "
            "explicitly set to false"
        )


def cache_marks(body: JsonObject) -> list[Any]:
    """Every cache_control in the order of the prefix: tools, system, messages, automatic."""
    blocks: list[Any] = list(body.get("tools", []))
    if isinstance(body.get("system"), list):
        blocks += body["system"]
    for message in body["messages"]:
        if isinstance(message["content"], list):
            blocks += message["content"]
    blocks.append({"cache_control": body.get("cache_control")})
    return [b["cache_control"] for b in blocks if isinstance(b, dict) and b.get("cache_control")]


def check_cache_marks(body: JsonObject) -> None:
    marks = cache_marks(body)
    if len(marks) > MAX_CACHE_MARKS:
        raise RequestRefusedError(
            f"A maximum of 4 blocks with cache_control may be provided. Found {len(marks)}."
        )
    seen_short = False
    for mark in marks:
        if not isinstance(mark, dict) or mark.get("type") != "ephemeral":
            raise RequestRefusedError("cache_control.type: Input should be 'ephemeral'")
        ttl = mark.get("ttl", "5m")
        if ttl not in ("5m", "1h"):
            raise RequestRefusedError("cache_control.ttl: Input should be '5m' or '1h'")
        if ttl == "1h" and seen_short:
            raise RequestRefusedError(
                "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block"
            )
        seen_short = seen_short or ttl == "5m"


def check_stricter_model(body: JsonObject) -> None:
    if body["model"] not in STRICTER_MODELS:
        return
    if (body.get("tool_choice") or {}).get("type") in ("any", "tool"):
        raise RequestRefusedError("tool_choice: forced tool use is not supported on this model")
    thinking = body.get("thinking") or {}
    if thinking.get("type") == "disabled" or "budget_tokens" in thinking:
        raise RequestRefusedError("thinking: this configuration is not supported on this model")
    if body["messages"][-1]["role"] == "assistant":
        raise RequestRefusedError("This model does not support assistant message prefill.")
