"""From a stored post to the reply on its way, read from the database's own clock."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass

import httpx

from scripts.benchmarks.percentiles import summary
from scripts.benchmarks.plan import Plan
from scripts.benchmarks.posts import request_id, text_post
from scripts.benchmarks.processes import BenchError
from scripts.benchmarks.product import Product

AT_ONCE = 8
WARM_MESSAGES = 4
REPLY_SECONDS = 30.0  # the first ones wait for the worker's start as well
POLL_SECONDS = 0.02

# A message leads to a turn, the turn to an answer, the answer to an effect.
_ANSWERED = """
      FROM core_inboxevent post
      JOIN conversations_message asked ON asked.inbox_id = post.id
      JOIN conversations_message answer ON answer.turn_id = asked.turn_id
      JOIN core_outbox effect ON effect.id = answer.effect_id
     WHERE starts_with(post.request_id, %s) AND effect.sent_at IS NOT NULL
"""
_COUNT = f"SELECT count(*) {_ANSWERED}"
_WHERE_THEY_ARE = """
    SELECT 'post', status, count(*) FROM core_inboxevent GROUP BY 2
    UNION ALL SELECT 'turn', status, count(*) FROM conversations_turn GROUP BY 2
    UNION ALL SELECT 'effect', status, count(*) FROM core_outbox GROUP BY 2
    UNION ALL SELECT 'vendor call', is_ok::text, count(*) FROM core_vendorcall GROUP BY 2
"""
# Vendor calls belong to a reply by time, which holds only while one message is under way.
_TIMES = f"""
    SELECT 1000 * extract(epoch FROM post.processed_at - post.received_at)::float,
           1000 * extract(epoch FROM effect.sent_at - post.received_at)::float,
           (SELECT coalesce(sum(duration_ms), 0) FROM core_vendorcall
             WHERE at BETWEEN post.received_at AND effect.sent_at)::float
    {_ANSWERED}
"""  # noqa: S608 (a constant)


@dataclass(frozen=True)
class Replied:
    """Milliseconds, p50, p99 and max each. `overhead` is the reply without its vendor calls."""

    messages: int
    processed: dict[str, float]
    sent: dict[str, float]
    overhead: dict[str, float] | None


class Correspondent:
    """Posts messages of distinct customers and waits until they are answered."""

    def __init__(self, product: Product, http: httpx.Client) -> None:
        self._product = product
        self._http = http
        self._next = 0

    def write(self, messages: int, at_once: int) -> Replied:
        """So many messages, `at_once` of them under way at a time."""
        run = f"r{time.time_ns():x}"
        for written in range(at_once, messages + 1, at_once):
            for _ in range(at_once):
                self._post(run)
            self._wait(run, written)
        return self._times(run, is_alone=at_once == 1)

    def _post(self, run: str) -> None:
        number, self._next = self._next, self._next + 1
        headers = {"X-Hook-Token": self._product.secret, "X-Request-ID": request_id(run, number)}
        body = text_post(run, number)
        self._http.post(self._product.webhook, content=body, headers=headers).raise_for_status()

    def _wait(self, run: str, count: int) -> None:
        ends_at = time.monotonic() + REPLY_SECONDS
        with self._product.connect() as connection:
            while True:
                row = connection.execute(_COUNT.encode(), [f"{run}-"]).fetchone()
                if row and row[0] >= count:
                    return
                if time.monotonic() > ends_at:
                    rows = connection.execute(_WHERE_THEY_ARE).fetchall()
                    found = ", ".join(f"{what} {status}: {n}" for what, status, n in rows)
                    raise BenchError(f"no reply within {REPLY_SECONDS:.0f} s ({found})")
                time.sleep(POLL_SECONDS)

    def _times(self, run: str, *, is_alone: bool) -> Replied:
        with self._product.connect() as connection:
            rows = connection.execute(_TIMES.encode(), [f"{run}-"]).fetchall()
        return Replied(
            messages=len(rows),
            processed=summary(processed for processed, _, _ in rows),
            sent=summary(sent for _, sent, _ in rows),
            overhead=summary(sent - calls for _, sent, calls in rows) if is_alone else None,
        )


def measure(product: Product, plan: Plan) -> dict[str, Replied]:
    """One message at a time, then eight at once, with everything running."""
    product.redis.up()
    product.reset()
    with ExitStack() as undo:
        http = undo.enter_context(httpx.Client(timeout=REPLY_SECONDS, trust_env=False))
        undo.callback(product.stop, "worker", "pump", "sandbox")
        product.start_sandbox()
        product.start("pump")
        product.start("worker")
        correspondent = Correspondent(product, http)
        # More than one for each process of the worker: the first task imports and connects.
        correspondent.write(WARM_MESSAGES, WARM_MESSAGES)
        correspondent.write(WARM_MESSAGES, 1)
        return {
            "one at a time": correspondent.write(plan.replies, 1),
            "8 at once": correspondent.write(plan.replies, AT_ONCE),
        }
