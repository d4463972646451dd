"""Opening an enquiry, and staff deciding how it ended."""

from django.db import transaction

from hampstead.core import audit, live
from hampstead.core.models import StaffUser
from leads.models import Lead, Person
from leads.survey_records import ask_staff, nothing_to_do

STILL_BOOKED = "The enquiry is closed, but a survey is booked"


@transaction.atomic(savepoint=False)  # what fails here fails the turn around it
def open_lead(*, person: Person) -> Lead:
    """The open lead of this person, or a new one; two callers at once get the same row. As after
    `Lead.lock`, nobody else changes it until the caller's transaction ends.
    """
    held = Lead.objects.select_for_update(no_key=True)
    lead, is_new = held.get_or_create(person=person, status=Lead.Status.OPEN)
    if is_new:
        live.announce(lead.subject)
    return lead


class OpenLeadExistsError(Exception):
    """The person already has another open lead."""


@transaction.atomic
def set_status(*, lead: Lead, status: Lead.Status, by: StaffUser, reason: str = "") -> Lead:
    """Only a person ends a lead: no score does."""
    lead.lock()
    lead.refresh_from_db()
    before = lead.status
    if before == status:
        return lead
    others = Lead.objects.open().filter(person=lead.person_id).exclude(pk=lead.pk)
    if status == Lead.Status.OPEN and others.exists():
        raise OpenLeadExistsError("This person already has another open lead.")
    lead.status = status
    lead.save(update_fields=["status"])
    lead.mark_changed()
    _mind_survey(lead)
    audit.record(
        action="set lead status",
        subject=lead.subject,
        by=by,
        reason=reason,
        before={"status": before},
        after={"status": status},
    )
    return lead


def _mind_survey(lead: Lead) -> None:
    """A surveyor drives to whoever has a visit, however the enquiry has ended."""
    survey = lead.surveys.upcoming().select_related("person", "surveyor").first()
    if survey is None:
        return
    if lead.status == Lead.Status.OPEN:
        nothing_to_do(survey, STILL_BOOKED)
    else:
        ask_staff(survey, STILL_BOOKED, "Cancel it, or let it take place: this task is then done.")
