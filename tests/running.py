"""Doing by hand, in the test's own process, what pump and worker do."""

from datetime import timedelta

from django.db.models.functions import Now

from hampstead.core import inbox, lanes
from hampstead.core.models import InboxEvent, Lane, Outbox


def process_inbox() -> None:
    """Hand every received post to its floor, once."""
    waiting = InboxEvent.objects.filter(status=InboxEvent.Status.RECEIVED).order_by("id")
    for pk in waiting.values_list("pk", flat=True):
        inbox.process(pk)


def drain_lanes() -> None:
    """Drain each lane that has something due, once."""
    keys = set(Lane.objects.filter(due_at__lte=Now()).values_list("key", flat=True))
    live = Outbox.objects.filter(status__in=Outbox.LIVE, due_at__lte=Now())
    for key in sorted(keys | set(live.values_list("lane", flat=True))):
        lanes.drain(key)


def run_due() -> None:
    """One pass of everything that is due."""
    process_inbox()
    drain_lanes()


def make_lanes_due() -> None:
    """Time passes: all waits of lanes and effects are over."""
    past = Now() - timedelta(hours=1)  # inside a test transaction now() stands still
    Lane.objects.filter(due_at__isnull=False).update(due_at=past)
    Outbox.objects.filter(due_at__isnull=False).update(due_at=past)
