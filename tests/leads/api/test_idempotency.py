"""The same request twice is carried out once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from rest_framework.authtoken.models import Token

from hampstead.core.models import IdempotentAnswer, StaffUser
from hampstead.core.tasks import purge_old_rows
from leads.api import views
from leads.booking import book_survey
from leads.models import Survey, Surveyor
from tests.core.threads import at_once
from tests.leads.api.calls import BOOKINGS, CUSTOMER, Caller, caller, reason
from tests.leads.calendars import TOM, monday
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
KEY = "0b6f1f5e-8a8e-4b7c-9f7e-0d5a6f2a9c11"


def replayed(answer: Any) -> bool:
    return bool(answer.headers.get("Idempotency-Replayed") == "true")


def test_the_same_key_gets_the_same_answer(portal: Caller, tom: Surveyor, sandbox: Sandbox) -> None:
    slot = portal.slot()
    first, second = portal.book(slot, key=KEY), portal.book(slot, key=KEY)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert (replayed(first), replayed(second)) == (False, True)
    assert Survey.objects.count() == len(sandbox.calendar(TOM)) == 1


def test_the_stored_answer_stands_whatever_happened_since(portal: Caller, tom: Surveyor) -> None:
    slot = portal.slot()
    first = portal.book(slot, key=KEY).json()
    portal.ask("DELETE", f"{BOOKINGS}/{first['id']}")
    assert portal.book(slot, key=KEY).json()["status"] == "confirmed"
    assert Survey.objects.get().status == Survey.Status.CANCELLED


def test_a_refusal_is_kept_too(portal: Caller, tom: Surveyor) -> None:
    slot = portal.slot()
    taken = portal.book(slot).json()
    other = {"phone": "07700 900999", "key": KEY}
    assert reason(portal.book(slot, **other)) == (409, "taken")
    portal.ask("DELETE", f"{BOOKINGS}/{taken['id']}")
    again = portal.book(slot, **other)
    assert (reason(again), replayed(again)) == ((409, "taken"), True)


def test_the_order_of_names_is_no_other_request(portal: Caller, tom: Surveyor) -> None:
    body = {**CUSTOMER, "slot": portal.slot()}
    portal.ask("POST", BOOKINGS, body, Idempotency_Key=KEY)
    turned = dict(reversed(body.items()))
    assert replayed(portal.ask("POST", BOOKINGS, turned, Idempotency_Key=KEY))


def test_the_same_key_for_another_request_is_refused(portal: Caller, tom: Surveyor) -> None:
    slot = portal.slot()
    portal.book(slot, key=KEY)
    assert reason(portal.book(slot, key=KEY, name="Somebody Else")) == (422, "key_reused")
    assert Survey.objects.get().person.name == "Sarah Chen"


def test_the_same_key_for_another_survey_is_refused(portal: Caller, tom: Surveyor) -> None:
    first = portal.book(portal.slot("09:00")).json()
    second = portal.book(portal.slot("15:00"), phone="07700 900999").json()
    portal.ask("DELETE", f"{BOOKINGS}/{first['id']}", Idempotency_Key=KEY)
    answer = portal.ask("DELETE", f"{BOOKINGS}/{second['id']}", Idempotency_Key=KEY)
    assert reason(answer) == (422, "key_reused")


def test_two_tokens_may_use_the_same_key(portal: Caller, tom: Surveyor) -> None:
    rival = caller("view_survey", "change_survey", username="rival")
    portal.book(portal.slot("09:00"), key=KEY)
    answer = rival.book(rival.slot("15:00"), key=KEY, phone="07700 900999")
    assert (answer.status_code, replayed(answer)) == (201, False)


def test_booking_needs_a_key(portal: Caller, tom: Surveyor) -> None:
    answer = portal.ask("POST", BOOKINGS, {**CUSTOMER, "slot": portal.slot()})
    assert reason(answer) == (400, "key_missing")
    assert not Survey.objects.exists()


@pytest.mark.parametrize("key", [" ", "a b", "x" * 201, "é"])
def test_a_key_is_short_and_printable(portal: Caller, tom: Surveyor, key: str) -> None:
    assert reason(portal.book(portal.slot(), key=key))[1] in ("key_unfit", "key_missing")


def test_moving_and_cancelling_honour_a_key(portal: Caller, tom: Surveyor) -> None:
    booked = portal.book(portal.slot()).json()
    path, slot = f"{BOOKINGS}/{booked['id']}", portal.slot("15:00")
    moved = [portal.ask("PATCH", path, {"slot": slot}, Idempotency_Key="m") for _ in range(2)]
    gone = [portal.ask("DELETE", path, Idempotency_Key="c") for _ in range(2)]
    assert [replayed(answer) for answer in moved + gone] == [False, True, False, True]
    assert Survey.objects.get().version == 3


def test_moving_and_cancelling_need_no_key(portal: Caller, tom: Surveyor) -> None:
    booked = portal.book(portal.slot()).json()
    assert portal.ask("DELETE", f"{BOOKINGS}/{booked['id']}").status_code == 200
    assert IdempotentAnswer.objects.count() == 1


# --- what another try may better ----------------------------------------------------------
def test_after_a_fault_the_same_key_is_tried_again(
    portal: Caller, tom: Surveyor, sandbox: Sandbox
) -> None:
    slot = portal.slot()
    sandbox.fault("microsoft", route="getSchedule", status=503)
    assert portal.book(slot, key=KEY).status_code in (502, 503)
    sandbox.clear_faults()
    assert portal.book(slot, key=KEY).status_code == 201


def test_after_a_mistake_the_same_key_may_be_used_rightly(portal: Caller, tom: Surveyor) -> None:
    slot = portal.slot()
    assert portal.book(slot, key=KEY, phone="12").status_code == 400
    assert portal.book(slot, key=KEY).status_code == 201


def test_after_a_crash_of_ours_the_same_key_is_tried_again(
    portal: Caller, tom: Surveyor, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = portal.slot()

    def crash(*_given: Any, **_named: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(views, "write_now", crash)
        with pytest.raises(ZeroDivisionError):
            portal.book(slot, key=KEY)
    assert portal.book(slot, key=KEY).json()["id"] == Survey.objects.get().pk


def test_while_it_is_carried_out_the_other_hears_so(portal: Caller, tom: Surveyor) -> None:
    slot = portal.slot()
    portal.book(slot, key=KEY)
    IdempotentAnswer.objects.update(status=None, runs_until=Now() + timedelta(seconds=60))
    answer = portal.book(slot, key=KEY)
    assert reason(answer) == (409, "in_progress")
    assert answer.headers["Retry-After"] == "1"


def test_whoever_died_over_it_is_succeeded(portal: Caller, tom: Surveyor) -> None:
    slot = portal.slot()
    first = portal.book(slot, key=KEY)
    IdempotentAnswer.objects.update(status=None, runs_until=Now() - timedelta(seconds=1))
    again = portal.book(slot, key=KEY)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert Survey.objects.count() == 1


# --- how long it is remembered ------------------------------------------------------------
@pytest.mark.parametrize(("hours", "is_kept"), [(23, True), (25, False)])
def test_an_answer_is_kept_for_a_day(portal: Caller, hours: int, is_kept: bool) -> None:
    IdempotentAnswer.objects.create(
        user=portal.user,
        key=KEY,
        fingerprint="f",
        status=201,
        body={},
        runs_until=Now(),
        created_at=Now() - timedelta(hours=hours),
    )
    purge_old_rows()
    assert IdempotentAnswer.objects.exists() is is_kept


def test_what_is_kept_does_not_tell_who_the_customer_is(portal: Caller, tom: Surveyor) -> None:
    portal.book(portal.slot(), email="sarah@example.com", address="12 Flask Walk")
    kept = str(IdempotentAnswer.objects.values().get())
    assert not any(word in kept for word in ("Sarah", "900123", "sarah@", "Flask"))


# --- at once ------------------------------------------------------------------------------
@pytest.fixture
def fresh(portal: Caller) -> Any:
    """Each thread speaks for itself."""

    def new() -> Caller:
        user = StaffUser.objects.get(pk=portal.user.pk)
        return Caller(user, Token.objects.get(user=user).key)

    return new


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_key_book_once(
    portal: Caller, tom: Surveyor, sandbox: Sandbox, fresh: Any
) -> None:
    slot = portal.slot()
    answers = at_once(8, lambda _: fresh().book(slot, key=KEY))
    booked = [answer for answer in answers if answer.status_code == 201]
    others = [reason(answer) for answer in answers if answer.status_code != 201]
    assert booked
    assert set(others) <= {(409, "in_progress")}
    assert len({answer.json()["id"] for answer in booked}) == 1
    assert Survey.objects.count() == len(sandbox.calendar(TOM)) == 1


@pytest.mark.django_db(transaction=True)
def test_one_works_while_the_other_is_told_to_wait(
    portal: Caller, tom: Surveyor, fresh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = portal.slot()
    is_under_way, may_go = threading.Event(), threading.Event()

    def slowly(**named: Any) -> Survey:
        is_under_way.set()
        assert may_go.wait(20)
        return book_survey(**named)

    monkeypatch.setattr(views, "book_survey", slowly)

    def act(number: int) -> tuple[int, str]:
        if number == 0:
            answer = fresh().book(slot, key=KEY)
            return answer.status_code, answer.json()["status"]
        assert is_under_way.wait(20)
        try:
            return reason(fresh().book(slot, key=KEY))
        finally:
            may_go.set()

    assert at_once(2, act) == [(201, "confirmed"), (409, "in_progress")]


@pytest.mark.django_db(transaction=True)
def test_of_many_customers_at_once_one_gets_the_slot(
    portal: Caller, tom: Surveyor, sandbox: Sandbox, fresh: Any
) -> None:
    slot = portal.slot()
    answers = at_once(8, lambda number: fresh().book(slot, phone=f"07700 90010{number}"))
    numbers = sorted(answer.status_code for answer in answers)
    assert numbers == [201] + [409] * 7
    assert len(sandbox.calendar(TOM)) == 1
