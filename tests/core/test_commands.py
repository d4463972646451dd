"""What an operator does from the shell."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from hampstead.core import outbox
from hampstead.core.models import AuditEntry, InboxEvent, Outbox, StaffUser, VendorHealth
from tests.core.fakes import Script

pytestmark = pytest.mark.django_db
Status = Outbox.Status
State = VendorHealth.State


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=out)
    return out.getvalue()


# --- breaker ------------------------------------------------------------------------------
def test_breaker_opens_and_closes() -> None:
    assert "360dialog: open until" in run("breaker", "open", "360dialog")
    assert "360dialog: closed" in run("breaker", "close", "360dialog")
    assert AuditEntry.objects.count() == 2


def test_breaker_only_shows_when_not_asked_for_more() -> None:
    VendorHealth.objects.create(vendor="360dialog")
    assert run("breaker") == "360dialog: closed\n"


def test_breaker_dry_run_changes_nothing() -> None:
    assert "Would open" in run("breaker", "open", "360dialog", "--dry-run")
    assert not VendorHealth.objects.exists()


def test_breaker_wants_to_know_which_vendor() -> None:
    with pytest.raises(CommandError, match="Name a vendor"):
        run("breaker", "open")


# --- replay_webhooks ----------------------------------------------------------------------
@pytest.fixture
def parked_posts() -> None:
    for number, status in enumerate(InboxEvent.Status):
        InboxEvent.objects.create(source="test", dedupe_key=str(number), body=b"", status=status)


def received() -> int:
    return InboxEvent.objects.filter(status=InboxEvent.Status.RECEIVED).count()


@pytest.mark.usefixtures("parked_posts")
def test_replay_takes_the_dead() -> None:
    assert run("replay_webhooks") == "Replayed 1 posts.\n"
    assert received() == 2


@pytest.mark.usefixtures("parked_posts")
def test_replay_takes_the_quarantined_if_asked() -> None:
    assert run("replay_webhooks", "--quarantined") == "Replayed 2 posts.\n"


@pytest.mark.usefixtures("parked_posts")
def test_replay_keeps_to_one_source() -> None:
    assert run("replay_webhooks", "--source", "elsewhere") == "Replayed 0 posts.\n"


@pytest.mark.usefixtures("parked_posts")
def test_replay_dry_run_changes_nothing() -> None:
    assert run("replay_webhooks", "--dry-run") == "Would replay 1 posts.\n"
    assert received() == 1


# --- release_outbox -----------------------------------------------------------------------
@pytest.fixture
def effects(script: Script) -> dict[str, Outbox]:
    found = {}
    for status in (Status.HELD, Status.FAILED, Status.UNCERTAIN, Status.SENT):
        found[status.value] = outbox.enqueue(kind="keyless", lane="x:1", payload={}, purpose="a")
        Outbox.objects.filter(pk=found[status.value].pk).update(status=status)
    return found


def pending() -> set[int]:
    return set(Outbox.objects.filter(status=Status.PENDING).values_list("pk", flat=True))


def test_release_takes_held_and_failed(effects: dict[str, Outbox]) -> None:
    assert run("release_outbox") == "Released 2 effects.\n"
    assert pending() == {effects["held"].pk, effects["failed"].pk}


def test_release_takes_an_uncertain_one_only_by_id(effects: dict[str, Outbox]) -> None:
    run("release_outbox", str(effects["uncertain"].pk))
    assert pending() == {effects["uncertain"].pk}


def test_release_leaves_a_sent_one_even_by_id(effects: dict[str, Outbox]) -> None:
    assert run("release_outbox", str(effects["sent"].pk)) == "Released 0 effects.\n"


def test_release_dry_run_changes_nothing(effects: dict[str, Outbox]) -> None:
    assert run("release_outbox", "--dry-run") == "Would release 2 effects.\n"
    assert pending() == set()


# --- ensure_staff_login -------------------------------------------------------------------
def password_in(text: str) -> str:
    found = re.search(r"password (\S+)", text)
    assert found
    return found.group(1)


def test_a_first_login_is_printed_and_works() -> None:
    password = password_in(run("ensure_staff_login"))
    user = StaffUser.objects.get(username="office")
    assert user.check_password(password)
    assert user.is_staff


def test_the_password_is_not_stored() -> None:
    password = password_in(run("ensure_staff_login"))
    assert password not in str(StaffUser.objects.values().get())


def test_the_password_is_printed_once() -> None:
    run("ensure_staff_login")
    assert "password " not in run("ensure_staff_login").replace("--new-password prints", "")


def test_a_new_password_replaces_the_old_one(settings: Settings) -> None:
    old = password_in(run("ensure_staff_login"))
    run("ensure_staff_login", "--new-password")
    assert not StaffUser.objects.get(username="office").check_password(old)
