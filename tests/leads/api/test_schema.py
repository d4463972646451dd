"""The description of the API says what the API does."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from leads.api.problems import TAKEN
from leads.api.schema import CONFLICT
from leads.models import Survey
from leads.slots import Refusal
from tests.leads.api.calls import Caller

pytestmark = pytest.mark.django_db
BOOKING = "/api/v1/calendar/bookings/{survey_id}"
OPERATIONS = {
    "find_free_times": ("/api/v1/calendar/availability", "get"),
    "book_survey": ("/api/v1/calendar/bookings", "post"),
    "read_survey": (BOOKING, "get"),
    "move_survey": (BOOKING, "patch"),
    "cancel_survey": (BOOKING, "delete"),
}
SPEECH = {
    "transcribe": ("/api/v1/voice/transcribe", "post"),
    "synthesize": ("/api/v1/voice/synthesize", "post"),
}


@pytest.fixture(scope="module")
def described() -> Any:
    GENERATOR_STATS.reset()
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    return generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


def operation(described: Any, name: str) -> Any:
    path, method = OPERATIONS[name]
    return described["paths"][path][method]


def test_it_is_made_without_warnings_and_is_valid(described: Any) -> None:
    assert not GENERATOR_STATS
    validate_schema(described)  # type: ignore[no-untyped-call]


def test_it_describes_the_api_and_nothing_else(described: Any) -> None:
    found = {
        each["operationId"]: (path, method)
        for path, methods in described["paths"].items()
        for method, each in methods.items()
    }
    assert found == OPERATIONS | SPEECH


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_call_names_its_errors_with_examples(described: Any, name: str) -> None:
    responses = operation(described, name)["responses"]
    assert {"401", "403", "429"} < set(responses)
    for number, response in responses.items():
        content = response["content"]["application/json"]
        assert content["examples"]
        if int(number) >= 400:
            assert content["schema"]["$ref"].endswith("/ProblemAnswer")
            for example in content["examples"].values():
                assert {"code", "error", "reason", "detail"} <= set(example["value"])


@pytest.mark.parametrize(
    ("name", "is_required"),
    [("book_survey", True), ("move_survey", False), ("cancel_survey", False)],
)
def test_the_key_is_described(described: Any, name: str, is_required: bool) -> None:
    parameters = {each["name"]: each for each in operation(described, name)["parameters"]}
    key = parameters["Idempotency-Key"]
    assert (key["in"], key.get("required", False)) == ("header", is_required)
    assert key["description"]


@pytest.mark.parametrize("name", ["find_free_times", "book_survey", "move_survey"])
def test_a_calendar_that_cannot_be_read_is_an_answer_too(described: Any, name: str) -> None:
    responses = operation(described, name)["responses"]
    (example,) = responses["502"]["content"]["application/json"]["examples"].values()
    assert (example["value"]["code"], example["value"]["reason"]) == ("E009", "calendar_unreadable")


def test_every_reason_for_a_conflict_is_named() -> None:
    for refusal in Refusal:
        assert refusal.value in str(CONFLICT.description)


def test_every_status_is_named(described: Any) -> None:
    schemas = described["components"]["schemas"]
    assert set(schemas["SurveyStatus"]["enum"]) == set(Survey.Status.values)


def test_the_requests_have_examples(described: Any) -> None:
    for name in ("book_survey", "move_survey"):
        body = operation(described, name)["requestBody"]["content"]["application/json"]
        assert body["examples"]


@pytest.mark.parametrize(("accept", "begins"), [("application/json", b"{"), ("*/*", b"openapi:")])
def test_staff_read_it_with_a_token(portal: Caller, accept: str, begins: bytes) -> None:
    headers = {"Authorization": f"Token {portal.token}", "Accept": accept}
    answer = portal.http.get("/api/v1/schema", headers=headers)
    assert answer.status_code == 200
    assert answer.content.lstrip().startswith(begins)


def test_staff_read_it_when_signed_in(portal: Caller) -> None:
    portal.http.force_login(portal.user)
    assert portal.http.get("/api/v1/schema").status_code == 200


def test_nobody_else_reads_it() -> None:
    assert Client().get("/api/v1/schema").status_code == 401


def test_the_page_for_people_names_every_refusal_and_rate() -> None:
    page = (Path(settings.BASE_DIR) / "docs" / "API.md").read_text()
    reasons = {*(refusal.value for refusal in Refusal), TAKEN, "already_booked", "not_booked"}
    assert {reason for reason in reasons if f"`{reason}`" not in page} == set()
    rates = settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    assert rates == {"calendar-read": "120/minute", "calendar-write": "30/minute"}
    assert "read 120 times and change 30 times a minute" in page
