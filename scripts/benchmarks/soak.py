"""Many acknowledgements in a row: is any dropped, and does the web server's memory grow?"""

from __future__ import annotations

from dataclasses import dataclass

from scripts.benchmarks.load import Acknowledged, load
from scripts.benchmarks.plan import Plan
from scripts.benchmarks.product import Product

WARM_REQUESTS = 500


@dataclass(frozen=True)
class Soaked:
    """The whole load, and resident bytes of all web processes."""

    load: Acknowledged
    resident_before: int
    resident_after: int

    @property
    def dropped(self) -> int:
        """Not answered with 200, or answered without a row."""
        return self.load.failed + self.load.lost


def measure(product: Product, plan: Plan) -> Soaked:
    """The web server and PostgreSQL only: nothing else runs meanwhile."""
    product.redis.up()
    product.reset()
    load(product, requests=WARM_REQUESTS)
    before = product.web_usage().resident_bytes
    done = load(product, requests=plan.soak_requests)
    return Soaked(done, before, product.web_usage().resident_bytes)
