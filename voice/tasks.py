"""Scheduled sweeps of this floor."""

from celery import shared_task

from voice import keeping


@shared_task
def sweep_speech() -> None:
    keeping.forget_old_transcriptions()
    keeping.drop_unused_phrases()
