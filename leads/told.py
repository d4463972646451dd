"""Staff have told a customer themselves, on the phone for instance."""

from django.db import transaction

from hampstead.core import audit
from hampstead.core.models import StaffTask, StaffUser
from leads.conflicts import record_told
from leads.models import Survey
from leads.notices import TELL, plan
from leads.slot_checks import locked


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
