"""How the API is described for OpenAPI: parameters, headers, errors and examples."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse

from leads.api.idempotency import HEADER, REPLAYED
from leads.api.serializers import (
    LONGEST_MINUTES,
    MOST_DAYS,
    SHORTEST_MINUTES,
    AvailabilityAnswer,
    BookingRequest,
    CancelRequest,
    MoveRequest,
    ProblemAnswer,
    SurveyAnswer,
)

PREFIX = "/api/v1/"
TAGS = ["calendar"]
SLOT = "WzEsMTc5NjE5NDIwMCwxNzk2MTk2OTAwLDVd:1vNq3k:Zr0…"
SURVEY = {
    "id": 17,
    "status": "confirmed",
    "surveyor_id": 1,
    "surveyor": "Tom Whitfield",
    "starts_at": "2026-12-01T10:30:00+00:00",
    "ends_at": "2026-12-01T11:15:00+00:00",
    "text": "Tuesday 1 December at 10:30",
    "postcode": "NW3 2QG",
    "needs_approval": False,
}


def only_api(endpoints: Iterable[tuple[str, Any, str, Any]]) -> list[tuple[str, Any, str, Any]]:
    """The webhooks speak the languages of their vendors."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(PREFIX)]


def _problem(
    reason: str, detail: str, *, error: str, code: str = "", **more: Any
) -> dict[str, Any]:
    return {"code": code, "error": error, "reason": reason, "detail": detail, **more}


def _failed(description: str, *examples: dict[str, Any]) -> OpenApiResponse:
    shown = [OpenApiExample(each["reason"], value=each, response_only=True) for each in examples]
    return OpenApiResponse(ProblemAnswer, description=description, examples=shown)


BAD = _failed(
    "The request is not right, or names a time that is none.",
    _problem(
        "invalid",
        "Something in the request is not right; `fields` says what.",
        error="Bad Request",
        fields={"phone": ["This is no telephone number."]},
    ),
    _problem("past", "`from` lies in the past.", error="Bad Request"),
    _problem("no_zone", "The time needs its offset, such as Z or +01:00.", error="Bad Request"),
)
UNKNOWN = _failed(
    "Without a valid token.",
    _problem("authentication_failed", "Invalid token.", error="Unauthorized"),
)
FORBIDDEN = _failed(
    "The token's owner may not do this.",
    _problem("permission_denied", "You do not have permission.", error="Forbidden"),
)
MISSING = _failed(
    "No such booking.", _problem("not_found", "There is no such booking.", error="Not Found")
)
CONFLICT = _failed(
    "The time cannot be had, and `reason` says why: past, too_soon, too_far, closed_day, day_off, "
    "outside_hours, busy, too_close, full_day, gap_too_short, taken, slot_expired. Or "
    "already_booked (`survey` says which, if the postcode is its own), not_booked, in_progress.",
    _problem("taken", "That time has just been taken.", error="Conflict"),
    _problem("closed_day", "We are closed on that day.", error="Conflict"),
    _problem(
        "already_booked",
        "A survey is booked already: Tuesday 1 December at 10:30. Move it instead.",
        error="Conflict",
        survey=17,
    ),
)
REUSED = _failed(
    f"The {HEADER} was sent with another request.",
    _problem("key_reused", f"This {HEADER} was sent with another request.",
             error="Unprocessable Entity"),
)  # fmt: skip
THROTTLED = _failed(
    "Too many requests of this token; `Retry-After` says how long to wait.",
    _problem("throttled", "Request was throttled.", error="Rate limit exceeded", code="E011"),
)
UNREADABLE = _problem(
    "calendar_unreadable",
    "The calendar cannot be read just now, so nothing is offered or changed. Try again.",
    error="Calendar API error",
    code="E009",
)
AWAY = {
    502: _failed("The calendar cannot be read. Nothing was made up or changed.", UNREADABLE),
    503: _failed(
        "The calendar (or our database) is known to be away; `Retry-After` may say how long.",
        {**UNREADABLE, "error": "Circuit breaker is open", "code": "E012"},
    ),
}
ALWAYS = {401: UNKNOWN, 403: FORBIDDEN, 429: THROTTLED}

KEY = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="A new value for each booking, such as a UUID; the same again for a repeat. Kept "
    f"for 24 hours. A kept answer comes with `{REPLAYED}: true`.",
    examples=[OpenApiExample("a UUID", value="0b6f1f5e-8a8e-4b7c-9f7e-0d5a6f2a9c11")],
)
KEY_IF_WANTED = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=False,
    description="As for booking, if you want a repeat to be answered the same.",
)

ID = OpenApiParameter(
    "survey_id", OpenApiTypes.INT, OpenApiParameter.PATH, description="the booking's `id`"
)


def _day(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(
        name,
        OpenApiTypes.DATE,
        required=True,
        description=description,
        examples=[OpenApiExample("a day", value="2026-12-01")],
    )


AVAILABILITY: dict[str, Any] = {
    "operation_id": "find_free_times",
    "tags": TAGS,
    "summary": "Free times",
    "description": "Every start that could be booked now, by time and surveyor.",
    "parameters": [
        _day("from", "the first day, in London; today at the earliest"),
        _day("to", f"the last day, included; {MOST_DAYS} days at most"),
        OpenApiParameter("outcode", description="where to, like NW3: for the way between visits"),
        OpenApiParameter(
            "minutes",
            OpenApiTypes.INT,
            description=f"how long, {SHORTEST_MINUTES} to {LONGEST_MINUTES}; else as usual",
        ),
    ],
    "responses": {200: AvailabilityAnswer, 400: BAD, **ALWAYS, **AWAY},
    "examples": [
        OpenApiExample(
            "one free time",
            value={
                "slots": [
                    {
                        "slot": SLOT,
                        "surveyor_id": 1,
                        "surveyor": "Tom Whitfield",
                        "starts_at": SURVEY["starts_at"],
                        "ends_at": SURVEY["ends_at"],
                        "text": SURVEY["text"],
                    }
                ],
                "minutes": 45,
                "closed": ["2026-12-25"],
                "unread": [],
            },
            response_only=True,
            status_codes=["200"],
        )
    ],
}
_BOOKED = OpenApiExample("a survey", value=SURVEY, response_only=True, status_codes=["200", "201"])
BOOK: dict[str, Any] = {
    "operation_id": "book_survey",
    "tags": TAGS,
    "summary": "Book a survey",
    "description": "`provisional` until the surveyor's calendar has accepted it, which mostly "
    "happens within this request; then `confirmed`. We tell the customer ourselves.",
    "parameters": [KEY],
    "request": BookingRequest,
    "responses": {
        201: SurveyAnswer, 400: BAD, 409: CONFLICT, 422: REUSED, **ALWAYS, **AWAY,
    },
    "examples": [
        OpenApiExample(
            "a slot that was offered",
            value={
                "slot": SLOT,
                "name": "Sarah Chen",
                "phone": "07700 900123",
                "email": "sarah@example.com",
                "postcode": "NW3 2QG",
                "address": "12 Flask Walk",
                "access_notes": "The bell does not work, please knock.",
            },
            request_only=True,
        ),
        OpenApiExample(
            "a time of their own",
            value={
                "surveyor": 1,
                "starts_at": SURVEY["starts_at"],
                "name": "Sarah Chen",
                "phone": "07700 900123",
                "postcode": "NW3 2QG",
            },
            request_only=True,
        ),
        _BOOKED,
    ],
}  # fmt: skip
_CHANGED = {400: BAD, 404: MISSING, 409: CONFLICT, 422: REUSED, **ALWAYS}
READ: dict[str, Any] = {
    "operation_id": "read_survey",
    "tags": TAGS,
    "summary": "How a survey stands",
    "description": "Whoever made it: the assistant, the office or this API.",
    "parameters": [ID],
    "responses": {200: SurveyAnswer, 404: MISSING, **ALWAYS},
    "examples": [_BOOKED],
}
MOVE: dict[str, Any] = {
    "operation_id": "move_survey",
    "tags": TAGS,
    "summary": "Move a survey",
    "description": "The old time is kept until the new one is ours.",
    "parameters": [ID, KEY_IF_WANTED],
    "request": MoveRequest,
    "responses": {200: SurveyAnswer, **_CHANGED, **AWAY},
    "examples": [
        OpenApiExample(
            "to another slot",
            value={"slot": SLOT, "reason": "The builder comes that day."},
            request_only=True,
        ),
        _BOOKED,
    ],
}
CANCEL: dict[str, Any] = {
    "operation_id": "cancel_survey",
    "tags": TAGS,
    "summary": "Cancel a survey",
    "description": "Once more is no error. The calendar follows by itself. The body may be "
    '`{"reason": "…"}`: why, for staff.',
    "parameters": [ID, KEY_IF_WANTED],
    "request": CancelRequest,
    "responses": {200: SurveyAnswer, **_CHANGED},
    "examples": [
        OpenApiExample(
            "cancelled",
            value={**SURVEY, "status": "cancelled"},
            response_only=True,
            status_codes=["200"],
        ),
    ],
}
