"""Delivery statuses: kept whenever they come, matched by correlation or id, only ever forward."""

import uuid

from hampstead.core import lanes, live, outbox
from hampstead.core.models import Outbox
from whatsapp.events import StatusEvent
from whatsapp.models import DeliveryStatus

FORWARD = {
    "sent": Outbox.Status.SENT,
    "delivered": Outbox.Status.DELIVERED,
    "read": Outbox.Status.READ,
    "played": Outbox.Status.READ,
}


def record_status(event: StatusEvent) -> None:
    """Store it and move our effect on, if we can tell which one it is."""
    effect = _effect_of(event)
    _, is_news = DeliveryStatus.objects.get_or_create(
        vendor_id=event.vendor_id,
        status=event.status,
        at=event.at,
        defaults={
            "correlation": event.correlation,
            "error_code": event.error_code,
            "detail": event.detail,
            "effect": effect,
        },
    )
    # A repeat may be older than a second try that staff have started since.
    if effect is not None and is_news:
        _apply(effect, event.vendor_id, event.status, event.error_code, event.detail)


def apply_early_statuses(effect: Outbox, vendor_id: str) -> None:
    """Statuses that arrived before our send had told us the vendor's id."""
    early = DeliveryStatus.objects.filter(vendor_id=vendor_id, effect__isnull=True)
    for row in early.order_by("at"):
        _apply(effect, vendor_id, row.status, row.error_code, row.detail)
    early.update(effect=effect)


def _effect_of(event: StatusEvent) -> Outbox | None:
    try:
        by_correlation = Outbox.objects.filter(idem=uuid.UUID(event.correlation)).first()
    except ValueError:
        by_correlation = None
    return by_correlation or Outbox.objects.filter(vendor_id=event.vendor_id).first()


def _apply(effect: Outbox, vendor_id: str, status: str, code: str, detail: str) -> None:
    was_waiting = effect.status in Outbox.LIVE
    if status == "failed":
        outbox.record_failure(effect=effect, code="E006", detail=f"{code} {detail}".strip())
    elif status in FORWARD:
        outbox.record_arrival(effect=effect, vendor_id=vendor_id, status=FORWARD[status])
    if was_waiting:
        lanes.nudge(effect.lane)  # what stood behind it in the lane may go now
    if effect.subject:
        live.announce(effect.subject)
