"""Celery tasks: hints that carry one id. Repeats are free, losses cost a second."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from hampstead.core import inbox, lanes, spending, watch
from hampstead.core.clock import now
from hampstead.core.models import IdempotentAnswer, VendorCall, VendorUse

PROCESS_POST = "hampstead.core.tasks.process_post"
DRAIN_LANE = "hampstead.core.tasks.drain_lane"
MOST_BATCHES = 40  # of 5,000 rows, then it is the next run's turn


@shared_task(name=PROCESS_POST)
def process_post(inbox_id: int) -> None:
    inbox.process(inbox_id)


@shared_task(name=DRAIN_LANE)
def drain_lane(key: str) -> None:
    lanes.drain(key)


@shared_task
def purge_old_rows() -> None:
    keep = timedelta(days=settings.WEBHOOK_BODY_DAYS)
    for _ in range(MOST_BATCHES):
        if not inbox.purge(bodies_after=keep, rows_after=keep + timedelta(days=30)):
            break
    oldest = now() - timedelta(days=settings.VENDOR_CALL_LOG_DAYS)
    VendorCall.objects.filter(at__lt=oldest).delete()
    VendorUse.objects.filter(at__lt=now() - timedelta(days=settings.VENDOR_USE_DAYS)).delete()
    IdempotentAnswer.objects.expired().delete()


@shared_task
def watch_stuck_work() -> None:
    watch.open_incidents_for_stuck_work()
    watch.end_incidents_of_empty_piles()
    spending.end_incidents()
