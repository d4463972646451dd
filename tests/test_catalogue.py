"""E001 to E015: complete, unique, each with a remedy and an HTTP answer of its own."""

import pytest

from hampstead.core import errors
from hampstead.core.errors import CATALOGUE, CatalogueError
from hampstead.core.webhooks import error_response

MEANINGS = {
    "E001": "Database connection failed",
    "E002": "Redis connection failed",
    "E003": "Claude API error",
    "E004": "Deepgram API error",
    "E005": "ElevenLabs API error",
    "E006": "WhatsApp API error",
    "E007": "VAPI API error",
    "E008": "HubSpot API error",
    "E009": "Calendar API error",
    "E010": "File storage failed",
    "E011": "Rate limit exceeded",
    "E012": "Circuit breaker is open",
    "E013": "Webhook signature invalid",
    "E014": "Conversation not found",
    "E015": "Lead qualification failed",
}
STATUSES = {"E011": 429, "E013": 401, "E014": 404, "E015": 500} | dict.fromkeys(
    ("E001", "E002", "E010", "E012"), 503
)
every_error = pytest.mark.parametrize("error", CATALOGUE.values(), ids=CATALOGUE)


def test_the_catalogue_is_complete() -> None:
    assert {code: error.entry.meaning for code, error in CATALOGUE.items()} == MEANINGS


def test_no_error_class_is_left_out() -> None:
    classes = [
        found
        for found in vars(errors).values()
        if isinstance(found, type)
        and issubclass(found, CatalogueError)
        and CatalogueError in found.__bases__  # a kind of one shares its code
    ]
    assert sorted(found.entry.code for found in classes) == sorted(MEANINGS)


@every_error
def test_an_entry_has_a_remedy(error: type[CatalogueError]) -> None:
    assert len(error.entry.remedy) > 20
    assert error.entry.remedy.endswith(".")


@every_error
def test_an_error_answers_its_http_status_and_code(error: type[CatalogueError]) -> None:
    response = error_response(error("secret detail"), {})
    assert response is not None
    assert response.status_code == STATUSES.get(error.entry.code, 502)
    assert response.data == {"code": error.entry.code, "error": error.entry.meaning}
