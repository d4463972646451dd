"""closed -> open -> probing -> closed, shared by all processes, and by hand."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from hampstead.core import breaker
from hampstead.core.errors import BreakerOpenError, NextStep, WhatsAppError
from hampstead.core.models import AuditEntry, Incident, StaffUser, VendorHealth

pytestmark = pytest.mark.django_db
State = VendorHealth.State
CREDENTIALS = NextStep.FIX_CREDENTIALS


def fail(times: int = 1, *, next_step: NextStep | None = None) -> None:
    for _ in range(times):
        breaker.record_failure("test", WhatsAppError("busy", next_step=next_step))


def trip() -> None:
    fail(breaker.FAILURES_TO_OPEN)


def let_time_pass() -> None:
    VendorHealth.objects.update(until=F("until") - timedelta(hours=2))
    breaker.forget_cache()


def health() -> VendorHealth:
    return VendorHealth.objects.get(vendor="test")


def is_admitted() -> bool:
    try:
        breaker.admit("test")
    except BreakerOpenError:
        return False
    return True


def test_an_unknown_vendor_is_admitted() -> None:
    assert is_admitted()


def test_one_failure_fewer_than_the_limit_keeps_it_closed() -> None:
    fail(breaker.FAILURES_TO_OPEN - 1)
    assert is_admitted()


def test_failures_in_a_row_open_it() -> None:
    trip()
    assert not is_admitted()
    assert health().state == State.OPEN


def test_a_success_in_between_starts_the_count_again() -> None:
    fail(breaker.FAILURES_TO_OPEN - 1)
    breaker.record_success("test")
    fail()
    assert is_admitted()


def test_refused_credentials_open_it_at_once() -> None:
    fail(next_step=CREDENTIALS)
    assert (health().state, health().reason) == (State.OPEN, "credentials")


@pytest.mark.parametrize("step", [NextStep.GIVE_UP, NextStep.WAIT])
def test_a_refusal_of_one_request_says_nothing_about_the_vendor(step: NextStep) -> None:
    fail(breaker.FAILURES_TO_OPEN, next_step=step)
    assert (health().state, health().failures) == (State.CLOSED, 0)


def test_the_refusal_says_how_long_to_wait() -> None:
    trip()
    with pytest.raises(BreakerOpenError) as caught:
        breaker.admit("test")
    assert caught.value.retry_after is not None
    assert timedelta(0) < caught.value.retry_after <= timedelta(seconds=60)
    assert caught.value.trips_breaker is False


def test_after_the_pause_one_caller_tries() -> None:
    trip()
    let_time_pass()
    assert is_admitted()
    assert not is_admitted()


def test_a_probe_that_never_reports_is_followed_by_another() -> None:
    trip()
    let_time_pass()
    assert is_admitted()
    let_time_pass()
    assert is_admitted()


def test_a_successful_probe_closes_it() -> None:
    trip()
    let_time_pass()
    breaker.admit("test")
    breaker.record_success("test")
    assert (health().state, health().failures) == (State.CLOSED, 0)


def test_a_failed_probe_opens_it_again() -> None:
    trip()
    let_time_pass()
    breaker.admit("test")
    fail()
    assert health().state == State.OPEN
    assert not is_admitted()


def test_open_is_an_incident_that_ends_with_the_pause() -> None:
    trip()
    let_time_pass()
    breaker.admit("test")
    breaker.record_success("test")
    incident = Incident.objects.get(code="E012")
    assert (incident.scope, incident.closed_at is not None) == ("vendor:test", True)


def test_another_vendor_is_not_touched() -> None:
    trip()
    breaker.admit("other")


def test_staff_reset_it(clerk: StaffUser) -> None:
    trip()
    assert breaker.reset(vendor="test", by=clerk, reason="key replaced")
    assert is_admitted()
    assert AuditEntry.objects.get(action="reset breaker").reason == "key replaced"


def test_staff_open_it(clerk: StaffUser) -> None:
    breaker.open_by_hand(vendor="test", by=clerk, reason="wrong answers")
    assert not is_admitted()
    assert AuditEntry.objects.get(action="open breaker").by == clerk


def test_a_call_under_way_does_not_undo_what_staff_opened(clerk: StaffUser) -> None:
    breaker.open_by_hand(vendor="test", by=clerk, reason="wrong answers")
    breaker.record_success("test")
    assert not is_admitted()


def test_a_failure_under_way_does_not_shorten_what_staff_opened(clerk: StaffUser) -> None:
    fail(breaker.FAILURES_TO_OPEN - 1)
    breaker.open_by_hand(vendor="test", by=clerk, reason="wrong answers")
    until = health().until
    fail()
    assert health().until == until


def test_a_vendors_last_error_is_redacted() -> None:
    breaker.record_failure("test", WhatsAppError("no account for 447700900123"))
    assert "447700900123" not in health().last_error + health().reason


def test_the_cache_never_outlives_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_admitted()
    VendorHealth.objects.create(vendor="test", state=State.OPEN, until=None)
    monkeypatch.setattr(breaker, "CACHE_SECONDS", 0.0)
    assert not is_admitted()


def test_a_probe_that_is_answered_with_a_refusal_of_the_request_closes_it() -> None:
    trip()
    let_time_pass()
    breaker.admit("test")
    fail(next_step=NextStep.GIVE_UP)
    assert health().state == State.CLOSED


def test_a_probe_that_is_told_to_wait_opens_it_again() -> None:
    trip()
    let_time_pass()
    breaker.admit("test")
    fail(next_step=NextStep.WAIT)
    assert health().state == State.OPEN


def test_a_long_reason_fits() -> None:
    breaker.open_by_hand(vendor="test", by=None, reason="x" * 300)
    assert len(health().reason) == 200


def test_a_probe_that_is_answered_with_something_useless_closes_it() -> None:
    trip()
    let_time_pass()
    breaker.admit("test")
    breaker.record_failure("test", WhatsAppError("empty", trips_breaker=False))
    assert health().state == State.CLOSED


def test_a_healthy_vendors_next_success_touches_no_row() -> None:
    breaker.record_success("test")
    before = row_version()
    breaker.record_success("test")
    assert row_version() == before


def row_version() -> tuple[str, ...]:
    """Changes with each write of the row, and with each lock on it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text, xmax::text FROM core_vendorhealth")
        row: tuple[str, ...] = cursor.fetchone()
    return row
