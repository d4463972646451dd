"""GET availability; POST, GET, PATCH and DELETE of bookings. Each use case commits by itself."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from hampstead.core.models import StaffUser
from hampstead.core.webhooks import read_body
from leads.api import schema
from leads.api.availability import find_availability
from leads.api.idempotency import answered_once
from leads.api.permissions import MayArrangeSurveys, TokenThrottle
from leads.api.problems import REFUSED, already_booked, answer, knows_place, refusal_of
from leads.api.serializers import (
    AvailabilityQuery,
    BookingRequest,
    CancelRequest,
    MoveRequest,
    days_as_answer,
    slot_as_answer,
    survey_as_answer,
)
from leads.api.tickets import ticket_of
from leads.booking import book_survey
from leads.enquiries import open_lead
from leads.facts import note_facts
from leads.models import FactKey, Lead, Survey
from leads.moving import cancel_survey, move_survey
from leads.people import find_or_create_person
from leads.places import is_elsewhere
from leads.slot_checks import AlreadyBookedError, NotBookedError
from leads.writing_now import write_now

MAX_BODY_BYTES = 32 * 1024
LONGEST_SOURCE = 80
PLACE = (FactKey.POSTCODE, FactKey.ADDRESS)
NOT_LIVE = (Survey.Status.EXPIRED, Survey.Status.DONE)


class BodyParser(JSONParser):
    def parse(self, stream: Any, *given: Any, **named: Any) -> Any:
        try:
            return super().parse(stream, *given, **named)
        except RecursionError:  # brackets within brackets, without end
            raise ParseError("JSON that is nested too deeply") from None


class CalendarView(APIView):
    """Tokens only: no cookie is looked at, so no page can make a browser call this."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (MayArrangeSurveys,)
    throttle_classes = (TokenThrottle,)
    parser_classes: Sequence[type[JSONParser]] = (BodyParser,)

    def initial(self, request: Request, *given: Any, **named: Any) -> None:
        super().initial(request, *given, **named)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            read_body(request, MAX_BODY_BYTES)

    def get_exception_handler(self) -> Callable[..., Response | None]:
        return answer

    @property
    def user(self) -> StaffUser:
        return cast(StaffUser, self.request.user)

    @property
    def source(self) -> str:
        return f"api:{self.user.get_username()}"[:LONGEST_SOURCE]

    def read(self, serializer: type[Serializer[Any]], data: Any) -> dict[str, Any]:
        found = serializer(data=data, context={"user": self.user})
        found.is_valid(raise_exception=True)
        return cast(dict[str, Any], found.validated_data)

    def once(self, act: Callable[[], Response], *, is_required: bool = False) -> Response:
        def refused_or_done() -> Response:
            try:
                return act()
            except REFUSED as refused:
                return refusal_of(refused)

        return answered_once(self.request, self.user, refused_or_done, is_required=is_required)


class AvailabilityView(CalendarView):
    @extend_schema(**schema.AVAILABILITY)
    def get(self, request: Request) -> Response:
        asked = self.read(AvailabilityQuery, request.query_params.dict())
        found = find_availability(
            first=asked["from"],
            last=asked["to"],
            outcode=asked.get("outcode", ""),
            minutes=asked.get("minutes"),
        )
        slots = [
            slot_as_answer(
                slot,
                ticket=ticket_of(slot, user=self.user),
                surveyor=found.names[slot.surveyor_id],
            )
            for slot in found.slots
        ]
        closed = days_as_answer(found.closed)
        return Response(
            {"slots": slots, "minutes": found.minutes, "closed": closed, "unread": found.unread}
        )


class BookingsView(CalendarView):
    @extend_schema(**schema.BOOK)
    def post(self, request: Request) -> Response:
        return self.once(lambda: self._book(request), is_required=True)

    def _book(self, request: Request) -> Response:
        asked = self.read(BookingRequest, request.data)
        person = find_or_create_person(phone=asked["phone"], name=asked["name"])
        lead = open_lead(person=person)
        try:
            survey = book_survey(
                person=person,
                lead=lead,
                slot=asked["slot"],
                postcode=asked["postcode"],
                address=asked.get("address", ""),
                access_notes=asked.get("access_notes", ""),
                source=self.source,
                by=self.user,
            )
        except AlreadyBookedError as error:
            return already_booked(error.survey, asked["postcode"])
        is_theirs = survey.source == self.source or knows_place(survey, asked["postcode"])
        if not is_theirs:  # booked elsewhere, for this very time
            return already_booked(survey, asked["postcode"])
        self._note(lead, survey, asked)
        write_now(survey)
        return Response(survey_as_answer(survey), status=201)

    def _note(self, lead: Lead, survey: Survey, asked: dict[str, Any]) -> None:
        """Not where a repeat says that it is elsewhere: the office is asked which is right."""
        facts = {
            FactKey.CUSTOMER_NAME: asked["name"],
            FactKey.POSTCODE: asked["postcode"],
            FactKey.EMAIL: asked.get("email"),
            FactKey.ADDRESS: asked.get("address"),
        }
        known = {
            key: value
            for key, value in facts.items()
            if value and not (key in PLACE and is_elsewhere(key.value, value, survey))
        }
        note_facts(lead=lead, facts=known, source=self.source)


class BookingView(CalendarView):
    @extend_schema(**schema.READ)
    def get(self, request: Request, survey_id: int) -> Response:
        return Response(survey_as_answer(_survey(survey_id)))

    @extend_schema(**schema.MOVE)
    def patch(self, request: Request, survey_id: int) -> Response:
        return self.once(lambda: self._move(request, _survey(survey_id)))

    @extend_schema(**schema.CANCEL)
    def delete(self, request: Request, survey_id: int) -> Response:
        return self.once(lambda: self._cancel(request, _survey(survey_id)))

    def _move(self, request: Request, survey: Survey) -> Response:
        asked = self.read(MoveRequest, request.data)
        moved = move_survey(
            survey=survey,
            slot=asked["slot"],
            source=self.source,
            by=self.user,
            reason=asked.get("reason", ""),
        )
        write_now(moved)
        return Response(survey_as_answer(_survey(moved.pk)))

    def _cancel(self, request: Request, survey: Survey) -> Response:
        asked = self.read(CancelRequest, request.data or {})
        is_mine = cancel_survey(
            survey=survey, source=self.source, by=self.user, reason=asked.get("reason", "")
        )
        survey = _survey(survey.pk)
        if not is_mine and survey.status in NOT_LIVE:
            state = survey.get_status_display().lower()
            raise NotBookedError(f"The survey is {state}: it cannot be cancelled.")
        return Response(survey_as_answer(survey))


def _survey(survey_id: int) -> Survey:
    rows = Survey.objects.select_related("person", "lead", "surveyor")
    survey = rows.filter(pk=survey_id).first()
    if survey is None:
        raise NotFound("There is no such booking.")
    return survey
