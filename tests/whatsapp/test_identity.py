"""Who is behind a message: one person for each sender, never two merged by a machine."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from conversations.models import Conversation
from leads.models import Person
from tests.running import process_inbox
from tests.whatsapp.posts import NUMBER, envelope, store, store_text, text_message
from whatsapp import identity
from whatsapp.events import Sender
from whatsapp.identity import find_or_create_identity
from whatsapp.models import WhatsAppIdentity

pytestmark = pytest.mark.django_db

BSUID = "GB.13491208655302741918"


def sender(wa_id: str | None = None, bsuid: str | None = None, **more: str) -> Sender:
    return Sender(wa_id=wa_id, bsuid=bsuid, **more)


def test_a_number_completed_by_a_user_id_stays_one_identity() -> None:
    first = find_or_create_identity(sender(wa_id=NUMBER))
    second = find_or_create_identity(sender(wa_id=NUMBER, bsuid=BSUID))
    third = find_or_create_identity(sender(bsuid=BSUID))
    assert first.pk == second.pk == third.pk
    assert (third.wa_id, third.bsuid) == (NUMBER, BSUID)


def test_a_user_id_completed_by_a_number_stays_one_identity() -> None:
    first = find_or_create_identity(sender(bsuid=BSUID))
    second = find_or_create_identity(sender(wa_id=NUMBER, bsuid=BSUID))
    assert (second.pk, second.wa_id) == (first.pk, NUMBER)


def test_a_person_without_a_number_is_a_person() -> None:
    store(envelope({**text_message("Hi"), "from": BSUID}))
    process_inbox()
    person = Person.objects.get()
    assert (person.phone, person.whatsapp.get().bsuid) == (None, BSUID)


def test_two_persons_without_numbers_are_two() -> None:
    for bsuid in ("GB.1", "GB.2"):
        find_or_create_identity(sender(bsuid=bsuid))
    assert Person.objects.count() == 2


def test_somebody_known_by_phone_is_the_same_person_on_whatsapp() -> None:
    known = Person.objects.create(phone=f"+{NUMBER}", name="Priya Shah")
    store_text("Hello")
    process_inbox()
    assert Conversation.objects.get().person == known


def test_one_person_has_one_thread_on_each_channel() -> None:
    store_text("Hello")
    process_inbox()
    person = Person.objects.get()
    Conversation.objects.create(person=person, channel=Conversation.Channel.PHONE)
    store_text("Me again")
    process_inbox()
    assert person.conversations.count() == 2


def test_a_name_we_have_is_not_replaced_by_a_profile_name() -> None:
    Person.objects.create(phone=f"+{NUMBER}", name="Dr Priya Shah")
    find_or_create_identity(sender(wa_id=NUMBER, name="~priya~"))
    assert Person.objects.get().name == "Dr Priya Shah"


def test_a_user_name_is_kept_up_to_date_and_never_lost() -> None:
    find_or_create_identity(sender(wa_id=NUMBER, username="old"))
    find_or_create_identity(sender(wa_id=NUMBER, username="new"))
    assert find_or_create_identity(sender(wa_id=NUMBER)).username == "new"


def test_two_known_rows_are_never_merged_silently() -> None:
    by_number = find_or_create_identity(sender(wa_id=NUMBER))
    by_user = find_or_create_identity(sender(bsuid=BSUID))
    found = find_or_create_identity(sender(wa_id=NUMBER, bsuid=BSUID))
    rows = WhatsAppIdentity.objects.order_by("id").values_list("wa_id", "bsuid")
    assert found.pk == by_user.pk != by_number.pk
    assert list(rows) == [(NUMBER, None), (None, BSUID)]


def test_a_number_that_cannot_be_one_still_makes_a_person() -> None:
    identity = find_or_create_identity(sender(wa_id="1"))
    assert (identity.wa_id, identity.person.phone) == ("1", None)


def _first_posts_at_once(monkeypatch: pytest.MonkeyPatch) -> int:
    """Two first posts of one sender without a number; how many persons they made.

    Both look before either writes, if the lock lets them.
    """
    meeting, look = Barrier(2), identity._known

    def look_together(one: Sender) -> Any:
        found = look(one)
        if found is None:
            _meet(meeting)
        return found

    monkeypatch.setattr(identity, "_known", look_together)
    outcomes = _in_two_threads(lambda: find_or_create_identity(sender(bsuid=BSUID)).pk)
    assert outcomes.count("failed") < 2
    return outcomes.count("failed") + Person.objects.count()


def _meet(meeting: Barrier) -> None:
    try:
        meeting.wait(timeout=0.5)
    except Exception:  # noqa: BLE001  the other one is held back by the lock
        meeting.abort()


def _in_two_threads(act: Callable[[], Any]) -> list[Any]:
    def run(_: int) -> Any:
        try:
            return act()
        except Exception:  # noqa: BLE001  the loser of a race may end in any way
            return "failed"
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(run, range(2)))


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_first_posts_of_a_sender_make_one_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert _first_posts_at_once(monkeypatch) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_two_first_posts_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "_lock", lambda one: None)
    assert _first_posts_at_once(monkeypatch) == 2


def test_a_person_first_known_by_a_user_id_gets_the_number() -> None:
    first = {**text_message("Hello"), "from_user_id": "GB.77"}
    del first["from"]
    store(envelope(first))
    store(envelope({**text_message("Hello"), "from_user_id": "GB.77"}))
    process_inbox()
    assert Person.objects.get().phone == f"+{NUMBER}"
