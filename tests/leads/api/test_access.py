"""Who may use the API, how often, and what it makes of hostile posts."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db.utils import OperationalError
from django.test import Client
from rest_framework.authtoken.models import Token, TokenProxy
from rest_framework.settings import api_settings

from hampstead.core.errors import BreakerOpenError, CalendarError, RateLimitError
from hampstead.core.models import AuditEntry
from leads.api import views
from leads.models import Survey, Surveyor
from tests.factories.leads import SurveyFactory
from tests.leads.api.calls import AVAILABILITY, BOOKINGS, Caller, caller, reason
from tests.leads.calendars import at, monday
from tests.leads.calendars import tom as tom

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
CALLS = [
    ("GET", AVAILABILITY),
    ("POST", BOOKINGS),
    ("GET", f"{BOOKINGS}/1"),
    ("PATCH", f"{BOOKINGS}/1"),
    ("DELETE", f"{BOOKINGS}/1"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("token", ["", "nonsense", "é"])
def test_nobody_comes_in_without_a_token(method: str, path: str, token: str) -> None:
    headers = {"Authorization": f"Token {token}"} if token else {}
    answer = Client().generic(method, path, "{}", content_type="application/json", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["reason"] in ("not_authenticated", "authentication_failed")
    assert answer.headers["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_being_signed_in_to_the_admin_is_no_token(portal: Caller, method: str, path: str) -> None:
    browser = Client()
    browser.force_login(portal.user)
    assert browser.generic(method, path, "{}", content_type="application/json").status_code == 401


def test_a_member_of_staff_who_left_is_locked_out(portal: Caller) -> None:
    portal.user.is_active = False
    portal.user.save()
    assert portal.free().status_code == 401


def test_who_may_only_look_changes_nothing(tom: Surveyor) -> None:
    looker = caller("view_survey", username="looker")
    survey = SurveyFactory(surveyor=tom, starts_at=at(10))
    path = f"{BOOKINGS}/{survey.pk}"
    assert looker.free().status_code == looker.ask("GET", path).status_code == 200
    for answer in (
        looker.book(looker.slot("15:00")),
        looker.ask("PATCH", path, {"slot": looker.slot("15:00")}),
        looker.ask("DELETE", path),
    ):
        assert reason(answer) == (403, "permission_denied")
    assert Survey.objects.get().status == Survey.Status.CONFIRMED


@pytest.mark.parametrize("more", [{}, {"is_staff": False}])
def test_without_the_permission_nothing_is_seen(tom: Surveyor, more: dict[str, Any]) -> None:
    permissions = ["view_survey", "change_survey"] if more else []
    stranger = caller(*permissions, username="stranger", **more)
    assert reason(stranger.free()) == (403, "permission_denied")


def test_no_page_of_the_admin_shows_a_token() -> None:
    assert not {Token, TokenProxy} & set(admin.site._registry)


def made(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    call_command("api_token", *words)
    return capsys.readouterr().out.strip()


def test_a_token_is_made_once_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    user = caller("view_survey").user
    Token.objects.all().delete()
    token = made(capsys, "portal")
    assert made(capsys, "portal") == token == Token.objects.get().key
    assert AuditEntry.objects.get(action="make API token").subject == f"staff:{user.pk}"


def test_a_new_token_makes_the_old_one_void(
    portal: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    new = made(capsys, "portal", "--new")
    assert portal.free().status_code == 401
    assert Caller(portal.user, new).free().status_code == 200


@pytest.mark.parametrize("more", [{"is_active": False}, {"is_staff": False}, {"username": "x"}])
def test_no_token_is_made_for_who_could_not_use_it(more: dict[str, Any]) -> None:
    caller("view_survey", **more)
    with pytest.raises(CommandError):
        call_command("api_token", "portal")


def test_no_token_is_made_for_who_may_see_nothing() -> None:
    caller()
    with pytest.raises(CommandError, match="view surveys"):
        call_command("api_token", "portal")


# --- how often ----------------------------------------------------------------------------
@pytest.fixture
def rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = {"calendar-read": "2/minute", "calendar-write": "1/minute"}
    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", rates)


@pytest.mark.usefixtures("rarely")
def test_too_many_requests_are_told_when_to_come_back(portal: Caller, tom: Surveyor) -> None:
    answers = [portal.free() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert reason(answers[-1]) == (429, "throttled")
    assert answers[-1].json()["code"] == "E011"
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.usefixtures("rarely")
def test_each_token_and_each_kind_has_its_own_rate(portal: Caller, tom: Surveyor) -> None:
    rival = caller("view_survey", "change_survey", username="rival")
    for _ in range(2):
        portal.free()
    assert rival.free().status_code == 200
    assert portal.ask("DELETE", f"{BOOKINGS}/1").status_code == 404
    assert portal.ask("DELETE", f"{BOOKINGS}/1").status_code == 429


# --- hostile posts ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"text"', 400),
        (b"[" * 30_000, 400),
        (b'{"slot": NaN}', 400),
        (b"\xff\xfe", 400),
        (b'{"slot": {"a": 1}}', 400),
        (b'{"surveyor": 1e400, "starts_at": "x"}', 400),
        (b'{"surveyor": 99999999999999999999999, "starts_at": "2026-12-01T10:00:00Z"}', 400),
        (b" " * 40_000, 413),
    ],
)
def test_a_hostile_post_is_refused_in_json(portal: Caller, body: bytes, number: int) -> None:
    answer = portal.ask("POST", BOOKINGS, body, Idempotency_Key="hostile")
    assert answer.status_code == number
    assert set(answer.json()) >= {"code", "error", "reason", "detail"}
    assert not Survey.objects.exists()


@pytest.mark.parametrize(
    ("kind", "number"), [("text/plain", 415), ("application/x-www-form-urlencoded", 415)]
)
def test_only_json_is_read(portal: Caller, kind: str, number: int) -> None:
    headers = {"Authorization": f"Token {portal.token}", "Idempotency-Key": "k"}
    answer = portal.http.generic("POST", BOOKINGS, "slot=1", content_type=kind, headers=headers)
    assert reason(answer) == (number, "unsupported_media_type")


def test_another_method_is_refused_in_json(portal: Caller) -> None:
    assert reason(portal.ask("PUT", BOOKINGS, {})) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    ("trouble", "number", "why", "code"),
    [
        (OperationalError("server closed the connection"), 503, "database_away", "E001"),
        (CalendarError("secret words of the vendor"), 502, "calendar_unreadable", "E009"),
        (BreakerOpenError("microsoft"), 503, "calendar_unreadable", "E012"),
        (RateLimitError("microsoft"), 503, "calendar_busy", "E011"),
    ],
)
def test_our_own_troubles_have_a_code_and_tell_no_secrets(
    portal: Caller,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Exception,
    number: int,
    why: str,
    code: str,
) -> None:
    def fail(**_named: Any) -> None:
        raise trouble

    monkeypatch.setattr(views, "find_availability", fail)
    answer = portal.free()
    assert (reason(answer), answer.json()["code"]) == ((number, why), code)
    assert "secret" not in answer.content.decode()


def test_whoever_is_told_to_wait_is_told_how_long(
    portal: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_named: Any) -> None:
        raise CalendarError("busy", retry_after=timedelta(seconds=6.2))

    monkeypatch.setattr(views, "find_availability", fail)
    assert portal.free().headers["Retry-After"] == "7"
