"""Effects of one lane, made, attempted and looked at."""

from datetime import timedelta

from django.db.models.functions import Now

from hampstead.core import lanes, outbox
from hampstead.core.models import Outbox
from tests.core.fakes import Script

LANE = "test:1"


def enqueue(kind: str = "keyless", **more: object) -> Outbox:
    values = {"kind": kind, "lane": LANE, "payload": {}, "purpose": "answer", **more}
    return outbox.enqueue(**values)  # type: ignore[arg-type]


def deliver() -> None:
    lanes.drain(LANE)


def after(problem: Exception, script: Script, **more: object) -> Outbox:
    """The effect once a first attempt has met that problem."""
    script.problems = [problem]
    effect = enqueue(**more)  # type: ignore[arg-type]
    deliver()
    effect.refresh_from_db()
    return effect


def set_status(effect: Outbox, status: Outbox.Status, **more: object) -> Outbox:
    Outbox.objects.filter(pk=effect.pk).update(status=status, **more)
    effect.refresh_from_db()
    return effect


def is_due_between(effect: Outbox, least: float, most: float) -> bool:
    soon, late = Now() + timedelta(seconds=least), Now() + timedelta(seconds=most)
    return Outbox.objects.filter(pk=effect.pk, due_at__gte=soon, due_at__lte=late).exists()
