"""Scheduled sweeps of this floor."""

from celery import shared_task

from leads import (
    brief,
    calendar_mending,
    calendar_reading,
    calendar_subscriptions,
    credentials,
    survey_ends,
    surveyor_changes,
)


@shared_task
def sweep_surveys() -> None:
    survey_ends.expire_holds()
    survey_ends.close_past_surveys()
    surveyor_changes.close_settled()


@shared_task
def write_due_briefs() -> None:
    brief.write_due_briefs()


@shared_task
def read_calendars() -> None:
    calendar_reading.poll()


@shared_task
def mend_calendars() -> None:
    calendar_mending.mend_calendars()


@shared_task
def renew_subscriptions() -> None:
    calendar_subscriptions.renew()


@shared_task
def warn_of_expiring_secret() -> None:
    credentials.warn_of_expiry()
