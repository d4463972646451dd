"""On a busy day the sum is remembered in part, and stays exact."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hampstead.core import ledger
from hampstead.core.clock import now
from hampstead.core.models import VendorUse

pytestmark = pytest.mark.django_db
NOON = "2026-11-23T12:00:00Z"


@pytest.fixture(autouse=True)
def _small_and_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "MANY_ROWS", 5)
    monkeypatch.setattr(ledger, "_settled", {})


def use(count: int, *, seconds_ago: int, pence: int = 1, payer: str = "person:7") -> None:
    VendorUse.objects.bulk_create(
        VendorUse(
            vendor="test",
            purpose="answer",
            payer=payer,
            cost_pence=Decimal(pence),
            at=now() - timedelta(seconds=seconds_ago),
        )
        for _ in range(count)
    )


@time_machine.travel(NOON, tick=False)
def test_who_writes_a_row_learns_the_sum_with_it() -> None:
    use(2, seconds_ago=0, pence=3)
    spent = ledger.write(
        VendorUse(vendor="test", purpose="answer", cost_pence=Decimal("1.5"), at=now())
    )
    assert spent.pence == ledger.spent("test").pence == Decimal("7.5")


@time_machine.travel(NOON, tick=False)
def test_what_comes_later_is_added_to_what_is_remembered() -> None:
    use(10, seconds_ago=600)
    assert ledger.spent("test")[0] == 10
    use(3, seconds_ago=30)
    use(2, seconds_ago=20, payer="person:8")
    assert ledger.spent("test")[0] == 15
    assert ledger.spent("test", "person:8")[1] == 2


@time_machine.travel(NOON, tick=False)
def test_settled_rows_are_read_once() -> None:
    use(10, seconds_ago=600)
    ledger.spent("test")
    VendorUse.objects.all().delete()
    assert ledger.spent("test")[0] == 10


@time_machine.travel(NOON, tick=False)
def test_a_row_that_may_not_be_committed_yet_is_not_remembered() -> None:
    use(10, seconds_ago=50)
    ledger.spent("test")
    VendorUse.objects.all().delete()
    assert ledger.spent("test")[0] == 0


@time_machine.travel(NOON, tick=False)
def test_a_quiet_day_is_read_whole() -> None:
    use(5, seconds_ago=600)
    ledger.spent("test")
    VendorUse.objects.all().delete()
    assert ledger.spent("test")[0] == 0


def test_what_is_remembered_of_yesterday_counts_no_more() -> None:
    with time_machine.travel(NOON, tick=False):
        use(10, seconds_ago=600)
        ledger.spent("test")
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        assert ledger.spent("test")[0] == 0


def test_the_day_that_clocks_go_back_has_25_hours() -> None:
    with time_machine.travel("2026-10-25T12:00:00Z", tick=False):
        begin, end = ledger.today()
    assert end - begin == timedelta(hours=24)  # wall time, as the zone sees it
    assert end.timestamp() - begin.timestamp() == 25 * 3600


@time_machine.travel(NOON, tick=False)
def test_both_sums_are_one_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        ledger.spent("test", "person:7")
    assert len(queries) == 1
