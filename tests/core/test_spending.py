"""The ledger of a day and its ceilings."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from pytest_django import Settings

from hampstead.core import spending
from hampstead.core.clock import now
from hampstead.core.errors import BudgetSpentError, NextStep, RateLimitError
from hampstead.core.models import Incident, SpendCeiling, StaffTask, VendorUse
from hampstead.core.spending import Bill

pytestmark = pytest.mark.django_db

ANSWER = Bill("answer", "conversation:12", "person:7")
SUMMARY = Bill("summary", "conversation:12", "person:7")
OTHER = Bill("answer", "conversation:13", "person:8")
SOFT, HARD = 1000, 2500


@pytest.fixture
def ceiling(db: None) -> SpendCeiling:
    spending.create_absent_ceilings()
    return SpendCeiling.objects.get(vendor="anthropic")


def spend(pence: float | str, bill: Bill = ANSWER, vendor: str = "anthropic") -> None:
    spending.record(vendor=vendor, bill=bill, cost_pence=Decimal(str(pence)))


def refusal(bill: Bill, vendor: str = "anthropic") -> BudgetSpentError | None:
    try:
        spending.admit(vendor, bill)
    except BudgetSpentError as error:
        return error
    return None


def test_what_is_recorded_is_found_again() -> None:
    spending.record(
        vendor="anthropic",
        bill=ANSWER,
        model="claude-haiku-5-5",
        input_tokens=10,
        cache_write_tokens=20,
        cache_read_tokens=30,
        output_tokens=40,
        cost_pence=Decimal("0.012345"),
    )
    row = VendorUse.objects.get()
    assert (row.purpose, row.subject, row.payer) == ("answer", "conversation:12", "person:7")
    assert (row.input_tokens, row.cache_write_tokens) == (10, 20)
    assert (row.cache_read_tokens, row.output_tokens) == (30, 40)
    assert row.cost_pence == Decimal("0.012345")


def test_the_day_adds_up_by_vendor_and_by_payer() -> None:
    for pence, bill, vendor in [(1, ANSWER, "anthropic"), (2, OTHER, "anthropic"), (4, OTHER, "x")]:
        spend(pence, bill, vendor)
    assert spending.spent_today("anthropic") == 3
    assert spending.spent_today("anthropic", "person:8") == 2
    assert spending.spent_today("nobody") == 0


@pytest.mark.parametrize(
    ("spent_at", "asked_at"),
    [
        ("2026-11-22T23:59:00Z", "2026-11-23T00:01:00Z"),
        ("2026-07-10T22:59:00Z", "2026-07-10T23:01:00Z"),  # midnight in London in summer
        ("2026-10-24T22:59:00Z", "2026-10-24T23:01:00Z"),  # the day of 25 hours begins
    ],
)
def test_a_new_day_begins_at_midnight_in_london(spent_at: str, asked_at: str) -> None:
    with time_machine.travel(spent_at, tick=False):
        spend(5)
        assert spending.spent_today("anthropic") == 5
    with time_machine.travel(asked_at, tick=False):
        assert spending.spent_today("anthropic") == 0


@pytest.mark.usefixtures("ceiling")
def test_below_the_ceilings_everything_passes() -> None:
    spend(99.999999)
    spend(899, OTHER)
    assert (refusal(ANSWER), refusal(SUMMARY)) == (None, None)
    assert not StaffTask.objects.exists()


@pytest.mark.usefixtures("ceiling")
def test_the_hard_ceiling_stops_everybody() -> None:
    spend(HARD, OTHER)
    error = refusal(ANSWER)
    assert error is not None
    assert (error.who, error.code, error.next_step) == ("vendor", "E011", NextStep.WAIT)
    assert isinstance(error, RateLimitError)
    assert not error.trips_breaker


@time_machine.travel("2026-11-23T21:30:00Z", tick=False)
def test_a_refusal_lasts_until_midnight_in_london() -> None:
    spend(HARD, OTHER)
    error = refusal(ANSWER)
    assert error is not None
    assert error.retry_after == timedelta(hours=2, minutes=30)


@pytest.mark.usefixtures("ceiling")
def test_one_person_is_stopped_alone() -> None:
    spend(60)
    spend(40, SUMMARY)
    error = refusal(ANSWER)
    assert error is not None
    assert error.who == "person"
    assert refusal(OTHER) is None
    assert refusal(Bill("playground")) is None


@pytest.mark.usefixtures("ceiling")
def test_staff_hear_of_a_person_once() -> None:
    spend(100)
    for _ in range(3):
        refusal(ANSWER)
    task = StaffTask.objects.get()
    assert (task.title, task.subject, task.code) == (spending.PERSON_TASK, "person:7", "E011")


@pytest.mark.usefixtures("ceiling")
@pytest.mark.parametrize("purpose", ["digest", "summary", "playground"])
def test_what_can_wait_stops_at_the_soft_ceiling(purpose: str) -> None:
    spend(SOFT, OTHER)
    error = refusal(Bill(purpose))
    assert error is not None
    assert error.who == "vendor"
    assert refusal(ANSWER) is None


@pytest.mark.usefixtures("ceiling")
def test_crossing_the_soft_ceiling_is_told_at_once_and_once_a_day(ceiling: SpendCeiling) -> None:
    for _ in range(3):
        spend(SOFT / 2, OTHER)
        refusal(ANSWER)
    task, incident = StaffTask.objects.get(), Incident.objects.get()
    assert (task.title, task.urgency) == ("Claude has cost £10 today", "normal")
    assert task.subject == f"spendceiling:{ceiling.pk}"
    assert (incident.code, incident.count) == ("E011", 1)


@pytest.mark.usefixtures("ceiling")
def test_a_task_that_staff_finished_does_not_come_back_the_same_day() -> None:
    spend(SOFT, OTHER)
    StaffTask.objects.update(done_at=now())
    spend(1, OTHER)
    refusal(ANSWER)
    assert StaffTask.objects.count() == 1


@pytest.mark.usefixtures("ceiling")
def test_it_is_told_again_the_next_day() -> None:
    spend(SOFT, OTHER)
    StaffTask.objects.update(done_at=now())
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        spend(SOFT, OTHER)
    assert StaffTask.objects.count() == 2


@pytest.mark.usefixtures("ceiling")
def test_the_hard_ceiling_is_urgent() -> None:
    spend(HARD, OTHER)
    task = StaffTask.objects.get(urgency="urgent")
    assert task.title == "Claude is stopped until midnight: £25 spent"
    assert Incident.objects.count() == 2


def test_a_lowered_ceiling_counts_at_once_and_is_told(ceiling: SpendCeiling) -> None:
    spend(50, OTHER)
    SpendCeiling.objects.update(soft_pence=10, hard_pence=20, person_pence=10)
    assert refusal(ANSWER) is not None
    assert StaffTask.objects.filter(urgency="urgent").exists()


def test_a_raised_ceiling_lets_calls_through_and_ends_the_incident(ceiling: SpendCeiling) -> None:
    spend(HARD, OTHER)
    SpendCeiling.objects.update(soft_pence=5000, hard_pence=9000)
    spending.end_incidents()
    assert refusal(ANSWER) is None
    assert not Incident.objects.filter(closed_at__isnull=True).exists()
    assert StaffTask.objects.get(urgency="urgent").done_at is not None


@pytest.mark.usefixtures("ceiling")
def test_an_incident_lasts_while_its_ceiling_is_reached_and_ends_at_midnight() -> None:
    spend(HARD, OTHER)
    spending.end_incidents()
    assert Incident.objects.filter(closed_at__isnull=True).count() == 2
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        spending.end_incidents()
    assert not Incident.objects.filter(closed_at__isnull=True).exists()


def test_a_doubt_about_the_figures_is_forgotten_after_a_day() -> None:
    spending.warn("anthropic", "no price")
    spending.end_incidents()
    assert Incident.objects.get().closed_at is None
    with time_machine.travel(now() + timedelta(hours=25), tick=False):
        spending.end_incidents()
    assert Incident.objects.get().closed_at is not None


def test_without_a_row_the_shipped_ceilings_hold() -> None:
    spend(HARD, OTHER)
    assert refusal(ANSWER) is not None
    assert StaffTask.objects.filter(subject="").count() == 2


def test_a_vendor_that_costs_nothing_by_use_has_no_ceiling() -> None:
    spend(10**5, OTHER, vendor="360dialog")
    assert refusal(ANSWER, vendor="360dialog") is None


def test_a_ceiling_of_nothing_buys_nothing(ceiling: SpendCeiling) -> None:
    SpendCeiling.objects.update(soft_pence=0, hard_pence=0, person_pence=0)
    assert refusal(ANSWER) is not None


def test_loading_keeps_the_ceilings_that_staff_set(ceiling: SpendCeiling) -> None:
    SpendCeiling.objects.update(hard_pence=9000)
    assert spending.create_absent_ceilings() == 0
    assert SpendCeiling.objects.get(vendor="anthropic").hard_pence == 9000


@pytest.mark.parametrize("wrong", [{"soft_pence": 2501}, {"person_pence": 2501}])
def test_the_hard_ceiling_is_the_highest(ceiling: SpendCeiling, wrong: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SpendCeiling.objects.update(**wrong)


@pytest.mark.parametrize(
    ("pence", "words"), [(1000, "£10"), (150, "£1.50"), (5, "£0.05"), (250000, "£2,500")]
)
def test_money_is_said_in_pounds(pence: int, words: str) -> None:
    assert spending.pounds(pence) == words


def test_which_purposes_can_wait_is_a_setting(settings: Settings) -> None:
    settings.CAN_WAIT = {"answer"}
    assert (ANSWER.can_wait, SUMMARY.can_wait) == (True, False)
