"""Scheduled sweeps of this floor."""

from celery import shared_task

from conversations import pauses


@shared_task
def summarise_paused() -> None:
    pauses.wake_paused()
