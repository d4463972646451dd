"""Asking Microsoft to tell us of changes. It calls the address back before it answers."""

from datetime import UTC, datetime

from leads.outlook.events import rows
from leads.outlook.graph import Ask, Graph, Json, segment, unreadable
from leads.outlook.refusals import CalendarConflictError
from leads.outlook.shapes import Subscription
from leads.outlook.zones import write_instant

# Nobody waits for these, and the answer comes only after our own webhook has spoken.
SECONDS = 20.0
EVERYBODY = "subscriptions"  # a renewal names no mailbox


def subscribe(
    graph: Graph, mailbox: str, *, url: str, client_state: str, ends_at: datetime
) -> Subscription:
    """In place of what an earlier life of ours may have left there. Raises as Graph.ask."""
    resource = f"users/{mailbox}/events"
    body = {
        "changeType": "created,updated,deleted",
        "notificationUrl": url,
        "lifecycleNotificationUrl": url,
        "resource": resource,
        "expirationDateTime": write_instant(ends_at),
        "clientState": client_state,
    }
    ask = Ask("subscribe", mailbox, "POST", "/subscriptions", body=body, seconds=SECONDS)
    try:
        answer = graph.ask(ask)
    except CalendarConflictError:
        if not _drop(graph, resource, url=url):
            raise
        answer = graph.ask(ask)
    return _subscription(ask, answer or {})


def _drop(graph: Graph, resource: str, *, url: str) -> int:
    """Ours there, by where it posts to; how many."""
    ask = Ask("list subscriptions", EVERYBODY, "GET", "/subscriptions", seconds=SECONDS)
    found = [row for page in graph.pages(ask) for row in rows(ask, page)]
    ours = [
        str(row.get("id"))
        for row in found
        if str(row.get("resource")).strip("/").lower() == resource.lower()
        and row.get("notificationUrl") == url
    ]
    return sum(unsubscribe(graph, subscription_id) for subscription_id in ours)


def renew(graph: Graph, subscription_id: str, ends_at: datetime) -> Subscription | None:
    """None: there is no such subscription any more."""
    ask = Ask(
        route="renew subscription",
        mailbox=EVERYBODY,
        method="PATCH",
        path=f"/subscriptions/{segment(subscription_id)}",
        body={"expirationDateTime": write_instant(ends_at)},
        may_be_gone=True,
        seconds=SECONDS,
    )
    answer = graph.ask(ask)
    return None if answer is None else _subscription(ask, answer)


def unsubscribe(graph: Graph, subscription_id: str) -> bool:
    """False: it was gone already."""
    path = f"/subscriptions/{segment(subscription_id)}"
    ask = Ask("unsubscribe", EVERYBODY, "DELETE", path, may_be_gone=True, seconds=SECONDS)
    return graph.ask(ask) is not None


def _subscription(ask: Ask, answer: Json) -> Subscription:
    try:
        ends_at = datetime.fromisoformat(answer["expirationDateTime"])
        if ends_at.tzinfo is None:
            ends_at = ends_at.replace(tzinfo=UTC)
        return Subscription(id=str(answer["id"]), ends_at=ends_at.astimezone(UTC))
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise unreadable(ask, "no subscription") from error
