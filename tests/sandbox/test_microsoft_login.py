from typing import Any

import msal
import pytest
import requests

from tests.sandbox.conftest import Sandbox
from tests.sandbox.graph import SCOPE, TOM, Graph, error_of

AUTHORITY = "https://login.microsoftonline.com/a-tenant"


class Rewriting(requests.Session):
    """msal takes https addresses only; this puts the sandbox in place of Microsoft's host."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.trust_env = False
        self._url = url

    def request(self, method: str, url: str, **more: Any) -> requests.Response:  # type: ignore[override]
        ours = url.replace("https://login.microsoftonline.com", f"{self._url}/microsoft/login")
        return super().request(method, ours, timeout=5, **more)


def acquire(url: str) -> dict[str, Any]:
    with Rewriting(url) as http:
        app = msal.ConfidentialClientApplication(
            "app", client_credential="secret", authority=AUTHORITY, http_client=http
        )
        found: dict[str, Any] = app.acquire_token_for_client([SCOPE])
    return found


def test_msal_gets_a_token_that_graph_takes(graph: Graph, sandbox_url: str) -> None:
    graph.token = acquire(sandbox_url)["access_token"]
    assert graph.get(f"/users/{TOM}/events").status_code == 200


@pytest.mark.parametrize(
    ("login", "number"),
    [("wrong_secret", 7000215), ("expired_secret", 7000222), ("unknown_app", 700016)],
)
def test_a_login_that_was_ordered_to_fail_tells_msal_why(
    graph: Graph, sandbox_url: str, login: str, number: int
) -> None:
    graph.order(login=login)
    found = acquire(sandbox_url)
    assert found["error_codes"] == [number]
    assert found["error_description"].startswith(f"AADSTS{number}: ")


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"client_secret": None}, 7000216),
        ({"client_secret": None, "client_assertion": "no jwt"}, 50027),
        ({"grant_type": "password"}, 70003),
        ({"scope": "Calendars.ReadWrite"}, 1002012),
    ],
)
def test_a_wrong_form_is_refused(graph: Graph, changes: dict[str, Any], number: int) -> None:
    assert graph.login(**changes).json()["error_codes"] == [number]


def test_a_signed_assertion_works_in_place_of_a_secret(graph: Graph) -> None:
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    answer = graph.login(client_secret=None, client_assertion="a.b.c", client_assertion_type=kind)
    assert answer.json()["token_type"] == "Bearer"


@pytest.mark.parametrize("token", ["", "made up", "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.1-1.x"])
def test_graph_refuses_a_token_it_did_not_give(graph: Graph, token: str) -> None:
    graph.token = token
    assert error_of(graph.get(f"/users/{TOM}/events")) == (401, "InvalidAuthenticationToken")


def test_a_token_lasts_as_long_as_was_set(graph: Graph) -> None:
    graph.order(token_seconds=0)
    answer = graph.login().json()
    assert answer["expires_in"] == 0
    graph.token = answer["access_token"]
    assert graph.get(f"/users/{TOM}/events").status_code == 401


def test_a_revoked_token_is_refused_and_the_next_one_works(graph: Graph) -> None:
    graph.order(revoke_tokens=True)
    assert graph.get(f"/users/{TOM}/events").status_code == 401
    graph.token = graph.login().json()["access_token"]
    assert graph.get(f"/users/{TOM}/events").status_code == 200


def test_the_log_shows_no_secret_and_no_token(graph: Graph, sandbox: Sandbox) -> None:
    graph.get(f"/users/{TOM}/events")
    login, read = sandbox.log("microsoft")
    assert login["body"]["client_secret"] == "***"
    assert read["headers"]["authorization"] == "***"
