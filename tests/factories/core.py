from datetime import timedelta

import factory

from hampstead.core.clock import now
from hampstead.core.models import (
    AuditEntry,
    InboxEvent,
    Incident,
    Outbox,
    RefusedPosts,
    StaffTask,
    StaffUser,
    VendorCall,
    VendorHealth,
)
from hampstead.core.sealing import seal


class StaffUserFactory(factory.django.DjangoModelFactory):
    """Staff without any permission."""

    class Meta:
        model = StaffUser

    username = factory.Sequence(lambda n: f"staff{n}")
    first_name = "Priya"
    last_name = factory.Sequence(lambda n: f"Invented{n}")
    is_staff = True


class InboxEventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = InboxEvent

    class Params:
        raw = b'{"entry": []}'

    source = "360dialog"
    dedupe_key = factory.Sequence(lambda n: f"{n:064}")
    body = factory.LazyAttribute(lambda event: seal(event.raw))
    status = InboxEvent.Status.PROCESSED


class RefusedPostsFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RefusedPosts

    source = "360dialog"
    day = factory.Sequence(lambda n: now().date() - timedelta(days=n % 1000))
    count = 3
    last_at = factory.LazyFunction(now)


class OutboxFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Outbox

    kind = "whatsapp"
    lane = "conversation:1"
    purpose = "answer"
    payload = factory.LazyFunction(lambda: {"text": "Good morning."})
    status = Outbox.Status.SENT


class VendorHealthFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = VendorHealth

    vendor = factory.Sequence(lambda n: f"vendor{n}")
    last_success_at = factory.LazyFunction(now)


class VendorCallFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = VendorCall

    vendor = "anthropic"
    route = "messages"
    duration_ms = 900
    is_ok = True
    http_status = 200


class IncidentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Incident

    code = "E012"
    scope = factory.Sequence(lambda n: f"vendor:{n}")


class StaffTaskFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StaffTask

    title = factory.Sequence(lambda n: f"Ring customer {n}")
    due_at = factory.LazyFunction(lambda: now() + timedelta(hours=1))


class AuditEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AuditEntry

    action = "take over"
    subject = "conversation:1"
    by = factory.SubFactory(StaffUserFactory)
