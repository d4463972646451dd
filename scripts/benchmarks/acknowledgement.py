"""How fast posts are acknowledged while Redis is up, gone, or hanging."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack

from scripts.benchmarks.load import Acknowledged, load
from scripts.benchmarks.plan import Plan
from scripts.benchmarks.product import Product

WARM_SECONDS = 1.0
# The pump begins to do the work itself when Redis has been away for five seconds; measured
# after that, because it then takes a share of the machine.
INLINE_AFTER_SECONDS = 5.5


def measure(product: Product, plan: Plan) -> dict[str, Acknowledged]:
    """The same load in each state of Redis, with a pump that tries to pass on every post."""
    states: dict[str, Callable[[], object] | None] = {
        "Redis up": None,
        "Redis stopped": product.redis.down,
        "Redis hung": product.freeze_redis,
    }
    # The sandbox is there so that a pump working by itself gets its answers.
    product.start_sandbox()
    try:
        return {name: _in_state(product, plan, change) for name, change in states.items()}
    finally:
        product.stop("sandbox")


def _in_state(product: Product, plan: Plan, change: Callable[[], object] | None) -> Acknowledged:
    product.redis.up()
    product.reset()
    with ExitStack() as undo:
        undo.callback(product.wake_redis)
        undo.callback(product.stop, "pump")
        product.start("pump")
        load(product, seconds=WARM_SECONDS)
        if change is not None:
            change()
            load(product, seconds=WARM_SECONDS)
            time.sleep(INLINE_AFTER_SECONDS)
        product.processes.check("pump")
        return load(product, seconds=plan.ack_seconds)
