"""Two workers with one post, with the row lock and without it."""

from collections.abc import Iterator
from threading import Barrier, BrokenBarrierError

import pytest
from django.db.models import QuerySet
from pytest_django import Settings

from hampstead.core import inbox
from hampstead.core.inbox import Post
from hampstead.core.models import InboxEvent
from tests.core.fakes import WIRING, Script
from tests.core.fakes import script as the_script
from tests.core.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def script(settings: Settings) -> Iterator[Script]:
    for name, value in WIRING.items():
        setattr(settings, name, value)
    the_script.reset()
    yield the_script
    the_script.reset()


def handled_by_two(script: Script, patience: float = 0.5) -> int:
    """How often the handler ran while two workers had the post. Where they must meet, a busy
    machine gets more patience.
    """
    barrier = Barrier(2)

    def meet(post: Post) -> None:
        try:
            barrier.wait(patience)
        except BrokenBarrierError:
            return

    script.on_post = meet
    inbox.store(source="test", body=b"{}", headers={})
    pk = InboxEvent.objects.get().pk
    at_once(2, lambda _: inbox.process(pk))
    return len(script.posts)


def test_two_workers_handle_a_post_once(script: Script) -> None:
    assert handled_by_two(script) == 1


def test_without_the_row_lock_they_handle_it_twice(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows.all())
    assert handled_by_two(script, patience=5) == 2
