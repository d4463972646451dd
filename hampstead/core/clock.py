"""Time: UTC inside, Europe/London at the edges. Due times use the database's clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models.functions import Now
from django.utils import timezone

LONDON = ZoneInfo("Europe/London")

__all__ = ["LONDON", "Now", "now", "spoken_date", "to_london"]


def now() -> datetime:
    """The current time in UTC. For due times compare with `Now()`, the database's clock."""
    return timezone.now()


def to_london(moment: datetime) -> datetime:
    return moment.astimezone(LONDON)


def spoken_date(moment: datetime) -> str:
    """'Monday 23 November 2026, 14:05' in London: always weekday plus date."""
    local = to_london(moment)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"
