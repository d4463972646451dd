import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.graph import AISHA, TOM, Graph, error_of

EVENTS = f"/users/{TOM}/events"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "InvalidAuthenticationToken"),
        (403, "ErrorAccessDenied"),
        (404, "ErrorItemNotFound"),
        (410, "syncStateNotFound"),
        (412, "ErrorIrresolvableConflict"),
        (429, "ApplicationThrottled"),
        (500, "ErrorInternalServerError"),
        (503, "ErrorServerBusy"),
        (418, "ErrorInvalidRequest"),
    ],
)
def test_a_status_comes_in_graph_s_own_shape(
    graph: Graph, sandbox: Sandbox, status: int, code: str
) -> None:
    sandbox.fault("microsoft", status=status)
    answer = graph.get(EVENTS)
    assert error_of(answer) == (status, code)
    assert answer.json()["error"]["innerError"]["request-id"] == answer.headers["request-id"]
    assert ("retry-after" in answer.headers) == (status in (429, 503))


def test_a_fault_at_the_login_has_the_login_s_shape(graph: Graph, sandbox: Sandbox) -> None:
    sandbox.fault("microsoft", route="/token", status=503)
    answer = graph.login()
    assert answer.status_code == 503
    assert answer.json()["error_codes"] == [90033]


def test_a_fault_for_any_route_leaves_the_login_alone(graph: Graph, sandbox: Sandbox) -> None:
    sandbox.fault("microsoft", status=500)
    assert graph.login().status_code == 200
    assert graph.get(EVENTS).status_code == 500


def test_a_fault_may_wait_for_a_method(graph: Graph, sandbox: Sandbox) -> None:
    sandbox.fault("microsoft", route="/events", method="POST", status=500)
    assert graph.get(EVENTS).status_code == 200
    assert graph.create().status_code == 500


def test_a_cut_after_the_work_leaves_the_event_behind(graph: Graph, sandbox: Sandbox) -> None:
    sandbox.fault("microsoft", cut="after")
    with pytest.raises(httpx.RemoteProtocolError):
        graph.create(transactionId="t1")
    assert len(sandbox.http.get(f"/_calendar/{TOM}").json()) == 1
    assert graph.create(transactionId="t1").status_code == 201
    assert len(sandbox.http.get(f"/_calendar/{TOM}").json()) == 1


def test_a_cut_before_the_work_leaves_nothing_behind(graph: Graph, sandbox: Sandbox) -> None:
    sandbox.fault("microsoft", cut="before")
    with pytest.raises(httpx.RemoteProtocolError):
        graph.create()
    assert sandbox.http.get(f"/_calendar/{TOM}").json() == []


def test_mailbox_errors_are_microsoft_s_alone(sandbox: Sandbox) -> None:
    fault = {"vendor": "anthropic", "mailbox_errors": {TOM: "5009"}}
    assert sandbox.post("/_faults", fault).status_code == 400


def test_a_fifth_call_at_once_is_too_many_for_one_mailbox(graph: Graph) -> None:
    graph.order(latency_seconds=0.5)
    paths = [EVENTS] * 5 + [f"/users/{AISHA}/events"]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(graph.get, paths))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [429]
    assert answers[-1].status_code == 200
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert refused.json()["error"]["code"] == "ApplicationThrottled"
    assert refused.headers["retry-after"] == "1"


def test_places_are_given_back(graph: Graph, sandbox: Sandbox) -> None:
    for _ in range(6):
        sandbox.fault("microsoft", cut="after")
        with pytest.raises(httpx.RemoteProtocolError):
            graph.get(EVENTS)
    assert graph.get(f"{EVENTS}/nothing").status_code == 404
    assert [graph.get(EVENTS).status_code for _ in range(5)] == [200] * 5


def test_the_latency_is_what_was_ordered(graph: Graph) -> None:
    graph.order(latency_seconds=0.15)
    started = time.monotonic()
    graph.get(EVENTS)
    assert 0.15 <= time.monotonic() - started < 1


def test_a_client_s_own_id_comes_back(graph: Graph) -> None:
    answer = graph.ask("GET", EVENTS, headers={"client-request-id": "mine"})
    assert answer.headers["client-request-id"] == "mine"


def test_an_unknown_route_says_so(graph: Graph) -> None:
    assert error_of(graph.get("/me/calendar")) == (404, "ResourceNotFound")
