"""The Messages API: the wire only; what is said comes from the Model."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from hampstead.sandbox import anthropic_models
from hampstead.sandbox.anthropic_errors import AnthropicErrors, RequestRefusedError
from hampstead.sandbox.anthropic_request import check_request
from hampstead.sandbox.anthropic_stream import events_of
from hampstead.sandbox.anthropic_usage import CacheMemory, count_input
from hampstead.sandbox.door import Call, Door, Handler
from hampstead.sandbox.personas import Model
from hampstead.sandbox.reply import Reply

JsonObject = dict[str, Any]
Simulate = Callable[[Call], Awaitable[Reply]]


class AnthropicApi:
    def __init__(self, errors: AnthropicErrors, model: Model, cache: CacheMemory) -> None:
        self._errors = errors
        self._model = model
        self._cache = cache

    def add_routes(self, app: web.Application, door: Door) -> None:
        app.add_routes(
            [
                web.post("/anthropic/v1/messages", self._open(door, self.messages)),
                web.post("/anthropic/v1/messages/count_tokens", self._open(door, self.count)),
                web.get("/anthropic/v1/models", self._open(door, self.models)),
                web.get("/anthropic/v1/models/{model_id}", self._open(door, self.one_model)),
                web.route("*", "/anthropic/{rest:.*}", self._open(door, self.unknown_route)),
            ]
        )

    def _open(self, door: Door, simulate: Simulate) -> Handler:
        async def guarded(call: Call) -> Reply:
            try:
                check_headers(call)
                return await simulate(call)
            except RequestRefusedError as refusal:
                return self._errors(refusal.status, refusal.message)

        return door.open(guarded)

    def _ok(self, body: JsonObject) -> Reply:
        return Reply(body=body, headers={"request-id": self._errors.request_id()})

    async def messages(self, call: Call) -> Reply:
        body = check_request(read_json(call))
        limits = self._model.limits
        if wait := limits.wait(count_input(body)):
            refused = self._errors(429)
            news = {"retry-after": str(wait), **limits.headers()}
            return Reply(refused.status, refused.body, {**refused.headers, **news})
        message = self._model.message(body, self._cache)
        limits.use(message["usage"])
        ok = self._ok(message)
        reply = Reply(body=ok.body, headers={**ok.headers, **limits.headers()})
        if body.get("stream"):
            return Reply(headers=reply.headers, events=events_of(message))
        return reply

    async def count(self, call: Call) -> Reply:
        body = check_request(read_json(call), counting=True)
        return self._ok({"input_tokens": count_input(body)})

    async def models(self, call: Call) -> Reply:
        lifecycles = [value for name, value in call.query if name in ("lifecycle", "lifecycle[]")]
        query = dict(call.query)
        limit = query.get("limit", "20")
        if not limit.isdecimal() or not 1 <= int(limit) <= 1000:
            raise RequestRefusedError("limit: Input should be between 1 and 1000")
        page = anthropic_models.listing(lifecycles, int(limit), query.get("after_id", ""))
        return self._ok(page)

    async def one_model(self, call: Call) -> Reply:
        model = anthropic_models.CATALOGUE.get(call.path["model_id"])
        if model is None:
            raise RequestRefusedError(f"model: {call.path['model_id']}", status=404)
        return self._ok(model.to_json())

    async def unknown_route(self, call: Call) -> Reply:
        raise RequestRefusedError(f"Not found: {call.route}", status=404)


def check_headers(call: Call) -> None:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    if not bearer and not call.headers.get("x-api-key", "").strip():
        raise RequestRefusedError("invalid x-api-key", status=401)
    if not call.headers.get("anthropic-version"):
        raise RequestRefusedError("anthropic-version: header is required")


def read_json(call: Call) -> Any:
    try:
        return call.json()
    except ValueError:
        raise RequestRefusedError("The request body is not valid JSON") from None
