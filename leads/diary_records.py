"""What is noted on a surveyor's diary besides its readings: that there is one, and its troubles."""

from collections.abc import Iterable
from datetime import timedelta

from hampstead.core import incidents
from hampstead.core.clock import Now
from hampstead.core.models import Incident
from hampstead.core.storable import storable
from leads.models import Diary, Surveyor


def forget(surveyor_id: int) -> None:
    """The calendar has changed: the next question is put to Microsoft."""
    Diary.objects.filter(pk=surveyor_id).update(read_at=None)


def note_trouble(*, surveyor_id: int, scope: str, error: str, code: str = "E009") -> None:
    """The calendar could not be read: on its diary for staff, and as an incident."""
    error = storable(error)[:2000]
    Diary.objects.filter(pk=surveyor_id).update(error_code=code, error=error)
    incidents.report(code=code, scope=scope, detail=error)


def note_success(*, surveyor_id: int, scope: str) -> None:
    """It works again, if it did not."""
    Diary.objects.filter(pk=surveyor_id).exclude(error="").update(error_code="", error="")
    incidents.end(code="E009", scope=scope)


def recently_failed(kind: str, within: timedelta) -> set[int]:
    """Surveyor ids with an open incident such as "diary:12" that is no older: let it rest."""
    scopes = Incident.objects.filter(
        scope__startswith=f"{kind}:", closed_at__isnull=True, last_seen_at__gt=Now() - within
    ).values_list("scope", flat=True)
    return {int(scope.partition(":")[2]) for scope in scopes}


def ensure_diaries(surveyors: Iterable[Surveyor]) -> None:
    Diary.objects.bulk_create(
        [Diary(surveyor_id=one.pk) for one in surveyors], ignore_conflicts=True
    )
