"""What a vendor still lets us ask for, shared by all processes."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from hampstead.core import allowance
from hampstead.core.allowance import Learned, Quota
from hampstead.core.clock import now
from hampstead.core.errors import NextStep, RateLimitError
from hampstead.core.models import VendorAllowance

pytestmark = pytest.mark.django_db


def learn(
    *,
    requests: Quota | None = None,
    tokens: Quota | None = None,
    pause: timedelta | None = None,
    scope: str = "small",
) -> None:
    allowance.learn("test", scope, Learned(requests, tokens, pause))


def take(*, tokens: int = 1, is_background: bool = False, scope: str = "small") -> None:
    allowance.take("test", scope, tokens=tokens, is_background=is_background)


def taken(*, tokens: int = 1, is_background: bool = False, most: int = 200) -> int:
    """How many are let through before one is refused."""
    for count in range(most):
        try:
            take(tokens=tokens, is_background=is_background)
        except RateLimitError:
            return count
    return most


def wait(*, tokens: int = 1, is_background: bool = False) -> float:
    with pytest.raises(RateLimitError) as caught:
        take(tokens=tokens, is_background=is_background)
    assert caught.value.retry_after is not None
    return caught.value.retry_after.total_seconds()


def later(seconds: float) -> None:
    """So much time passes: all moments are that much nearer."""
    by = timedelta(seconds=seconds)
    VendorAllowance.objects.update(
        requests_reset_at=F("requests_reset_at") - by,
        tokens_reset_at=F("tokens_reset_at") - by,
        pause_until=F("pause_until") - by,
    )


def test_before_anything_is_learned_everything_passes() -> None:
    assert taken(tokens=10**9) == 200
    assert not VendorAllowance.objects.exists()


@pytest.mark.parametrize("limit", [1, 7, 10, 60])
def test_as_many_pass_as_the_vendor_lets(limit: int) -> None:
    learn(requests=Quota(limit, limit))
    assert taken() == limit


def test_only_what_the_vendor_says_is_left_passes() -> None:
    learn(requests=Quota(50, 3))
    assert taken() == 3


def test_tokens_are_counted_as_requests_are() -> None:
    learn(requests=Quota(50, 50), tokens=Quota(40_000, 40_000))
    assert taken(tokens=15_000) == 2


def test_a_refusal_says_how_long_to_wait_and_blames_nobody() -> None:
    learn(requests=Quota(6, 0))
    with pytest.raises(RateLimitError) as caught:
        take()
    error = caught.value
    assert (error.code, error.next_step, error.trips_breaker) == ("E011", NextStep.WAIT, False)
    assert 9 < wait() <= 10


def test_what_was_used_comes_back_bit_by_bit() -> None:
    learn(requests=Quota(6, 0))
    later(21)
    assert taken() == 2


def test_after_a_minute_all_is_there_again_and_no_more() -> None:
    learn(requests=Quota(6, 0))
    later(600)
    assert taken() == 6


def test_the_vendors_own_reset_counts_when_it_comes_earlier() -> None:
    learn(requests=Quota(6, 0, reset_at=now() + timedelta(seconds=5)))
    later(6)
    assert taken() == 6


def test_what_can_wait_leaves_a_reserve_for_those_who_cannot() -> None:
    learn(requests=Quota(10, 10))
    assert (taken(is_background=True), taken()) == (7, 3)


def test_what_can_wait_waits_longer() -> None:
    learn(requests=Quota(10, 2))
    assert wait(is_background=True) > 10
    take()


def test_a_request_larger_than_the_limit_passes_when_nothing_else_is_under_way() -> None:
    learn(tokens=Quota(1000, 1000))
    assert taken(tokens=50_000) == 1
    later(60)
    assert taken(tokens=50_000, is_background=True) == 1


def test_one_request_a_minute_does_not_starve_what_can_wait() -> None:
    learn(requests=Quota(1, 1))
    assert taken(is_background=True) == 1


def test_a_later_answer_corrects_what_was_guessed() -> None:
    learn(tokens=Quota(40_000, 40_000))
    take(tokens=40_000)
    learn(tokens=Quota(40_000, 39_500))
    take(tokens=39_000)


def test_a_pause_holds_everything() -> None:
    learn(requests=Quota(50, 50), pause=timedelta(seconds=30))
    assert 29 < wait() <= 30
    later(31)
    take()


def test_a_pause_is_never_longer_than_a_quarter_of_an_hour() -> None:
    learn(pause=timedelta(days=3))
    assert wait() <= 900


def test_an_answer_without_news_does_not_end_a_pause() -> None:
    learn(pause=timedelta(seconds=30))
    learn(requests=Quota(50, 49))
    assert wait() > 29


def test_each_scope_has_its_own() -> None:
    learn(requests=Quota(1, 0))
    take(scope="large")


def test_the_row_shows_what_is_left() -> None:
    learn(requests=Quota(10, 10), tokens=Quota(1000, 1000))
    take(tokens=250)
    row = VendorAllowance.objects.get()
    assert (row.requests_left, row.tokens_left) == (9, 750)


def test_an_answer_without_limits_writes_nothing() -> None:
    learn()
    assert not VendorAllowance.objects.exists()


def test_times_are_the_databases() -> None:
    learn(requests=Quota(10, 0))
    assert VendorAllowance.objects.filter(
        requests_reset_at__gt=Now() + timedelta(seconds=30)
    ).exists()
