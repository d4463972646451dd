"""Subscriptions to the calendars: Microsoft forgets each after a week unless we renew it."""

import logging
import secrets
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.urls import reverse

from hampstead.core import database, incidents, lanes
from hampstead.core.clock import now
from hampstead.core.errors import BreakerOpenError, CalendarError, RateLimitError
from hampstead.core.logs import fields
from leads.calendar_notices import digest
from leads.diary_records import ensure_diaries, note_trouble, recently_failed
from leads.models import Diary, Surveyor
from leads.outlook import outlook

logger = logging.getLogger(__name__)
LIFE = timedelta(days=6, hours=23)  # Microsoft allows just under seven days
RENEW_WITH_LEFT = timedelta(hours=48)
TRY_AGAIN_AFTER = timedelta(minutes=5)


def renew() -> int:
    """Subscribe to the calendars of all surveyors, and renew what runs out; how many.

    Nothing where Microsoft could not reach us: then the diaries are read more often. A failure
    is an incident of that surveyor, tried again after some minutes.
    """
    url = notification_url()
    if not url:
        return 0
    with lanes.holding("subscriptions:0") as hold:
        if hold is None:  # another worker is at it
            return 0
        return _renew_due(url)


def notification_url() -> str:
    """Where Microsoft posts to: https only, or the simulator on this machine. Empty: nowhere."""
    address = urlsplit(settings.PUBLIC_URL)
    is_simulated = settings.VENDORS["microsoft"]["mode"] == "sandbox"
    is_reachable = address.scheme == "https" or (
        is_simulated and address.scheme == "http" and address.hostname in settings.LOOPBACK
    )
    return settings.PUBLIC_URL.rstrip("/") + reverse("microsoft-webhook") if is_reachable else ""


def has_notifications(diary: Diary) -> bool:
    """Will Microsoft tell us when something changes?"""
    ends_at = diary.subscription_ends_at
    return bool(diary.subscription_id) and ends_at is not None and ends_at > now()


def _renew_due(url: str) -> int:
    done = 0
    for diary in [*_unwanted(), *_due()]:
        scope = f"subscription:{diary.pk}"
        try:
            _keep(diary, url)
        except (BreakerOpenError, RateLimitError):
            break  # the others would hear the same; the next sweep tries again
        except CalendarError as error:
            logger.warning("no subscription", extra=fields(diary=diary.pk, code=error.code))
            incidents.report(code=error.code, scope=scope, detail=str(error))
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:  # whatever is wrong with one calendar costs only that one
            if isinstance(error, OperationalError | InterfaceError) and database.is_away():
                raise
            logger.exception("no subscription", extra=fields(diary=diary.pk))
            trouble = f"a fault of ours: {database.described(error)}"
            note_trouble(surveyor_id=diary.pk, scope=scope, error=trouble)
        else:
            incidents.end(code="E009", scope=scope)
            done += 1
    return done


def _due() -> Iterable[Diary]:
    active = Surveyor.objects.filter(is_active=True)
    ensure_diaries(active.filter(diary__isnull=True))
    running_out = Q(subscription_ends_at__lt=now() + RENEW_WITH_LEFT)
    diaries = Diary.objects.filter(
        Q(subscription_id="") | Q(subscription_ends_at__isnull=True) | running_out,
        surveyor__is_active=True,
    ).exclude(pk__in=recently_failed("subscription", TRY_AGAIN_AFTER))
    return diaries.select_related("surveyor").order_by("pk")


def _unwanted() -> Iterable[Diary]:
    """Of surveyors who were switched off; visits that they still have are read for now and then."""
    off = Diary.objects.filter(surveyor__is_active=False).exclude(subscription_id="")
    resting = recently_failed("subscription", TRY_AGAIN_AFTER)
    return off.exclude(pk__in=resting).select_related("surveyor").order_by("pk")


def forget_subscription(surveyor_id: int) -> None:
    """There is none any more."""
    Diary.objects.filter(pk=surveyor_id).update(
        subscription_id="", subscription_ends_at=None, client_state_hash=""
    )


def leave_subscription(surveyor_id: int) -> None:
    """It is of another mailbox. Its notices are a stranger's from now on, because we know its
    secret no more; Microsoft is asked by the next sweep, outside of the transaction, to end it.
    """
    Diary.objects.filter(pk=surveyor_id).update(subscription_ends_at=None, client_state_hash="")


def _is_left(diary: Diary) -> bool:
    return bool(diary.subscription_id) and not diary.client_state_hash


def _keep(diary: Diary, url: str) -> None:
    """Renew it, or make a new one where there is none any more; of whom is switched off, end it."""
    if not diary.surveyor.is_active or _is_left(diary):
        outlook().unsubscribe(diary.subscription_id)
        forget_subscription(diary.pk)
        diary.subscription_id = ""
    if not diary.surveyor.is_active:
        return
    ends_at = now() + LIFE
    if diary.subscription_id:
        renewed = outlook().renew(diary.subscription_id, ends_at)
        if renewed is not None:
            diary.subscription_ends_at = renewed.ends_at
            diary.save(update_fields=["subscription_ends_at"])
            return
    client_state = secrets.token_urlsafe(32)
    made = outlook().subscribe(
        diary.surveyor.mailbox, url=url, client_state=client_state, ends_at=ends_at
    )
    Diary.objects.filter(pk=diary.pk).update(
        subscription_id=made.id,
        subscription_ends_at=made.ends_at,
        client_state_hash=digest(client_state),
        changes_wanted_at=now(),  # nobody told us of what changed before
    )
