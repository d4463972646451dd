from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.graph import AISHA, TOM, Graph, Webhook, error_of, listening

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    with listening() as webhook:
        yield webhook


def subscribe(graph: Graph, webhook: Webhook, mailbox: str = TOM, **changes: Any) -> httpx.Response:
    graph.order(now=NOW.isoformat())
    body = {
        "changeType": "created,updated,deleted",
        "notificationUrl": webhook.url,
        "lifecycleNotificationUrl": f"{webhook.url}/lifecycle",
        "resource": f"users/{mailbox}/events",
        "expirationDateTime": (NOW + timedelta(days=6)).isoformat(),
        "clientState": "our secret",
        **changes,
    }
    return graph.ask("POST", "/subscriptions", json=body)


def test_both_addresses_are_called_before_the_answer(graph: Graph, webhook: Webhook) -> None:
    answer = subscribe(graph, webhook)
    assert answer.status_code == 201
    assert sorted(webhook.validated) == ["/microsoft/webhook", "/microsoft/webhook/lifecycle"]


def test_an_address_that_does_not_give_the_token_back_is_refused(
    graph: Graph, webhook: Webhook
) -> None:
    webhook.has_manners = False
    assert error_of(subscribe(graph, webhook)) == (400, "ValidationError")


def test_another_machine_is_never_called(graph: Graph, webhook: Webhook) -> None:
    answer = subscribe(graph, webhook, notificationUrl="https://office.example/webhook")
    assert error_of(answer) == (400, "ValidationError")


def test_without_validation_any_address_is_taken(graph: Graph, webhook: Webhook) -> None:
    graph.order(validates=False)
    answer = subscribe(graph, webhook, notificationUrl="https://office.example/webhook")
    assert answer.status_code == 201
    assert webhook.validated == []


@pytest.mark.parametrize(
    "changes",
    [
        {"expirationDateTime": (NOW - timedelta(minutes=1)).isoformat()},
        {"expirationDateTime": (NOW + timedelta(days=7, minutes=1)).isoformat()},
        {"changeType": "renamed"},
        {"clientState": "x" * 129},
        {"resource": "me/messages"},
        {"notificationUrl": "ftp://127.0.0.1/"},
        {"notificationUrl": None},
    ],
)
def test_an_impossible_subscription_is_refused(
    graph: Graph, webhook: Webhook, changes: dict[str, Any]
) -> None:
    assert subscribe(graph, webhook, **changes).status_code == 400


def test_a_second_one_for_the_same_changes_is_a_duplicate(graph: Graph, webhook: Webhook) -> None:
    subscribe(graph, webhook)
    assert subscribe(graph, webhook).status_code == 409
    assert subscribe(graph, webhook, AISHA).status_code == 201


def test_a_mailbox_out_of_scope_cannot_be_watched(graph: Graph, webhook: Webhook) -> None:
    graph.order(scope=[AISHA])
    assert subscribe(graph, webhook).status_code == 403


def test_a_short_life_is_raised_to_three_quarters_of_an_hour(
    graph: Graph, webhook: Webhook
) -> None:
    soon = (NOW + timedelta(minutes=5)).isoformat()
    answer = subscribe(graph, webhook, expirationDateTime=soon).json()
    assert answer["expirationDateTime"].startswith("2026-12-01T09:45:00")


def test_a_subscription_is_renewed(graph: Graph, webhook: Webhook) -> None:
    path = f"/subscriptions/{subscribe(graph, webhook).json()['id']}"
    later = {"expirationDateTime": "2026-12-08T08:00:00Z"}
    graph.ask("PATCH", path, json=later)
    assert graph.get(path).json()["expirationDateTime"].startswith("2026-12-08T08:00:00")


def test_an_expired_subscription_is_gone(graph: Graph, webhook: Webhook) -> None:
    path = f"/subscriptions/{subscribe(graph, webhook).json()['id']}"
    graph.order(now=(NOW + timedelta(days=6)).isoformat())
    later = {"expirationDateTime": "2026-12-10T08:00:00Z"}
    assert error_of(graph.ask("PATCH", path, json=later)) == (404, "ResourceNotFound")


def test_a_deleted_subscription_is_told_nothing(graph: Graph, webhook: Webhook) -> None:
    path = f"/subscriptions/{subscribe(graph, webhook).json()['id']}"
    assert graph.ask("DELETE", path).status_code == 204
    assert graph.ask("DELETE", path).status_code == 404
    subscribe(graph, webhook, AISHA)
    graph.create(TOM)
    other = graph.event(AISHA)
    assert webhook.notices(1)[0]["resourceData"]["id"] == other["id"]


def test_every_change_is_told_with_the_client_state_and_no_data(
    graph: Graph, webhook: Webhook
) -> None:
    subscription = subscribe(graph, webhook).json()
    event = graph.event()
    (notice,) = webhook.notices(1)
    assert notice["subscriptionId"] == subscription["id"]
    assert notice["clientState"] == "our secret"
    assert notice["changeType"] == "created"
    assert notice["resourceData"]["id"] == event["id"]
    assert notice["resource"].startswith("Users/")
    assert "subject" not in notice["resourceData"]


def test_a_person_s_changes_are_told_too(graph: Graph, webhook: Webhook, sandbox: Sandbox) -> None:
    subscribe(graph, webhook)
    entry = graph.person_adds("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z")
    webhook.notices(1)
    sandbox.http.delete(f"/_calendar/{TOM}/events/{entry['id']}")
    assert [notice["changeType"] for notice in webhook.notices(2)] == ["created", "deleted"]


def test_only_the_kinds_asked_for_are_told(graph: Graph, webhook: Webhook) -> None:
    subscribe(graph, webhook, changeType="deleted")
    graph.ask("DELETE", f"/users/{TOM}/events/{graph.event()['id']}")
    assert webhook.notices(1)[0]["changeType"] == "deleted"


def test_a_notice_that_was_refused_comes_again(graph: Graph, webhook: Webhook) -> None:
    webhook.answers = [503]
    subscribe(graph, webhook)
    graph.create()
    first, again = webhook.notices(2)
    assert first == again


def test_silence_hides_changes(graph: Graph, webhook: Webhook) -> None:
    subscribe(graph, webhook)
    graph.order(is_silent=True)
    graph.create()
    graph.order(is_silent=False)
    heard = graph.event()
    assert webhook.notices(1)[0]["resourceData"]["id"] == heard["id"]


def test_a_lifecycle_event_goes_to_its_own_address(graph: Graph, webhook: Webhook) -> None:
    subscription = subscribe(graph, webhook).json()
    posted = graph.order(lifecycle={"mailbox": TOM, "event": "missed"})["posted"]
    assert posted[0]["url"].endswith("/lifecycle")
    assert posted[0]["app_status"] == 202
    (notice,) = webhook.notices(1)
    assert (notice["lifecycleEvent"], notice["subscriptionId"]) == ("missed", subscription["id"])


def test_a_removed_subscription_is_gone_when_its_owner_hears_of_it(
    graph: Graph, webhook: Webhook
) -> None:
    path = f"/subscriptions/{subscribe(graph, webhook).json()['id']}"
    graph.order(lifecycle={"mailbox": TOM, "event": "subscriptionRemoved"})
    assert graph.get(path).status_code == 404


def test_lost_subscriptions_are_gone_without_a_word(graph: Graph, webhook: Webhook) -> None:
    path = f"/subscriptions/{subscribe(graph, webhook).json()['id']}"
    graph.order(lose_subscriptions=True)
    assert graph.get(path).status_code == 404
    assert webhook.posts == []


def test_a_false_notice_can_be_posted(graph: Graph, webhook: Webhook) -> None:
    subscribe(graph, webhook)
    graph.order(is_silent=True)
    notify = {"mailbox": TOM, "event": graph.event()["id"], "with": {"clientState": "guessed"}}
    graph.order(notify={**notify, "times": 2})
    assert [notice["clientState"] for notice in webhook.notices(2)] == ["guessed"] * 2


@pytest.mark.parametrize(
    "order",
    [
        {"colour": "red"},
        {"latency_seconds": "slow"},
        {"login": "sometimes"},
        {"scope": "everybody"},
        {"now": "2026-12-01"},
        {"lose_delta": "maybe"},
        {"lifecycle": {"mailbox": TOM, "event": "missed"}},
        {"notify": {"mailbox": TOM}},
    ],
)
def test_a_wrong_order_is_refused(sandbox: Sandbox, order: dict[str, Any]) -> None:
    assert sandbox.post("/_microsoft", order).status_code == 400


def test_a_reset_forgets_subscriptions_and_orders(
    graph: Graph, webhook: Webhook, sandbox: Sandbox
) -> None:
    subscribe(graph, webhook)
    sandbox.post("/_reset", {})
    conduct = sandbox.http.get("/_microsoft").json()
    assert (conduct["subscriptions"], conduct["now"]) == ([], None)
