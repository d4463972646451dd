"""Many callers at a breaker whose pause is over."""

from datetime import timedelta

import pytest

from hampstead.core import breaker
from hampstead.core.clock import now
from hampstead.core.errors import BreakerOpenError, WhatsAppError
from hampstead.core.models import VendorHealth
from tests.core.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def is_admitted(_: int) -> bool:
    try:
        breaker.admit("test")
    except BreakerOpenError:
        return False
    return True


def test_one_of_ten_callers_tries() -> None:
    over = now() - timedelta(seconds=1)
    VendorHealth.objects.create(vendor="test", state=VendorHealth.State.OPEN, until=over)
    assert at_once(10, is_admitted).count(True) == 1


def test_failures_at_once_are_all_counted() -> None:
    at_once(4, lambda _: breaker.record_failure("test", WhatsAppError("busy")))
    assert VendorHealth.objects.get().failures == 4
