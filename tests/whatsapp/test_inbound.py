"""From stored posts to messages: each once, answered only where an answer makes sense."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from conversations.models import Conversation, Message, Turn
from hampstead.core.clock import now
from hampstead.core.models import InboxEvent, StaffTask
from leads.models import Person
from tests.running import make_lanes_due, process_inbox, run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import NUMBER, envelope, message_of, store, store_text, text_message
from whatsapp.models import UnknownKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]


def epoch(ago: timedelta = timedelta(0)) -> str:
    return str(int((now() - ago).timestamp()))


def test_a_message_in_two_different_posts_is_one_row(sandbox: Sandbox) -> None:
    message = text_message("Hello")
    store(envelope(message))
    store(envelope(message, extra="another post"))
    run_due()
    assert InboxEvent.objects.count() == 2
    assert Message.objects.filter(author=Message.Author.CUSTOMER).count() == 1
    assert len(sandbox.phone()) == 1


def test_all_messages_of_a_post_are_stored(sandbox: Sandbox) -> None:
    store(
        envelope(
            *(text_message(str(n)) for n in range(3)), text_message("x", number="447700900124")
        )
    )
    process_inbox()
    assert Message.objects.count() == 4
    assert Conversation.objects.count() == 2


@pytest.mark.parametrize("kind", ["hologram", "unknown"])
def test_an_unknown_type_is_stored_counted_and_silent(sandbox: Sandbox, kind: str) -> None:
    store(envelope(message_of(kind)))
    run_due()
    assert Message.objects.get().kind == kind
    assert UnknownKind.objects.get().kind == f"message:{kind}"
    assert sandbox.sends() == []


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("sticker", {"sticker": {"id": "1"}}),
        ("reaction", {"reaction": {"message_id": "wamid.1", "emoji": "👍"}}),
        ("system", {"system": {"type": "user_changed_number", "body": "changed"}}),
        ("edit", {"edit": {"original_message_id": "wamid.1"}}),
        ("revoke", {"revoke": {"original_message_id": "wamid.1"}}),
    ],
)
def test_what_asks_nothing_is_kept_and_gets_no_answer(
    sandbox: Sandbox, kind: str, part: dict[str, Any]
) -> None:
    store(envelope(message_of(kind, **part)))
    run_due()
    assert Message.objects.get().kind == kind
    assert sandbox.log("anthropic") == sandbox.sends() == []


def test_a_reaction_does_not_open_the_window(sandbox: Sandbox) -> None:
    store(envelope(message_of("reaction", reaction={"emoji": "👍"})))
    process_inbox()
    assert Conversation.objects.get().window_expires_at is None


@pytest.mark.parametrize(
    ("kind", "part", "words"),
    [
        ("audio", {"audio": {"id": "1", "voice": True}}, "voice notes"),
        ("image", {"image": {"id": "1"}}, "photos"),
        ("unsupported", {"errors": [{"code": 131051}]}, "this kind of message"),
    ],
)
def test_what_we_cannot_read_gets_one_polite_request_and_a_task(
    sandbox: Sandbox, kind: str, part: dict[str, Any], words: str
) -> None:
    for _ in range(2):
        store(envelope(message_of(kind, **part)))
        run_due()
    (text,) = sandbox.phone()
    assert f"I can't open {words} here yet" in text
    assert StaffTask.objects.get().title == "A customer sent something only a person can read"


def test_the_polite_request_is_repeated_the_next_day(sandbox: Sandbox) -> None:
    store(envelope(message_of("audio", audio={"id": "1"})))
    run_due()
    Message.objects.filter(author=Message.Author.SYSTEM).update(sent_at=now() - timedelta(hours=25))
    store(envelope(message_of("audio", audio={"id": "2"})))
    run_due()
    assert len(sandbox.phone()) == 2


def test_a_caption_is_answered_like_a_text(sandbox: Sandbox) -> None:
    image = {"id": "1", "caption": "Can you do a loft conversion in NW3?"}
    store(envelope(message_of("image", image=image)))
    run_due()
    (text,) = sandbox.phone()
    assert "I can't open" not in text
    assert Turn.objects.get().status == Turn.Status.ANSWERED


def test_a_card_number_in_a_caption_is_masked(sandbox: Sandbox) -> None:
    image = {"id": "1", "caption": "my card 4242 4242 4242 4242"}
    store(envelope(message_of("image", image=image)))
    process_inbox()
    assert Message.objects.get().text == "my card •••• 4242"


def test_a_card_number_in_a_profile_name_is_masked(sandbox: Sandbox) -> None:
    contact = {"profile": {"name": "Ada 4242424242424242"}, "wa_id": NUMBER}
    store(envelope(text_message("Hello"), contacts=[contact]))
    process_inbox()
    assert Person.objects.get().name == "Ada •••• 4242"


def test_a_late_message_is_filed_at_its_time_and_left_to_staff(sandbox: Sandbox) -> None:
    store_text("Are you there?", timestamp=epoch(timedelta(days=2)))
    run_due()
    age = now() - Message.objects.get().sent_at
    assert timedelta(days=2) <= age < timedelta(days=2, minutes=1)
    assert sandbox.sends() == []
    assert StaffTask.objects.get().title == "A message was left unanswered"


def test_a_message_from_the_future_is_filed_when_it_arrived(sandbox: Sandbox) -> None:
    store_text("Hello", timestamp=epoch(-timedelta(days=1)))
    process_inbox()
    assert Message.objects.get().sent_at == InboxEvent.objects.get().received_at


def test_a_message_to_another_of_the_firms_numbers_is_counted_only(
    sandbox: Sandbox, settings: Settings
) -> None:
    settings.WHATSAPP_PHONE_NUMBER_ID = "106540352242922"
    store_text("Hello")
    run_due()
    assert not Message.objects.exists()
    assert UnknownKind.objects.get().kind == "another number"


def test_our_own_number_id_lets_messages_in(sandbox: Sandbox, settings: Settings) -> None:
    settings.WHATSAPP_PHONE_NUMBER_ID = "1"
    store_text("Hello")
    run_due()
    assert len(sandbox.phone()) == 1


def test_each_message_opens_the_window_for_a_day(sandbox: Sandbox) -> None:
    for ago in (timedelta(hours=3), timedelta(hours=1)):
        store_text("Hello", timestamp=epoch(ago))
        process_inbox()
    conversation = Conversation.objects.get()
    expected = Message.objects.latest("id").sent_at + timedelta(hours=24)
    assert conversation.window_expires_at == expected


def test_a_late_message_never_shortens_the_window(sandbox: Sandbox) -> None:
    store_text("Hello")
    process_inbox()
    before = Conversation.objects.get().window_expires_at
    store_text("Sent before", timestamp=epoch(timedelta(hours=5)))
    process_inbox()
    assert Conversation.objects.get().window_expires_at == before


def test_unknown_events_are_counted_each_time(sandbox: Sandbox) -> None:
    for number in range(2):
        store(envelope(text_message("Hi", group_id=f"G{number}")))
        process_inbox()
    row = UnknownKind.objects.get()
    assert (row.kind, row.count) == ("group message", 2)


def test_an_unreadable_post_is_quarantined_and_the_next_is_answered(sandbox: Sandbox) -> None:
    store({"object": "page"})
    store_text("Hello")
    run_due()
    assert InboxEvent.objects.order_by("id")[0].status == InboxEvent.Status.QUARANTINED
    assert len(sandbox.phone()) == 1


def test_one_bad_message_does_not_cost_the_others_of_its_post(sandbox: Sandbox) -> None:
    bad: dict[str, Any] = {"type": "text", "from": ["?"], "id": {}, "timestamp": {"a": 1}}
    store(envelope(text_message("Hello"), contacts=[bad], errors=[bad]))
    store({**envelope(bad, text_message("Hello again"), contacts=[]), "more": [bad]})
    run_due()
    assert Message.objects.filter(author=Message.Author.CUSTOMER).count() == 2


def test_a_blank_text_is_kept_without_an_answer(sandbox: Sandbox) -> None:
    store_text(" \n ")
    run_due()
    assert Message.objects.get().handling == Message.Handling.KEEP
    assert sandbox.sends() == []


def test_a_text_and_a_photo_in_one_burst_get_one_answer(sandbox: Sandbox) -> None:
    store_text("Do you do kitchens?")
    store(envelope(message_of("image", image={"id": "1"})))
    run_due()
    make_lanes_due()
    run_due()
    assert len(sandbox.phone()) == 1


def test_times_are_kept_in_utc(sandbox: Sandbox) -> None:
    store_text("Hello", timestamp="1790000000", number=NUMBER)
    process_inbox()
    assert Message.objects.get().sent_at == datetime(2026, 9, 21, 14, 13, 20, tzinfo=UTC)
