"""Single rows of the engine room: plain words on top, nothing raw unless asked for."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from hampstead.core.admin.inbox import readable_body
from hampstead.core.models import InboxEvent, StaffUser
from tests.factories.core import (
    AuditEntryFactory,
    InboxEventFactory,
    IncidentFactory,
    OutboxFactory,
    RefusedPostsFactory,
    StaffTaskFactory,
    StaffUserFactory,
    VendorCallFactory,
    VendorHealthFactory,
)

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
PAGES: dict[str, Callable[[], Any]] = {
    "core_auditentry": lambda: AuditEntryFactory(reason=SCRIPT, after={"name": SCRIPT}),
    "core_inboxevent": lambda: InboxEventFactory(raw=SCRIPT.encode(), error=SCRIPT),
    "core_incident": lambda: IncidentFactory(scope=SCRIPT, detail=SCRIPT),
    "core_outbox": lambda: OutboxFactory(payload={"text": SCRIPT}, error=SCRIPT, subject=SCRIPT),
    "core_refusedposts": RefusedPostsFactory,
    "core_stafftask": lambda: StaffTaskFactory(title=SCRIPT, detail=SCRIPT, subject=SCRIPT),
    "core_staffuser": lambda: StaffUserFactory(first_name=SCRIPT),
    "core_vendorcall": lambda: VendorCallFactory(detail=SCRIPT, route=SCRIPT),
    "core_vendorhealth": lambda: VendorHealthFactory(last_error=SCRIPT, reason=SCRIPT),
}


@pytest.mark.parametrize("name", PAGES)
def test_no_hostile_text_becomes_markup(admin_client: Client, name: str) -> None:
    row = PAGES[name]()
    for url in (
        reverse(f"admin:{name}_change", args=[row.pk]),
        reverse(f"admin:{name}_changelist"),
    ):
        answer = admin_client.get(url)
        assert answer.status_code == 200
        assert SCRIPT not in answer.content.decode()


def test_a_post_is_shown_decrypted_and_laid_out() -> None:
    event = InboxEventFactory(raw=b'{"a": {"b": "caf\xc3\xa9"}}')
    assert '"b": "café"' in readable_body(event)


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"[" * 100_000, b'"\\ud800"', b"NaN", b"{"])
def test_hostile_bytes_are_shown_without_an_error(admin_client: Client, raw: bytes) -> None:
    event = InboxEventFactory(raw=raw)
    page = admin_client.get(reverse("admin:core_inboxevent_change", args=[event.pk]))
    assert page.status_code == 200


def test_a_purged_or_unopenable_post_says_so() -> None:
    event = InboxEventFactory(status=InboxEvent.Status.PROCESSED)
    event.body = b""
    assert "Deleted" in readable_body(event)
    event.body = b"sealed with a lost key"
    assert "no key" in readable_body(event)


def test_no_password_hash_is_shown(admin_client: Client, admin_user: StaffUser) -> None:
    page = admin_client.get(reverse("admin:core_staffuser_change", args=[admin_user.pk]))
    shown = page.content.decode()
    assert admin_user.password not in shown
    assert "algorithm" not in shown
    assert reverse("admin:auth_user_password_change", args=[admin_user.pk]) in shown


def test_staff_cannot_give_themselves_every_right(client: Client) -> None:
    user = StaffUserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__endswith="_staffuser"))
    client.force_login(user)
    url = reverse("admin:core_staffuser_change", args=[user.pk])
    client.post(url, {"username": user.username, "is_staff": "on", "is_superuser": "on"})
    user.refresh_from_db()
    assert not user.is_superuser


def test_staff_cannot_touch_those_above_them(client: Client, admin_user: StaffUser) -> None:
    user = StaffUserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__endswith="_staffuser"))
    client.force_login(user)
    for page in ("core_staffuser_change", "auth_user_password_change"):
        answer = client.post(reverse(f"admin:{page}", args=[admin_user.pk]), {"username": "x"})
        assert answer.status_code == 403
