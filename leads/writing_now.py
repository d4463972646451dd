"""Writing a survey into the calendar while the customer waits for the answer."""

import time
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from hampstead.core import lanes
from hampstead.core.clock import Now
from hampstead.core.deadline import deadline
from hampstead.core.models import Outbox
from leads.models import Survey

LOOK_EVERY_SECONDS = 0.1


def write_now(survey: Survey, *, seconds: float = 6.0) -> Survey.Status:
    """Carry out its calendar effects at once, for at most about `seconds`; what it is then.

    Another worker that is at it already is waited for. What fails is tried again within the time,
    and after it by itself. Not to be called inside a transaction: it waits for Microsoft.
    """
    until = time.monotonic() + seconds
    with deadline(seconds):
        while (status := _status(survey)) == Survey.Status.PROVISIONAL:
            lanes.drain(survey.lane)
            left = until - time.monotonic() - LOOK_EVERY_SECONDS
            if left <= 0 or not _is_under_way(survey, left):
                return _status(survey)
            time.sleep(LOOK_EVERY_SECONDS)
    return status


def _status(survey: Survey) -> Survey.Status:
    with transaction.atomic(durable=True):
        survey.refresh_from_db()
    return Survey.Status(survey.status)


def _is_under_way(survey: Survey, seconds: float) -> bool:
    """Will anything be tried in that time?"""
    effects = Outbox.objects.filter(lane=survey.lane, status__in=Outbox.LIVE)
    is_soon = Q(due_at__lte=Now() + timedelta(seconds=seconds))
    return effects.filter(is_soon | Q(status=Outbox.Status.SENDING)).exists()
