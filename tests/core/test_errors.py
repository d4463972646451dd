"""An error says what should happen next."""

from datetime import timedelta

import pytest

from hampstead.core.errors import CATALOGUE, ClaudeError, NextStep, SignatureError, WhatsAppError


def test_a_temporary_fault_is_tried_again() -> None:
    assert ClaudeError("busy").next_step == NextStep.RETRY


def test_a_lasting_fault_is_given_up() -> None:
    assert SignatureError("forged").next_step == NextStep.GIVE_UP


@pytest.mark.parametrize("error", CATALOGUE.values(), ids=CATALOGUE)
def test_the_default_step_follows_the_catalogue(error: type[ClaudeError]) -> None:
    is_retried = error("x").next_step == NextStep.RETRY
    assert is_retried is error.entry.temporary


@pytest.mark.parametrize("step", NextStep)
def test_only_faults_of_the_vendor_trip_its_breaker(step: NextStep) -> None:
    trips = step in (NextStep.RETRY, NextStep.RECONCILE)
    assert WhatsAppError("x", next_step=step).trips_breaker is trips


def test_the_caller_may_say_that_the_breaker_is_not_concerned() -> None:
    assert WhatsAppError("x", trips_breaker=False).trips_breaker is False


def test_an_error_reads_as_code_meaning_and_detail() -> None:
    assert str(WhatsAppError("no route")) == "E006 WhatsApp API error: no route"


def test_an_error_keeps_how_long_to_wait() -> None:
    assert WhatsAppError("x", retry_after=timedelta(seconds=3)).retry_after is not None


def test_a_detail_fits_any_text_column() -> None:
    error = WhatsAppError("a\x00b\ud800c" + "d" * 5000)
    assert error.detail.startswith("ab?cd")
    assert len(error.detail) == 2000
