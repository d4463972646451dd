"""What ends by itself: holds that lapse, and visits whose time is over."""

from django.db import transaction

from hampstead.core.clock import now
from leads.enquiries import STILL_BOOKED
from leads.models import Survey
from leads.places import WHERE
from leads.slot_checks import expire, lapsed_holds, locked
from leads.survey_records import APPROVE, CLASH, as_recorded, ask_staff, nothing_to_do, record

TOOK_PLACE = "Did a survey take place?"


@transaction.atomic
def expire_holds() -> int:
    """How many were let go. Nothing depends on when this runs: who books looks for himself."""
    lapsed = lapsed_holds()
    expire(lapsed)
    return len(lapsed)


def close_past_surveys() -> int:
    """How many visits are over since the last time."""
    over = Survey.objects.booked().filter(span__endswith__lte=now()).select_related("lead")
    return sum(_close(survey) for survey in over.order_by("pk"))


@transaction.atomic
def _close(survey: Survey) -> bool:
    return end_visit(locked(survey))


def end_visit(survey: Survey) -> bool:
    """Done, if its time is over; `survey` is locked. Whether one that was never settled took
    place is asked of staff: the customer hears nothing that we do not know.
    """
    if not survey.is_booked or survey.ends_at > now():
        return False
    before, was_settled = as_recorded(survey), survey.status == Survey.Status.CONFIRMED
    survey.status = Survey.Status.DONE
    record(survey, action="end survey", by=None, before=before)
    nothing_to_do(survey, APPROVE, CLASH, STILL_BOOKED, WHERE)
    if not was_settled:
        ask_staff(survey, TOOK_PLACE, "It was never settled. Ask the surveyor or the customer.")
    return True
