"""What is asked for when a survey is booked, and the survey that they may have already."""

from dataclasses import dataclass

from hampstead.core.models import StaffUser
from leads.models import Lead, Person, Survey
from leads.places import note_place
from leads.slot_checks import AlreadyBookedError, Enquiry, is_colleague, is_for, locked
from leads.slots import Slot
from leads.survey_ends import end_visit


@dataclass(frozen=True, kw_only=True)
class Request:
    person: Person
    lead: Lead | None
    slot: Slot
    postcode: str
    source: str
    by: StaffUser | None
    address: str = ""
    access_notes: str = ""
    reason: str = ""
    despite: bool = False

    @property
    def enquiry(self) -> Enquiry:
        outcode = self.postcode.partition(" ")[0]
        return Enquiry(self.slot, self.person, outcode, despite=self.despite)

    @property
    def is_by_colleague(self) -> bool:
        return is_colleague(by=self.by, source=self.source)

    @property
    def place(self) -> dict[str, str]:
        return {
            "postcode": self.postcode,
            "address": self.address,
            "access_notes": self.access_notes,
        }


def booked_before(request: Request) -> Survey | None:
    """The survey that this enquiry has. Raises AlreadyBookedError when it is at another time, or
    when they have one on another enquiry, such as one that was closed.
    """
    found = _survey_of(request)
    survey = None if found is None else locked(found)
    if survey is not None and not end_visit(survey) and survey.is_booked:
        if not is_for(survey, request.slot):
            raise AlreadyBookedError(survey)
        note_place(survey, request.place, by=request.by, source=request.source)
        return survey
    others = Survey.objects.upcoming().filter(person=request.person).exclude(lead=request.lead)
    other = None if request.despite else others.first()
    if other is not None:
        raise AlreadyBookedError(other)
    return None


def _survey_of(request: Request) -> Survey | None:
    booked = Survey.objects.booked().select_related("lead").order_by("span")
    if request.lead is not None:
        return booked.filter(lead=request.lead).first()
    return booked.filter(lead=None, person=request.person).first()
