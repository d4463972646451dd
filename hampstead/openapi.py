"""What the description of the API says of itself: data for drf-spectacular."""

from typing import Any

DESCRIPTION = """\
Free times for a survey (a site visit), and booking, moving and cancelling one.

Times are ISO 8601 with their offset; days and words are London's. Whatever cannot be checked in a
surveyor's calendar is not offered: the answer is 502 or 503 then, never a guess.

Every error has the same shape: `code` (of the error catalogue, or empty), `error`, `reason` (one
stable word to decide by), `detail` (a sentence for people), and `fields` where they are wrong.
"""

OPENAPI: dict[str, Any] = {
    "TITLE": "Hampstead Renovations: surveys",
    "DESCRIPTION": DESCRIPTION,
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["leads.api.schema.only_api"],  # webhooks are none of it
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {"SurveyStatus": "leads.models.Survey.Status"},
}
