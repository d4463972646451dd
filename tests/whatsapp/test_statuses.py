"""Delivery statuses move a message forward only, in whatever order they come."""

from itertools import permutations

import pytest

from hampstead.core import outbox
from hampstead.core.models import Outbox, StaffTask
from tests.running import process_inbox, run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import envelope, status, store, store_status, store_text
from whatsapp.models import DeliveryStatus
from whatsapp.tasks import match_late_statuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]
Status = Outbox.Status


@pytest.fixture
def sent(sandbox: Sandbox) -> Outbox:
    """One answer that WhatsApp has accepted."""
    store_text("Hello")
    run_due()
    return Outbox.objects.get(status=Status.SENT)


def statuses_in_order(effect: Outbox, *names: str) -> Outbox.Status:
    for after, name in enumerate(names):
        store_status(effect.vendor_id, name, after=after)
        process_inbox()
    effect.refresh_from_db()
    return Status(effect.status)


def test_a_message_goes_from_sent_to_delivered_to_read(sent: Outbox) -> None:
    assert statuses_in_order(sent, "sent", "delivered") == Status.DELIVERED
    assert statuses_in_order(sent, "read") == Status.READ


def test_a_late_sent_does_not_take_a_delivery_back(sent: Outbox) -> None:
    assert statuses_in_order(sent, "delivered", "sent") == Status.DELIVERED


def test_a_skipped_delivery_is_no_gap(sent: Outbox) -> None:
    assert statuses_in_order(sent, "read") == Status.READ


def test_a_played_voice_note_was_read(sent: Outbox) -> None:
    assert statuses_in_order(sent, "played") == Status.READ


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "read"])))
def test_every_order_of_statuses_ends_as_read(sent: Outbox, order: tuple[str, ...]) -> None:
    assert statuses_in_order(sent, *order) == Status.READ


@pytest.mark.parametrize("order", list(permutations(["sent", "failed", "delivered"])))
def test_a_delivery_outranks_a_failure_in_every_order(sent: Outbox, order: tuple[str, ...]) -> None:
    assert statuses_in_order(sent, *order) == Status.DELIVERED


@pytest.mark.parametrize("order", list(permutations(["sent", "failed"])))
def test_a_late_sent_never_clears_a_failure(sent: Outbox, order: tuple[str, ...]) -> None:
    assert statuses_in_order(sent, *order) == Status.FAILED


def test_statuses_of_one_post_in_reverse_are_all_applied(sent: Outbox) -> None:
    names = ["read", "delivered", "sent"]
    store(envelope(statuses=[status(sent.vendor_id, name) for name in names]))
    process_inbox()
    sent.refresh_from_db()
    assert sent.status == Status.READ
    assert DeliveryStatus.objects.filter(effect=sent).count() == 3


def test_the_same_status_again_is_one_row(sent: Outbox) -> None:
    twice = status(sent.vendor_id, "delivered")
    store(envelope(statuses=[twice]))
    store(envelope(statuses=[twice], again=True))
    process_inbox()
    assert DeliveryStatus.objects.count() == 1


def test_a_failure_tells_staff_what_whatsapp_said(sent: Outbox) -> None:
    problem = {"code": 131026, "title": "Undeliverable", "error_data": {"details": "old app"}}
    store_status(sent.vendor_id, "failed", errors=[problem])
    process_inbox()
    task = StaffTask.objects.get(subject=f"outbox:{sent.pk}")
    assert (task.title, task.code) == ("A message was not delivered", "E006")
    assert task.detail == "131026 old app"


def test_an_unknown_status_is_kept_and_changes_nothing(sent: Outbox) -> None:
    assert statuses_in_order(sent, "deleted") == Status.SENT
    assert DeliveryStatus.objects.get().status == "deleted"


def test_a_status_of_somebody_elses_message_is_kept(sent: Outbox) -> None:
    store_status("wamid.NOTOURS", "read")
    process_inbox()
    sent.refresh_from_db()
    assert DeliveryStatus.objects.get().effect is None
    assert sent.status == Status.SENT


def test_a_status_is_matched_by_correlation_before_we_know_the_vendors_id(
    sent: Outbox,
) -> None:
    Outbox.objects.filter(pk=sent.pk).update(vendor_id="", status=Status.RECONCILING)
    store_status("wamid.X", "delivered", biz_opaque_callback_data=str(sent.idem))
    process_inbox()
    sent.refresh_from_db()
    assert (sent.status, sent.vendor_id) == (Status.DELIVERED, "wamid.X")


@pytest.mark.parametrize("correlation", ["", "msg:8812", "'; drop table", "0" * 64])
def test_a_correlation_that_is_not_ours_does_no_harm(sent: Outbox, correlation: str) -> None:
    store_status("wamid.X", "read", biz_opaque_callback_data=correlation)
    process_inbox()
    assert DeliveryStatus.objects.get().effect is None


def test_a_status_that_came_before_our_send_returned_is_applied(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def status_first(effect: Outbox, vendor_id: str) -> None:
        store_status(vendor_id, "delivered")
        process_inbox()
        record(effect, vendor_id)

    from hampstead.core import outbox

    record = outbox._record_sent
    monkeypatch.setattr(outbox, "_record_sent", status_first)
    store_text("Hello")
    run_due()
    effect = Outbox.objects.get()
    assert effect.status == Status.DELIVERED
    assert DeliveryStatus.objects.get().effect == effect


def test_a_status_that_crossed_with_the_record_of_our_send_is_matched_later(
    sent: Outbox,
) -> None:
    vendor_id = sent.vendor_id
    Outbox.objects.filter(pk=sent.pk).update(vendor_id="")
    store_status(vendor_id, "read")
    process_inbox()
    Outbox.objects.filter(pk=sent.pk).update(vendor_id=vendor_id)
    match_late_statuses()
    sent.refresh_from_db()
    assert sent.status == Status.READ


def test_a_repeated_failure_does_not_touch_a_second_try(sent: Outbox) -> None:
    store_status(sent.vendor_id, "failed")
    process_inbox()
    outbox.release(effect=sent, by=None)
    failed = DeliveryStatus.objects.get()
    again = status(sent.vendor_id, "failed", timestamp=str(int(failed.at.timestamp())))
    store(envelope(statuses=[again, again]))
    process_inbox()
    sent.refresh_from_db()
    assert sent.status == Status.PENDING
