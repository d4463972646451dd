"""The vendor lets us ask little: nobody is met with silence, and those who wait go first."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine

from conversations.claude import claude
from conversations.models import Turn
from hampstead.core import breaker
from hampstead.core.clock import now
from hampstead.core.errors import ClaudeError, RateLimitError
from hampstead.core.models import Incident, Lane, VendorAllowance, VendorUse
from hampstead.core.spending import Bill
from tests.running import run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]

NUMBERS = ("447700900101", "447700900102", "447700900103")
LIVE, BACKGROUND = Bill("answer"), Bill("summary")


@contextmanager
def after(seconds: float) -> Iterator[None]:
    with time_machine.travel(now() + timedelta(seconds=seconds), tick=True):
        breaker.forget_cache()
        yield


def ask(bill: Bill, *, rules: str = "Be brief.") -> None:
    claude().reply(
        system=[{"type": "text", "text": rules}],
        messages=[{"role": "user", "content": "Hello"}],
        tools=[],
        bill=bill,
    )


def condense() -> None:
    claude().condense(
        system=[{"type": "text", "text": "Be brief."}],
        messages=[{"role": "user", "content": "Hello"}],
        bill=BACKGROUND,
        max_tokens=100,
    )


def test_three_customers_at_one_request_a_minute_all_hear_from_us(sandbox: Sandbox) -> None:
    sandbox.limits(requests_per_minute=1)
    sandbox.answers("Hello, what are you planning?")
    for number in NUMBERS:
        store_text("Hello", number=number)
    run_due()
    with after(21):  # the silent time is over
        # Long past, also for a transaction that began some seconds ago.
        Lane.objects.filter(due_at__isnull=False).update(due_at=now() - timedelta(hours=1))
        run_due()
    heard = [sandbox.phone(number) for number in NUMBERS]
    assert sorted(len(texts) for texts in heard) == [1, 1, 1]
    assert sum("technical problem" in texts[0] for texts in heard) == 2
    assert len(sandbox.log("anthropic")) == 1


def test_who_waits_for_a_place_is_tried_again_within_the_silent_time(sandbox: Sandbox) -> None:
    sandbox.limits(requests_per_minute=1)
    ask(LIVE)
    store_text("Hello")
    run_due()
    assert Turn.objects.get().error_code == "E011"
    due = Lane.objects.get(key__startswith="conversation:").due_at
    assert due is not None
    assert due - now() <= timedelta(seconds=20)


def test_the_limits_are_learned_from_the_answer(sandbox: Sandbox) -> None:
    sandbox.limits(requests_per_minute=50, input_tokens_per_minute=40_000)
    ask(LIVE)
    row = VendorAllowance.objects.get()
    assert (row.vendor, row.scope) == ("anthropic", "claude-haiku-5-5")
    assert (row.requests_limit, row.requests_left, row.tokens_limit) == (50, 49, 40_000)
    assert row.tokens_left is not None
    assert 39_000 < row.tokens_left < 40_000


def test_each_model_has_its_own_allowance(sandbox: Sandbox) -> None:
    sandbox.answers("Hi", "In short.")
    ask(LIVE)
    condense()
    scopes = VendorAllowance.objects.values_list("scope", flat=True)
    assert set(scopes) == {"claude-haiku-5-5", "claude-sonnet-5-5"}


def test_what_can_wait_leaves_the_last_places_to_those_who_wait(sandbox: Sandbox) -> None:
    sandbox.limits(requests_per_minute=10)
    for _ in range(7):
        ask(BACKGROUND)
    with pytest.raises(RateLimitError):
        ask(BACKGROUND)
    for _ in range(3):
        ask(LIVE)
    with pytest.raises(RateLimitError):
        ask(LIVE)
    assert [entry["status"] for entry in sandbox.log("anthropic")] == [200] * 10


def test_a_refusal_is_not_repeated_before_its_time(sandbox: Sandbox) -> None:
    sandbox.fault("anthropic", "/v1/messages", status=429, headers={"retry-after": "30"})
    with pytest.raises(ClaudeError):
        ask(LIVE)
    with pytest.raises(RateLimitError) as caught:
        ask(LIVE)
    assert caught.value.retry_after is not None
    assert 28 < caught.value.retry_after.total_seconds() <= 30
    assert len(sandbox.log("anthropic")) == 1


def test_the_vendors_own_refusal_is_believed(sandbox: Sandbox) -> None:
    """Another program uses the same account: we learn it from the refusal."""
    sandbox.limits(input_tokens_per_minute=2000)
    rules = "word " * 1400
    ask(LIVE, rules=rules)
    VendorAllowance.objects.all().delete()  # as if that had been the other program
    for error in (ClaudeError, RateLimitError):
        with pytest.raises(error):
            ask(LIVE, rules=rules)
    assert [entry["status"] for entry in sandbox.log("anthropic")] == [200, 429]


def test_a_flood_of_one_customer_is_one_turn_and_stops_at_their_ceiling(sandbox: Sandbox) -> None:
    for number in range(20):
        store_text(f"Hello {number}")
    run_due()
    assert Turn.objects.count() == 1
    VendorUse.objects.update(cost_pence=100)  # what a person may cost in a day
    store_text("And another thing")
    run_due()
    calls = len(sandbox.log("anthropic"))
    store_text("And one more")
    run_due()
    assert len(sandbox.log("anthropic")) == calls == VendorUse.objects.count()
    assert not Incident.objects.filter(code="E012").exists()


def test_an_outage_behind_a_limit_still_leads_to_the_intake(sandbox: Sandbox) -> None:
    pause = now() + timedelta(minutes=15)
    VendorAllowance.objects.create(vendor="anthropic", scope=claude().model, pause_until=pause)
    breaker.open_by_hand(vendor="anthropic", by=None, reason="test")
    store_text("Hello")
    run_due()
    assert Turn.objects.get().answered_by == Turn.AnsweredBy.INTAKE
