"""Buttons and list actions call their use case in the name of whoever pressed them."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from hampstead.core.models import (
    AuditEntry,
    InboxEvent,
    Outbox,
    StaffTask,
    StaffUser,
    VendorHealth,
)
from tests.factories.core import (
    InboxEventFactory,
    OutboxFactory,
    StaffTaskFactory,
    StaffUserFactory,
    VendorHealthFactory,
)

pytestmark = pytest.mark.django_db
DEAD, UNCERTAIN = InboxEvent.Status.DEAD, Outbox.Status.UNCERTAIN
SUBMIT = {"_form_submitted": "True", "reason": "mended"}
BUTTONS: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "core_inboxevent_replay": (InboxEventFactory, "replay post", {"status": DEAD}),
    "core_outbox_release": (OutboxFactory, "release effect", {"status": UNCERTAIN}),
    "core_outbox_cancel": (OutboxFactory, "cancel effect", {"status": UNCERTAIN}),
    "core_vendorhealth_reset_breaker": (VendorHealthFactory, "reset breaker", {"state": "open"}),
    "core_stafftask_finish": (StaffTaskFactory, "finish task", {}),
}


def _viewer(model: str) -> StaffUser:
    """May look, but not act."""
    user: Any = StaffUserFactory()
    user.user_permissions.add(Permission.objects.get(codename=f"view_{model}"))
    return StaffUser.objects.get(pk=user.pk)


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_acts_and_is_audited(
    admin_client: Client, admin_user: StaffUser, name: str
) -> None:
    factory, action, state = BUTTONS[name]
    url = reverse(f"admin:{name}", args=[factory(**state).pk])
    assert admin_client.post(url, SUBMIT).status_code == 302
    entry = AuditEntry.objects.get(action=action)
    assert entry.by == admin_user
    assert entry.reason == ("" if action == "finish task" else "mended")


@pytest.mark.parametrize("name", BUTTONS)
def test_following_a_buttons_link_changes_nothing(admin_client: Client, name: str) -> None:
    factory, _, state = BUTTONS[name]
    url = reverse(f"admin:{name}", args=[factory(**state).pk])
    assert admin_client.get(url).status_code == 200
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("name", BUTTONS)
def test_who_may_only_look_cannot_press_a_button(client: Client, name: str) -> None:
    factory, _, state = BUTTONS[name]
    client.force_login(_viewer(name.split("_")[1]))
    url = reverse(f"admin:{name}", args=[factory(**state).pk])
    assert client.post(url, SUBMIT).status_code == 403
    assert not AuditEntry.objects.exists()


def test_the_dialog_is_told_where_to_go(admin_client: Client) -> None:
    effect = OutboxFactory(status=UNCERTAIN)
    url = reverse("admin:core_outbox_release", args=[effect.pk])
    answer = admin_client.post(url, SUBMIT, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == reverse("admin:core_outbox_change", args=[effect.pk])


def test_a_breaker_reset_closes_it(admin_client: Client) -> None:
    health = VendorHealthFactory(state=VendorHealth.State.OPEN, failures=5)
    url = reverse("admin:core_vendorhealth_reset_breaker", args=[health.pk])
    admin_client.post(url, SUBMIT)
    health.refresh_from_db()
    assert (health.state, health.failures) == (VendorHealth.State.CLOSED, 0)


LIST_ACTIONS: dict[str, tuple[str, Any, dict[str, Any], dict[str, Any]]] = {
    "replay_selected": ("inboxevent", InboxEventFactory, {"status": DEAD}, {}),
    "release_selected": ("outbox", OutboxFactory, {"status": UNCERTAIN}, {"status": "read"}),
    "cancel_selected": ("outbox", OutboxFactory, {"status": UNCERTAIN}, {"status": "read"}),
    "finish_selected": ("stafftask", StaffTaskFactory, {}, {"done_at": "2026-11-01T09:00Z"}),
}


@pytest.mark.parametrize("action", LIST_ACTIONS)
def test_a_list_action_moves_what_may_move_and_counts(admin_client: Client, action: str) -> None:
    model, factory, ready, unfit = LIST_ACTIONS[action]
    rows = [factory(**ready), factory(**ready), factory(**unfit)]
    posted = {"action": action, "_selected_action": [row.pk for row in rows], "reason": "mended"}
    url = reverse(f"admin:core_{model}_changelist")
    page = admin_client.post(url, posted, follow=True).content.decode()
    assert AuditEntry.objects.count() == 2
    assert "Left alone, because their state does not allow it: 1." in page


@pytest.mark.parametrize("action", LIST_ACTIONS)
def test_who_may_only_look_has_no_list_action(client: Client, action: str) -> None:
    model, factory, ready, _ = LIST_ACTIONS[action]
    client.force_login(_viewer(model))
    posted = {"action": action, "_selected_action": [factory(**ready).pk], "reason": "x"}
    client.post(reverse(f"admin:core_{model}_changelist"), posted)
    assert not AuditEntry.objects.exists()


def test_nothing_offers_a_replay_of_a_processed_post(admin_client: Client) -> None:
    event = InboxEventFactory()
    page = admin_client.get(reverse("admin:core_inboxevent_change", args=[event.pk]))
    assert reverse("admin:core_inboxevent_replay", args=[event.pk]) not in page.content.decode()


def test_staff_add_a_task_by_hand_and_it_is_audited(
    admin_client: Client, admin_user: StaffUser
) -> None:
    posted = {
        "title": "Ring the tile supplier",
        "urgency": "normal",
        "due_at_0": "2026-11-25",
        "due_at_1": "09:00",
    }
    admin_client.post(reverse("admin:core_stafftask_add"), posted)
    task = StaffTask.objects.get()
    entry = AuditEntry.objects.get()
    assert (entry.subject, entry.by) == (f"task:{task.pk}", admin_user)


def test_a_done_task_is_history(admin_client: Client) -> None:
    task = StaffTaskFactory(done_at="2026-11-01T09:00Z")
    url = reverse("admin:core_stafftask_change", args=[task.pk])
    assert admin_client.post(url, {"title": "Rewritten"}).status_code == 403
    task.refresh_from_db()
    assert task.title != "Rewritten"
