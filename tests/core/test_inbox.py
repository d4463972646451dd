"""One row for each post; a failure costs only that post; nothing is lost or forgotten early."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.db.models.functions import Now
from django.db.utils import OperationalError
from pytest_django import Settings

from hampstead.core import inbox
from hampstead.core.clock import now
from hampstead.core.inbox import Post, UnreadablePostError
from hampstead.core.models import AuditEntry, InboxEvent, Incident, StaffUser
from tests.core.fakes import Script
from tests.core.threads import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("script")]
Status = InboxEvent.Status


def store(body: bytes = b'{"hello": 1}') -> InboxEvent:
    inbox.store(source="test", body=body, headers={})
    return InboxEvent.objects.get(dedupe_key=hashlib.sha256(body).hexdigest())


def fail(problem: Exception, *, only: bytes | None = None) -> Callable[[Post], None]:
    def on_post(post: Post) -> None:
        if only is None or post.body == only:
            raise problem

    return on_post


def process_until_dead(event: InboxEvent) -> None:
    for _ in range(inbox.MAX_ATTEMPTS):
        inbox.process(event.pk)
    event.refresh_from_db()


@pytest.fixture
def dead(script: Script) -> InboxEvent:
    script.on_post = fail(RuntimeError("no"))
    event = store()
    process_until_dead(event)
    return event


def test_a_post_is_one_row() -> None:
    assert inbox.store(source="test", body=b"a", headers={}) is True
    assert InboxEvent.objects.count() == 1


def test_a_repeat_is_no_second_row() -> None:
    inbox.store(source="test", body=b"a", headers={})
    assert inbox.store(source="test", body=b"a", headers={}) is False
    assert InboxEvent.objects.count() == 1


def test_the_same_bytes_from_another_source_are_another_post() -> None:
    inbox.store(source="test", body=b"a", headers={})
    assert inbox.store(source="elsewhere", body=b"a", headers={}) is True


@pytest.mark.django_db(transaction=True)
def test_the_same_post_fifty_times_at_once_is_one_row() -> None:
    answers = at_once(50, lambda _: inbox.store(source="test", body=b"a", headers={}))
    assert answers.count(True) == 1
    assert InboxEvent.objects.count() == 1


def test_the_body_is_encrypted_at_rest() -> None:
    event = store(b"call me on 07700 900123")
    assert b"07700" not in bytes(event.body)


def test_the_handler_gets_the_bytes_as_they_arrived(script: Script) -> None:
    event = store(b"\x00\xff{broken")
    inbox.process(event.pk)
    assert script.posts == [b"\x00\xff{broken"]


def test_a_handled_post_is_processed() -> None:
    event = store()
    inbox.process(event.pk)
    event.refresh_from_db()
    assert (event.status, event.due_at) == (Status.PROCESSED, None)
    assert event.processed_at is not None


def test_a_processed_post_is_not_handled_again(script: Script) -> None:
    event = store()
    inbox.process(event.pk)
    inbox.process(event.pk)
    assert len(script.posts) == 1


def test_a_failed_post_is_due_later_with_its_error(script: Script) -> None:
    script.on_post = fail(RuntimeError("no such table"))
    event = store()
    inbox.process(event.pk)
    event.refresh_from_db()
    assert (event.status, event.attempts) == (Status.RECEIVED, 1)
    assert "no such table" in event.error
    assert InboxEvent.objects.filter(pk=event.pk, due_at__gt=Now()).exists()


def test_a_failed_handler_leaves_nothing_behind(script: Script) -> None:
    def half_way(post: Post) -> None:
        StaffUser.objects.create(username="half")
        raise RuntimeError

    script.on_post = half_way
    inbox.process(store().pk)
    assert not StaffUser.objects.filter(username="half").exists()


def test_a_post_that_keeps_failing_is_dead(dead: InboxEvent) -> None:
    assert (dead.status, dead.attempts) == (Status.DEAD, inbox.MAX_ATTEMPTS)
    assert dead.due_at is None


def test_a_dead_post_is_an_incident(dead: InboxEvent) -> None:
    assert Incident.objects.get().code == "E006"


def test_an_unreadable_post_is_quarantined_at_once(script: Script) -> None:
    script.on_post = fail(UnreadablePostError("not JSON"))
    event = store()
    inbox.process(event.pk)
    event.refresh_from_db()
    assert (event.status, event.error) == (Status.QUARANTINED, "not JSON")


@pytest.mark.parametrize("why", ["a\x00b", "a\ud800b"], ids=["NUL", "lone surrogate"])
def test_an_error_that_postgres_cannot_store_does_not_block_the_post(
    script: Script, why: str
) -> None:
    script.on_post = fail(UnreadablePostError(why))
    event = store()
    inbox.process(event.pk)
    event.refresh_from_db()
    assert event.status == Status.QUARANTINED


def test_a_poison_post_does_not_touch_the_others(script: Script) -> None:
    script.on_post = fail(RuntimeError("poison"), only=b"bad")
    for event in [store(b"first"), store(b"bad"), store(b"last")]:
        inbox.process(event.pk)
    assert script.posts == [b"first", b"last"]


def test_a_lost_database_burns_no_attempt(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hampstead.core.database.is_away", lambda: True)
    script.on_post = fail(OperationalError("gone"))
    event = store()
    with pytest.raises(OperationalError):
        inbox.process(event.pk)
    assert InboxEvent.objects.get().attempts == 0


def test_a_post_that_always_times_out_burns_its_attempts(script: Script) -> None:
    def too_slow(post: Post) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 20")
            cursor.execute("SELECT pg_sleep(1)")

    script.on_post = too_slow
    event = store()
    inbox.process(event.pk)
    assert InboxEvent.objects.get().attempts == 1


def test_a_dead_post_is_replayed(dead: InboxEvent, script: Script, clerk: StaffUser) -> None:
    script.on_post = lambda post: None
    assert inbox.replay(event=dead, by=clerk) is True
    inbox.process(dead.pk)
    assert len(script.posts) == 1


def test_a_quarantined_post_is_replayed(script: Script, clerk: StaffUser) -> None:
    script.on_post = fail(UnreadablePostError("?"))
    event = store()
    inbox.process(event.pk)
    assert inbox.replay(event=event, by=clerk) is True


def test_a_replay_is_audited(dead: InboxEvent, clerk: StaffUser) -> None:
    inbox.replay(event=dead, by=clerk, reason="fixed the bug")
    entry = AuditEntry.objects.get(action="replay post")
    assert (entry.by, entry.reason) == (clerk, "fixed the bug")
    assert entry.subject == f"inbox:{dead.pk}"


def test_a_processed_post_is_not_replayed(clerk: StaffUser) -> None:
    event = store()
    inbox.process(event.pk)
    assert inbox.replay(event=event, by=clerk) is False
    assert not AuditEntry.objects.exists()


def age(event: InboxEvent, days: int) -> None:
    InboxEvent.objects.filter(pk=event.pk).update(received_at=now() - timedelta(days=days))


def purge() -> None:
    inbox.purge(bodies_after=timedelta(days=14), rows_after=timedelta(days=44))


def test_a_purged_body_is_empty_and_its_key_still_knows_a_repeat() -> None:
    event = store(b"old news")
    inbox.process(event.pk)
    age(event, 15)
    purge()
    event.refresh_from_db()
    assert bytes(event.body) == b""
    assert inbox.store(source="test", body=b"old news", headers={}) is False


def test_a_row_goes_in_the_end() -> None:
    event = store()
    inbox.process(event.pk)
    age(event, 45)
    purge()
    assert not InboxEvent.objects.exists()


def test_a_dead_post_is_never_purged(dead: InboxEvent) -> None:
    age(dead, 400)
    purge()
    dead.refresh_from_db()
    assert bytes(dead.body)


def test_a_body_sealed_with_the_old_key_still_opens(script: Script, settings: Settings) -> None:
    event = store(b"before the rotation")
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    inbox.process(event.pk)
    assert script.posts == [b"before the rotation"]


def test_the_first_key_is_the_one_that_seals(settings: Settings) -> None:
    new = Fernet.generate_key()
    settings.FIELD_KEYS = [new.decode(), *settings.FIELD_KEYS]
    event = store(b"after the rotation")
    assert Fernet(new).decrypt(bytes(event.body)) == b"after the rotation"


def test_a_body_no_key_opens_is_a_failure_not_a_loss(settings: Settings) -> None:
    event = store()
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    inbox.process(event.pk)
    event.refresh_from_db()
    assert (event.status, event.attempts) == (Status.RECEIVED, 1)
    assert "UnsealError" in event.error
