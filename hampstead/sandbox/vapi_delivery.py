"""One call's messages on their way to our app, and what happens to them on it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from hampstead.sandbox.delivery_statuses import cancelled
from hampstead.sandbox.vapi_conduct import Conduct
from hampstead.sandbox.vapi_posts import PATIENCE_SECONDS, Answer, Posts

JsonObject = dict[str, Any]
ASSISTANT_REQUEST_SECONDS = 7.5
ANSWER_WANTED = ("assistant-request", "tool-calls", "transfer-destination-request")
FIRST_PAUSE_SECONDS = 0.1


class Delivery:
    def __init__(self, posts: Posts, conduct: Conduct) -> None:
        self._posts = posts
        self._conduct = conduct
        self._late: set[asyncio.Task[object]] = set()
        self._held: JsonObject | None = None
        # The assistant's server object, once it is known.
        self.server: JsonObject = {}
        self.answers: list[Answer] = []

    async def tell(self, message: JsonObject) -> None:
        """A message whose answer nobody reads. Reordered, each waits for the one behind it."""
        if not self._conduct.reorder:
            await self._on_its_way(message)
        elif self._held is None:
            self._held = message
        else:
            await self._on_its_way(message)
            await self.let_go()

    async def let_go(self) -> None:
        """The message that was held back goes now."""
        held, self._held = self._held, None
        if held is not None:
            await self._on_its_way(held)

    async def ask(self, message: JsonObject) -> Answer:
        """A message whose answer is the result; a lost one is answered by nobody."""
        if is_named(message, self._conduct.drop):
            return Answer(message["type"], 0)
        await asyncio.sleep(seconds_for(message, self._conduct.delay))
        # A duplicate comes at the same moment; the first one's answer counts.
        found = await asyncio.gather(*(self._tried(message) for _ in range(self._copies(message))))
        return found[0]

    async def finish(self) -> None:
        """All that was late or held back has been posted."""
        await self.let_go()
        while self._late:
            await asyncio.wait(self._late)

    async def stop(self) -> None:
        await cancelled(self._late)

    async def _on_its_way(self, message: JsonObject) -> None:
        if is_named(message, self._conduct.drop):
            return
        seconds = seconds_for(message, self._conduct.delay)
        if seconds:
            self._later(self._told_late(message, seconds))
        else:
            await self._told(message)

    async def _told_late(self, message: JsonObject, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._told(message)

    async def _told(self, message: JsonObject) -> None:
        """The call does not wait until it was told to somebody who listens."""
        copies = self._copies(message)
        for answer in await asyncio.gather(*(self._post(message) for _ in range(copies))):
            self._later(self._again(message, answer))

    async def _tried(self, message: JsonObject) -> Answer:
        return await self._again(message, await self._post(message))

    async def _again(self, message: JsonObject, answer: Answer) -> Answer:
        for pause in self._pauses(message["type"]):
            if answer.is_accepted or answer.status in self._excluded():
                break
            await asyncio.sleep(pause)
            answer = await self._post(message)
        return answer

    def _later(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    def _copies(self, message: JsonObject) -> int:
        return 2 if is_named(message, self._conduct.duplicate) else 1

    async def _post(self, message: JsonObject) -> Answer:
        answer = await self._posts.send(message, self._patience(message["type"]))
        self.answers.append(answer)
        return answer

    def _patience(self, kind: str) -> float:
        if kind == "assistant-request":
            return ASSISTANT_REQUEST_SECONDS
        return float(self.server.get("timeoutSeconds") or PATIENCE_SECONDS)

    def _pauses(self, kind: str) -> list[float]:
        """None unless there is a plan; the ordered one is quicker than any assistant's own."""
        if kind == "assistant-request":
            return []
        if self._conduct.retries is not None:
            return [FIRST_PAUSE_SECONDS * 2**at for at in range(self._conduct.retries)]
        plan = self.server.get("backoffPlan") or {}
        base = float(plan.get("baseDelaySeconds", 1))
        growth = 2 if plan.get("type") == "exponential" else 1
        return [base * growth**at for at in range(int(plan.get("maxRetries", 0)))]

    def _excluded(self) -> list[int]:
        plan = self.server.get("backoffPlan") or {}
        return list(plan.get("excludedStatusCodes") or [])


def is_named(message: JsonObject, names: list[str]) -> bool:
    return any(fits(message, name) for name in names)


def seconds_for(message: JsonObject, delays: dict[str, float]) -> float:
    return max((seconds for name, seconds in delays.items() if fits(message, name)), default=0.0)


def fits(message: JsonObject, name: str) -> bool:
    kind, _, status = name.partition(":")
    named = message["type"].partition("[")[0]
    return named == kind and status in ("", message.get("status"), message.get("transcriptType"))
