"""Whatever goes wrong, as JSON of one shape: {code, error, reason, detail, fields?}."""

import logging
from http import HTTPStatus
from math import ceil
from typing import Any

from django.db.utils import InterfaceError, OperationalError
from rest_framework import status
from rest_framework.exceptions import APIException, Throttled, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from hampstead.core.errors import (
    BreakerOpenError,
    CalendarError,
    CatalogueError,
    DatabaseError,
    RateLimitError,
)
from hampstead.core.logs import fields as log_fields
from leads.models import Survey
from leads.slot_checks import AlreadyBookedError, NotBookedError, SlotRefusedError
from leads.slots import Refusal

logger = logging.getLogger(__name__)
TAKEN = "taken"
REFUSED = (SlotRefusedError, NotBookedError)
UNREADABLE = "The calendar cannot be read just now, so nothing is offered or changed. Try again."
# The vendor's words are for staff; whoever calls hears ours.
_CATALOGUE: tuple[tuple[type[CatalogueError], str, str], ...] = (
    (CalendarError, "calendar_unreadable", UNREADABLE),
    (BreakerOpenError, "calendar_unreadable", UNREADABLE),
    (RateLimitError, "calendar_busy", "The calendar is asked too often just now. Try again."),
    (DatabaseError, "database_away", "We cannot reach our own database just now. Try again."),
)


class ReasonedError(APIException):
    """`reason`: one stable word; `words`: a sentence for people."""

    def __init__(self, reason: str, words: str, *, retry_after: int | None = None) -> None:
        super().__init__(words, code=reason)
        self.reason = reason
        self.retry_after = retry_after


class RequestError(ReasonedError):
    status_code = status.HTTP_400_BAD_REQUEST


class ConflictError(ReasonedError):
    status_code = status.HTTP_409_CONFLICT


class KeyReusedError(ReasonedError):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY


def problem(number: int, *, reason: str, detail: str, code: str = "", **more: Any) -> Response:
    title = more.pop("error", HTTPStatus(number).phrase)
    body = {"code": code, "error": title, "reason": reason, "detail": detail, **more}
    return Response(body, status=number)


def refusal_of(refused: Exception) -> Response:
    """409 for what the rules or the rows do not allow; `refused` is one of REFUSED."""
    if isinstance(refused, SlotRefusedError):
        why = refused.refusal
        reason = why.value if isinstance(why, Refusal) else TAKEN
        return problem(409, reason=reason, detail=why.words)
    return problem(409, reason="not_booked", detail=str(refused))


def already_booked(survey: Survey, postcode: str) -> Response:
    """When and which only to those who know where: a telephone number is no secret."""
    if not knows_place(survey, postcode):
        return problem(409, reason="already_booked", detail="A survey is booked already.")
    detail = str(AlreadyBookedError(survey))
    return problem(409, reason="already_booked", detail=detail, survey=survey.pk)


def knows_place(survey: Survey, postcode: str) -> bool:
    """By the whole postcode: half of one is easily guessed."""
    return " " in postcode and postcode == survey.postcode


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """For APIView.get_exception_handler; None: a bug, which Django reports as it does all bugs."""
    if isinstance(error, OperationalError | InterfaceError):
        logger.error("database is away", extra=log_fields(code="E001", why=type(error).__name__))
        error = DatabaseError(type(error).__name__)
    if isinstance(error, CatalogueError):
        return _catalogue(error)
    response = exception_handler(error, context)
    if response is None:
        return None
    plain = problem(
        response.status_code,
        reason=_reason(error, response),
        detail=_detail(error, response),
        **_more(error, response),
    )
    response.data = plain.data
    if isinstance(error, ReasonedError) and error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    return response


def _catalogue(error: CatalogueError) -> Response:
    reason, detail = next(
        (found[1:] for found in _CATALOGUE if isinstance(error, found[0])),
        ("internal", "This cannot be answered just now. Try again."),
    )
    # Our own limit towards the vendor is not the caller's doing.
    number = 503 if isinstance(error, RateLimitError) else error.entry.http_status
    response = problem(
        number, reason=reason, detail=detail, code=error.code, error=error.entry.meaning
    )
    if error.retry_after is not None:
        response["Retry-After"] = str(ceil(error.retry_after.total_seconds()))
    return response


def _reason(error: Exception, response: Response) -> str:
    if isinstance(error, ReasonedError):
        return error.reason
    if isinstance(error, APIException):
        return str(error.default_code)
    return "not_found" if response.status_code == status.HTTP_404_NOT_FOUND else "permission_denied"


def _detail(error: Exception, response: Response) -> str:
    if isinstance(error, ValidationError):
        return "Something in the request is not right; `fields` says what."
    return str(response.data.get("detail", ""))


def _more(error: Exception, response: Response) -> dict[str, Any]:
    if isinstance(error, ValidationError):
        return {"fields": response.data}
    if isinstance(error, Throttled):
        entry = RateLimitError.entry
        return {"code": entry.code, "error": entry.meaning}
    return {}
