"""Scheduled sweeps of this floor."""

from datetime import timedelta

from celery import shared_task

from hampstead.core.clock import now
from hampstead.core.models import Outbox
from whatsapp import callback_notices, notices
from whatsapp.models import DeliveryStatus
from whatsapp.statuses import apply_early_statuses


@shared_task
def match_late_statuses() -> None:
    """Statuses that crossed with the record of our send: matched once that is committed."""
    lately = DeliveryStatus.objects.filter(
        effect__isnull=True, stored_at__gt=now() - timedelta(minutes=10)
    )
    waiting = set(lately.values_list("vendor_id", flat=True))
    for effect in Outbox.objects.filter(vendor_id__in=waiting):
        apply_early_statuses(effect, effect.vendor_id)


@shared_task
def send_due_notices() -> None:
    """Confirmations and reminders of surveys, and of call-backs promised on the phone."""
    notices.sweep()
    callback_notices.sweep()
