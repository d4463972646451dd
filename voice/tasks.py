"""Scheduled sweeps of this floor."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from celery import shared_task

from hampstead.core.clock import now
from hampstead.core.errors import CatalogueError
from hampstead.core.logs import fields
from voice import callbacks, calling_back, fetching, keeping, reconciling
from voice.vapi import vapi

logger = logging.getLogger(__name__)


@shared_task
def sweep_speech() -> None:
    keeping.forget_old_transcriptions()
    keeping.drop_unused_phrases()


@shared_task
def ask_about_silent_calls() -> None:
    """Their final report may have been lost."""
    if reconciling.silent_calls().exists():
        with _asked_again_later():
            reconciling.ask_about_silent(vapi())


@shared_task
def compare_calls() -> None:
    """Every night, with calls of which we heard nothing at all."""
    with _asked_again_later():
        reconciling.compare_since(vapi(), now() - timedelta(days=2))


@shared_task
def fetch_recordings() -> None:
    """Also moves what waits for the store, and deletes what callers did not want kept."""
    if fetching.due_recordings().exists():
        fetching.sweep(vapi())


@shared_task
def ring_back() -> None:
    """Whoever asked for it, at the time that is due; no vendor is asked here."""
    callbacks.hand_over_asked()
    calling_back.sweep()


@contextmanager
def _asked_again_later() -> Iterator[None]:
    """The adapter has noted what is wrong with VAPI; the next run asks again."""
    try:
        yield
    except CatalogueError as error:
        logger.warning("calls not compared", extra=fields(code=error.code))
