"""What a customer has heard of their survey: from staff themselves, or from an answer of ours that
may yet fail to arrive.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from hampstead.core import audit, live
from hampstead.core.clock import now
from hampstead.core.models import Outbox, StaffTask, StaffUser
from leads.conflicts import record_told
from leads.models import Survey, SurveyTelling
from leads.notices import TELL, plan
from leads.slot_checks import locked

KNOWLEDGE = ("told", "told_starts_at", "told_surveyor_id", "told_at")
READ = (Outbox.Status.DELIVERED, Outbox.Status.READ)
NOT_READ = (Outbox.Status.CANCELLED, Outbox.Status.FAILED, Outbox.Status.UNCERTAIN)
# WhatsApp says within the day whether a message could be delivered; most phones are on by then.
FOLLOWED = timedelta(days=3)


@transaction.atomic
def note_told(*, survey: Survey, by: StaffUser) -> bool:
    """The customer knows how the survey stands; no message needs to go out. False: they did."""
    survey = locked(survey)
    if survey.is_told:
        return False
    record_told(
        survey=survey,
        told=survey.truth,
        starts_at=survey.starts_at,
        surveyor_id=survey.surveyor_id,  # whoever rings says who comes
    )
    audit.record(
        action="tell customer in person",
        subject=survey.subject,
        by=by,
        after={"told": survey.told, "starts_at": survey.starts_at.isoformat()},
    )
    plan(survey)
    return True


def told_by_task(*, task: StaffTask, by: StaffUser) -> None:
    """Whoever marks the task done has told them."""
    survey = Survey.objects.filter(pk=int(task.subject.partition(":")[2])).first()
    if survey is not None and task.title == TELL:
        note_told(survey=survey, by=by)


# --- answers that may not arrive --------------------------------------------------------------


def what_they_know(survey: Survey) -> dict[str, Any]:
    """For JSON; `know_again` reads it back."""
    known = {name: getattr(survey, name) for name in KNOWLEDGE}
    return {
        name: each.isoformat() if isinstance(each, datetime) else each
        for name, each in known.items()
    }


def know_again(survey: Survey, known: dict[str, Any]) -> None:
    """They know what they knew before: what we said since has not reached them."""
    before = {name: known[name] for name in KNOWLEDGE}
    Survey.objects.filter(pk=survey.pk).update(**before, updated_at=now())
    survey.refresh_from_db()
    live.announce(survey.subject)


def record_answer(
    *,
    survey: Survey,
    told: Survey.Told,
    effect: Outbox,
    surveyor_id: int | None = None,
) -> None:
    """An answer that leaves with this commit tells of the survey as it is. Should it not arrive,
    `restore_unheard` takes that back.
    """
    before = what_they_know(survey)
    record_told(survey=survey, told=told, starts_at=survey.starts_at, surveyor_id=surveyor_id)
    assert survey.told_at is not None  # noqa: S101  record_told() has just set it
    SurveyTelling.objects.create(
        survey=survey, effect=effect, was_told=before, told_at=survey.told_at
    )


def restore_unheard() -> int:
    """How many answers did not arrive: what they told is due again, as a notice."""
    long_ago = SurveyTelling.objects.filter(told_at__lt=now() - FOLLOWED)
    (long_ago | SurveyTelling.objects.filter(effect__status__in=READ)).delete()
    unheard = SurveyTelling.objects.filter(effect__status__in=NOT_READ)
    # The last word first: under it lies what was said before.
    return sum(_restore(telling) for telling in unheard.order_by("-pk"))


@transaction.atomic
def _restore(telling: SurveyTelling) -> bool:
    survey = locked(Survey.objects.select_related("lead").get(pk=telling.survey_id))
    found = SurveyTelling.objects.filter(pk=telling.pk, effect__status__in=NOT_READ)
    if not found.exists():
        return False  # it has arrived after all, or another worker was here
    later = SurveyTelling.objects.filter(survey=survey, pk__gt=telling.pk).order_by("pk").first()
    if survey.told_at == telling.told_at:
        know_again(survey, telling.was_told)
        plan(survey)
    elif later is not None and later.was_told["told_at"] == telling.told_at.isoformat():
        later.was_told = telling.was_told
        later.save(update_fields=["was_told"])
    telling.delete()
    return True
