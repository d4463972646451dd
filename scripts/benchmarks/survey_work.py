"""The product's own code looks for times and books them; run by surveys.py, in a process with
Django set up. Prints one JSON object with every search and every customer of every crowd.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import httpx
from django.conf import settings
from django.db import connection

from conversations.desk import Desk
from conversations.models import Conversation
from conversations.prompting import current_playbook
from conversations.tools import run_tool
from hampstead.core.clock import now
from leads.models import Diary, FactKey, Lead, Person
from leads.offering import FRESH, find_slots
from scripts.benchmarks.survey_crowd import Crowd, Wait, unlocked
from scripts.benchmarks.survey_load import POSTCODES, build, look_ahead
from scripts.benchmarks.surveys import (
    DAYS_AHEAD,
    DAYS_FILLED,
    FURTHER,
    IN_PROCESS,
    LOCKED,
    SLOW,
    TOOL,
    UNLOCKED,
)

WARM_SEARCHES = 10
GRAPH_SECONDS = 0.15
CACHED, OUTDATED = timedelta(seconds=30), timedelta(hours=1)  # how old the last reading is
WISHES = (
    "",
    "Thursday afternoon",
    "as soon as possible",
    "next week, in the morning",
    "Tuesday or Wednesday after three",
    "half ten on Monday",
    "any day but Friday",
)


class NotAsPlannedError(RuntimeError):
    """A search found nothing although there is time, so its duration means nothing."""


@dataclass(frozen=True)
class Search:
    """Milliseconds of one search, its wait for Microsoft included."""

    ms: float
    cpu_ms: float  # of this process, without PostgreSQL's
    queries: int


def searches(count: int, age: timedelta, search: Callable[[str, str], bool]) -> list[Search]:
    """Each with the calendars read `age` ago; `search` tells whether it found a time."""
    asked = itertools.cycle(itertools.product(WISHES, POSTCODES))
    timed = [_timed(search, *next(asked), age=age) for _ in range(WARM_SEARCHES + count)]
    return timed[WARM_SEARCHES:]


def _timed(
    search: Callable[[str, str], bool], wish: str, postcode: str, *, age: timedelta
) -> Search:
    Diary.objects.update(read_at=now() - age)
    queries = 0

    def count(execute: Any, *arguments: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        began, began_cpu = time.perf_counter(), time.process_time()
        is_found = search(wish, postcode)
        took, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    if not is_found:
        raise NotAsPlannedError(f"no time was found for {wish!r} in {postcode}")
    return Search(ms=1000 * took, cpu_ms=1000 * cpu, queries=queries)


def in_process(wish: str, postcode: str) -> bool:
    """What lies below the tool."""
    return bool(find_slots(wish=wish, outcode=postcode.split()[0]).offers)


def through_the_tool(conversation: Conversation) -> Callable[[str, str], bool]:
    """As the tool loop calls it."""
    playbook = current_playbook()

    def search(wish: str, postcode: str) -> bool:
        desk = Desk(
            channel=conversation.channel,
            playbook=playbook,
            conversation=conversation,
            facts={FactKey.POSTCODE: postcode},
        )
        result = run_tool("find_slots", {"preferred_time": wish}, desk)
        return result.content.get("available") is True

    return search


def _conversation() -> Conversation:
    person = Person.objects.create(name="Priya Shah")
    lead = Lead.objects.create(person=person)
    channel = Conversation.Channel.WHATSAPP
    return Conversation.objects.create(person=person, lead=lead, channel=channel)


def all_searches(count: int, slow_count: int, sandbox: httpx.Client) -> dict[str, list[Search]]:
    """Each way of searching; the crowds come after it, with Graph as slow as it is then."""
    tool = through_the_tool(_conversation())
    look_ahead(DAYS_FILLED)
    find_slots(max_age=FRESH)  # reads the calendars
    further = searches(count, CACHED, in_process)
    look_ahead(DAYS_AHEAD)
    found = {
        IN_PROCESS: searches(count, CACHED, in_process),
        FURTHER: further,
        TOOL: searches(count, CACHED, tool),
    }
    sandbox.post("/_microsoft", json={"latency_seconds": GRAPH_SECONDS}).raise_for_status()
    found[SLOW] = searches(slow_count, OUTDATED, tool)
    return found


def all_crowds(rounds: int, bare_rounds: int, size: int) -> dict[str, list[list[Wait]]]:
    """With the lock, and as a control without."""
    crowd, found = Crowd(size), {}
    for way, times, how in (
        (LOCKED, rounds, nullcontext),
        (UNLOCKED, bare_rounds, unlocked),
    ):
        with how():
            crowd.book(_free_slot())  # warm
            found[way] = [crowd.book(_free_slot()) for _ in range(times)]
    crowd.go()
    return found


def _free_slot() -> Any:
    return find_slots(outcode="NW3", max_age=FRESH, limit=1).offers[0]


def run(chosen: argparse.Namespace) -> dict[str, Any]:
    """Everything, in the order in which the calendars grow old."""
    with httpx.Client(base_url=settings.SANDBOX_URL, timeout=20, trust_env=False) as sandbox:
        build(sandbox)
        found = all_searches(chosen.searches, chosen.slow_searches, sandbox)
        crowds = all_crowds(chosen.rounds, chosen.bare_rounds, chosen.crowd)
    return {
        "searches": {way: [asdict(one) for one in some] for way, some in found.items()},
        "crowds": {
            way: [[asdict(wait) for wait in waits] for waits in rounds]
            for way, rounds in crowds.items()
        },
    }


def main(arguments: Sequence[str]) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="survey_work")
    for name in ("searches", "slow-searches", "rounds", "bare-rounds", "crowd"):
        parser.add_argument(f"--{name}", type=int, required=True)
    print(json.dumps(run(parser.parse_args(arguments))))
