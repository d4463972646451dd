"""Asking to be told of changes."""

from datetime import timedelta

import pytest

from hampstead.core.clock import now
from hampstead.core.errors import CalendarError, NextStep
from leads.outlook import CalendarConflictError, Subscription, outlook
from tests.leads.outlook.asking import AISHA, TOM
from tests.vendors import Sandbox

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9/microsoft/webhook"


def subscribe(mailbox: str = TOM, *, url: str = URL) -> Subscription:
    ends_at = now() + timedelta(days=2)
    return outlook().subscribe(mailbox, url=url, client_state="s" * 40, ends_at=ends_at)


def test_a_subscription_says_when_it_ends(sandbox: Sandbox) -> None:
    sandbox.microsoft(validates=False)
    made = subscribe()
    assert abs(made.ends_at - now() - timedelta(days=2)) < timedelta(minutes=1)
    assert [found["id"] for found in sandbox.subscriptions()] == [made.id]


def test_an_address_that_does_not_answer_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(CalendarError, match="validation") as caught:
        subscribe()
    assert caught.value.next_step == NextStep.GIVE_UP


def test_a_forgotten_subscription_of_ours_is_replaced(sandbox: Sandbox) -> None:
    sandbox.microsoft(validates=False)
    forgotten = subscribe()
    subscribe(AISHA)
    made = subscribe()
    found = {one["id"]: one["mailbox"] for one in sandbox.subscriptions()}
    assert forgotten.id not in found
    assert (found[made.id], sorted(found.values())) == (TOM, [AISHA, TOM])


def test_somebody_elses_subscription_is_left_alone(sandbox: Sandbox) -> None:
    sandbox.microsoft(validates=False)
    theirs = subscribe(url="http://127.0.0.1:9/another/app")
    with pytest.raises(CalendarConflictError):
        subscribe()
    assert [one["id"] for one in sandbox.subscriptions()] == [theirs.id]


def test_a_renewal_lasts_longer(sandbox: Sandbox) -> None:
    sandbox.microsoft(validates=False)
    made = subscribe()
    renewed = outlook().renew(made.id, now() + timedelta(days=6))
    assert renewed is not None
    assert renewed.ends_at > made.ends_at


def test_a_subscription_that_is_gone_is_no_error(sandbox: Sandbox) -> None:
    sandbox.microsoft(validates=False)
    made = subscribe()
    assert outlook().unsubscribe(made.id) is True
    assert outlook().unsubscribe(made.id) is False
    assert outlook().renew(made.id, now() + timedelta(days=6)) is None


def test_an_answer_without_a_subscription_has_an_unknown_outcome(sandbox: Sandbox) -> None:
    sandbox.fault("microsoft", "/subscriptions", status=201, body={"id": "x"})
    with pytest.raises(CalendarError) as caught:
        subscribe()
    assert caught.value.next_step == NextStep.RECONCILE
