"""The product's own code talks through a scripted conversation; run by brain.py, in a process
with Django set up.

Posts are stored, taken and answered as pump and worker do it, one after the other, over real HTTP
to the sandbox. Prints one JSON object with every call of the model and every turn's time.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import httpx
import httpx2
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from conversations import turns
from conversations.claude import claude
from conversations.claude_prices import Bought
from conversations.draft import Reply, Usage
from conversations.models import AnswerCheck, Message, Turn
from hampstead.core import inbox, lanes
from hampstead.core.fence import LaneHold
from hampstead.core.models import InboxEvent, Lane
from hampstead.core.spending import Bill
from hampstead.sandbox.anthropic_usage import as_blocks, tokens_of, unmarked
from scripts.benchmarks.brain_script import DIGEST, exchange
from scripts.benchmarks.brain_tokens import ModelCall, Shares
from scripts.benchmarks.posts import text_post

WARM_TURNS = 12
TURNS_EACH = 10  # of each customer whose turns are timed
EARLIER = "# Earlier in this conversation"
SITUATION, SITUATION_ENDS = "<situation>", "</situation>"
ENOUGH = 100_000  # tokens: the largest prompt of the price we compare with


class NotAsPlannedError(RuntimeError):
    """The conversation went another way than the script, so its figures mean nothing."""


@dataclass
class Clock:
    """Seconds of the turn under way."""

    waited: float = 0.0  # for bytes of the vendor
    in_adapter: float = 0.0  # all of claude().reply, the wait included
    queries: int = 0


@dataclass(frozen=True)
class Timed:
    """Milliseconds of one turn. `own` is all but the wait for the vendor."""

    own_ms: float
    cpu_ms: float  # of this process, without PostgreSQL's
    adapter_ms: float  # of own_ms, inside the adapter: ledger, limits, door, SDK
    waited_ms: float
    queries: int


@dataclass(frozen=True)
class Asked:
    """A request as it left, to be counted after the turn."""

    bill: Bill
    system: Sequence[Any]
    messages: Sequence[Any]
    tools: Sequence[Any]
    reply: Reply


@dataclass
class Meter:
    """What the turns of one conversation have used."""

    clock: Clock = field(default_factory=Clock)
    asked: list[Asked] = field(default_factory=list)
    timed: list[Timed] = field(default_factory=list)


_meter = Meter()


def timed_work(hold: LaneHold) -> timedelta | None:
    """The lane's work with a clock beside it; the settings name it in place of the real one."""
    _meter.clock = clock = Clock()

    def count(execute: Any, *arguments: Any) -> Any:
        clock.queries += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        began, began_cpu = time.perf_counter(), time.process_time()
        again = turns.work(hold)
        took, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    if clock.in_adapter:  # the lane is asked once more when nothing is left
        _meter.timed.append(
            Timed(
                own_ms=1000 * (took - clock.waited),
                cpu_ms=1000 * cpu,
                adapter_ms=1000 * (clock.in_adapter - clock.waited),
                waited_ms=1000 * clock.waited,
                queries=clock.queries,
            )
        )
    return again


class _TimedStream(httpx2.SyncByteStream):
    """The answer's bytes; waiting for each piece is the vendor's time."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        pieces = iter(self._stream)
        while True:
            began = time.perf_counter()
            try:
                piece = next(pieces)
            except StopIteration:
                return
            finally:
                _meter.clock.waited += time.perf_counter() - began
            yield piece

    def close(self) -> None:
        self._stream.close()


@contextmanager
def measured() -> Iterator[None]:
    """Clocks around the lane's work, the adapter, and the bytes on the wire."""
    send, adapter = httpx2.HTTPTransport.handle_request, claude()
    reply, condense = adapter.reply, adapter.condense

    def handle_request(self: Any, request: httpx2.Request) -> httpx2.Response:
        began = time.perf_counter()
        response = send(self, request)
        _meter.clock.waited += time.perf_counter() - began
        response.stream = _TimedStream(response.stream)
        return response

    def timed_reply(*, system: Any, messages: Any, tools: Any, bill: Bill) -> Reply:
        began = time.perf_counter()
        said = reply(system=system, messages=messages, tools=tools, bill=bill)
        _meter.clock.in_adapter += time.perf_counter() - began
        _meter.asked.append(Asked(bill, system, list(messages), tools, said))
        return said

    def noted_condense(*, system: Any, messages: Any, bill: Bill, max_tokens: int) -> Reply:
        said = condense(system=system, messages=messages, bill=bill, max_tokens=max_tokens)
        _meter.asked.append(Asked(bill, system, list(messages), (), said))
        return said

    work = {**settings.LANE_WORK, "conversation": f"{__name__}.{timed_work.__name__}"}
    with ExitStack() as undo:
        undo.enter_context(patch.object(settings, "LANE_WORK", work))
        undo.enter_context(patch.object(httpx2.HTTPTransport, "handle_request", handle_request))
        undo.enter_context(patch.object(adapter, "reply", timed_reply))
        undo.enter_context(patch.object(adapter, "condense", noted_condense))
        yield


class Customer:
    """Somebody with a WhatsApp number who goes through the script."""

    def __init__(self, number: int, sandbox: httpx.Client) -> None:
        self._number = number
        self._sandbox = sandbox
        self._told_tokens = 0  # of all that was said before the turn, as blocks of text
        self.calls: list[ModelCall] = []

    def talk(self, length: int) -> None:
        """So many turns, each answered before the next."""
        for turn in range(1, length + 1):
            self._turn(turn)

    def _turn(self, turn: int) -> None:
        line = exchange(turn)
        _meter.asked.clear()
        self._next_answers(line.model_answers)
        inbox.store(source="360dialog", body=self._post(turn, line.asked), headers={})
        received = InboxEvent.objects.filter(status=InboxEvent.Status.RECEIVED)
        for post in received.values_list("pk", flat=True):
            inbox.process(post)
        drain("conversation:")
        self._next_answers([DIGEST])
        drain("digest:")
        self.calls += [self._counted(turn, asked) for asked in _meter.asked]
        said = Message.objects.latest("id").text
        self._told_tokens += _block_tokens(line.asked) + _block_tokens(said)

    def _post(self, turn: int, text: str) -> bytes:
        post = json.loads(text_post(f"brain.{turn}", self._number))
        post["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"] = text
        return json.dumps(post).encode()

    def _next_answers(self, answers: Sequence[Any]) -> None:
        self._sandbox.post("/_model", json={"answers": answers}).raise_for_status()

    def _counted(self, turn: int, asked: Asked) -> ModelCall:
        prefix = sum(tokens_of(unmarked(block)) for block in [*asked.tools, *asked.system])
        usage, reply = asked.reply.usage, asked.reply
        output = Bought(reply.model, Usage(output_tokens=usage.output_tokens)).cost_pence
        is_digest = bool(asked.bill.can_wait)
        resent = 0 if is_digest else prefix + self._told_tokens + _tail_tokens(asked.messages)
        return ModelCall(
            turn=turn,
            purpose=asked.bill.purpose,
            input_tokens=usage.input_tokens,
            written_tokens=usage.cache_write_tokens,
            read_tokens=usage.cache_read_tokens,
            full_price=float(reply.cost_pence - output) / pence_per_token(),
            prefix_tokens=prefix,
            resent=resent,
            pence=float(reply.cost_pence),
            output_pence=float(output),
        )


def pence_per_token() -> float:
    """A fresh input token of the talking model."""
    return float(Bought(claude().model, Usage(input_tokens=ENOUGH)).cost_pence) / ENOUGH


def shares() -> Shares:
    """From the price list."""
    price = settings.MODEL_PRICES[claude().model][0]
    full = float(price["input"])
    kinds = ("read", "write_5m", "write_1h")
    return Shares(*(float(price[kind]) / full for kind in kinds))


def drain(kind: str) -> None:
    """Work on the lanes of this kind that are due."""
    due = Lane.objects.filter(key__startswith=kind, due_at__lte=Now())
    for key in list(due.values_list("key", flat=True)):
        lanes.drain(key)


def _tail_tokens(messages: Sequence[Any]) -> int:
    """The situation without the digest, the question, and this turn's rounds of tools."""
    blocks = [block for message in messages for block in as_blocks(message["content"])]
    begin = max(number for number, block in enumerate(blocks) if _is_situation(block))
    head, found, _ = blocks[begin]["text"].partition(EARLIER)
    situation = f"{head.rstrip()}\n{SITUATION_ENDS}" if found else head
    rest = sum(tokens_of(unmarked(block)) for block in blocks[begin + 1 :])
    return _block_tokens(situation) + rest


def _is_situation(block: Any) -> bool:
    return str(block.get("text", "")).startswith(SITUATION)


def _block_tokens(text: str) -> int:
    return tokens_of({"type": "text", "text": text})


def check_all_went_as_planned() -> None:
    """Every answer is the model's, unrepaired."""
    answered = Turn.objects.filter(answered_by=Turn.AnsweredBy.MODEL).count()
    passed = AnswerCheck.objects.filter(outcome=AnswerCheck.Outcome.PASSED).count()
    total = Turn.objects.count()
    if not answered == passed == total:
        odd = AnswerCheck.objects.exclude(outcome=AnswerCheck.Outcome.PASSED).first()
        raise NotAsPlannedError(
            f"of {total} turns the model answered {answered} and {passed} passed the check"
            + (f": {odd.findings} {odd.refused_text!r}" if odd else "")
        )


def run(length: int, timed_turns: int) -> dict[str, Any]:
    """One long conversation, then the first turns of many."""
    with httpx.Client(base_url=settings.SANDBOX_URL, timeout=20, trust_env=False) as sandbox:
        # Nobody takes delivery statuses here; they would only knock at the web server.
        statuses = {"vendor": "360dialog", "route": "/messages", "statuses": "off"}
        sandbox.post("/_faults", json={**statuses, "times": 1_000_000}).raise_for_status()
        numbers = itertools.count()
        with measured():
            talker = Customer(next(numbers), sandbox)
            talker.talk(length)
            long_turns = _meter.timed[WARM_TURNS:]
            _meter.timed.clear()
            while len(_meter.timed) < timed_turns:
                Customer(next(numbers), sandbox).talk(TURNS_EACH)
            new_turns = list(_meter.timed)
    check_all_went_as_planned()
    return {
        "calls": [asdict(call) for call in talker.calls],
        "shares": asdict(shares()),
        "pence_per_token": pence_per_token(),
        "timed": {
            "new conversations": [asdict(one) for one in new_turns],
            "one long conversation": [asdict(one) for one in long_turns],
        },
    }


def main(arguments: Sequence[str]) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="brain_talk")
    parser.add_argument("--turns", type=int, required=True)
    parser.add_argument("--timed-turns", type=int, required=True)
    chosen = parser.parse_args(arguments)
    print(json.dumps(run(chosen.turns, chosen.timed_turns)))
