"""Asking Microsoft to tell us of changes. It calls the address back before it answers."""

from datetime import UTC, datetime

from leads.outlook.graph import Ask, Graph, Json, segment, unreadable
from leads.outlook.shapes import Subscription
from leads.outlook.zones import write_instant

# Nobody waits for these, and the answer comes only after our own webhook has spoken.
SECONDS = 20.0
EVERYBODY = "subscriptions"  # a renewal names no mailbox


def subscribe(
    graph: Graph, mailbox: str, *, url: str, client_state: str, ends_at: datetime
) -> Subscription:
    """Raises CalendarConflictError if there is one already, else as Graph.ask."""
    body = {
        "changeType": "created,updated,deleted",
        "notificationUrl": url,
        "lifecycleNotificationUrl": url,
        "resource": f"users/{mailbox}/events",
        "expirationDateTime": write_instant(ends_at),
        "clientState": client_state,
    }
    ask = Ask("subscribe", mailbox, "POST", "/subscriptions", body=body, seconds=SECONDS)
    return _subscription(ask, graph.ask(ask) or {})


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
