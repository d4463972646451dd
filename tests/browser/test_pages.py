import pytest
from django.urls import reverse
from pytest_django import Settings

from hampstead.core.models import InboxEvent, Outbox, StaffTask, StaffUser, VendorHealth
from tests.browser.conftest import Visitor
from tests.browser.story import morning
from tests.factories.conversations import MessageFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_staff_log_in_and_see_the_home_page(visitor: Visitor, admin_user: StaffUser) -> None:
    visitor.open("/admin/")
    visitor.picture("login")
    visitor.page.get_by_label("Username").fill(admin_user.username)
    visitor.page.locator("input[name=password]").fill("password")
    visitor.page.get_by_role("button", name="Log in").click()
    visitor.page.get_by_role("heading", name="Needs a person now").wait_for()
    visitor.check()


@pytest.mark.parametrize(
    ("live_url", "socket"),
    [("ws://127.0.0.1:9", "ws://localhost:9/"), ("wss://live.example", "wss://live.example/")],
    ids=["this machine", "elsewhere"],
)
def test_the_socket_keeps_the_pages_host_on_this_machine(
    staff: Visitor, settings: Settings, live_url: str, socket: str
) -> None:
    settings.LIVE_URL = live_url
    staff.open("/admin/")
    assert "//localhost:" in staff.url
    assert staff.sockets[-1].url == f"{socket}ws/office/"


def test_home_shows_who_waits(staff: Visitor) -> None:
    morning()
    staff.open("/admin/")
    assert staff.page.get_by_text("25 minutes overdue").is_visible()
    staff.picture("home")
    staff.check()


def test_the_chat_shows_both_sides_and_the_trouble(staff: Visitor) -> None:
    chat = morning()
    staff.open(reverse("admin:conversations_conversation_change", args=[chat.pk]))
    assert staff.page.get_by_text("No answer yet.").is_visible()
    staff.picture("conversation")
    staff.page.locator(".office-tools > summary").first.click()
    staff.page.locator(".office-why > summary").first.click()
    staff.picture("conversation-unfolded")
    staff.check()


def test_news_appears_in_the_chat_by_itself(staff: Visitor) -> None:
    chat = morning()
    staff.open(reverse("admin:conversations_conversation_change", args=[chat.pk]))
    staff.page.locator(".office-tools > summary").first.click()
    MessageFactory(conversation=chat, text="Are you still there?")
    staff.tell("conversation:0")
    staff.tell(chat.subject)
    staff.page.get_by_text("Are you still there?").wait_for()
    assert staff.page.locator(".office-tools").first.get_attribute("open") is not None
    staff.check()


def test_taking_over_from_the_chat(staff: Visitor) -> None:
    chat = morning()
    staff.open(reverse("admin:conversations_conversation_change", args=[chat.pk]))
    staff.page.get_by_role("button", name="Take over").click()
    staff.page.get_by_text("This chat is yours.").wait_for()
    assert staff.page.get_by_text("The customer waits for you.").is_visible()
    staff.picture("conversation-taken")
    staff.page.get_by_role("button", name="Hand back to the assistant").click()
    staff.page.get_by_text("The assistant answers again.").wait_for()
    staff.check()


def test_a_parked_message_is_released_through_its_dialog(staff: Visitor) -> None:
    morning()
    effect = Outbox.objects.get(status=Outbox.Status.UNCERTAIN)
    staff.open(reverse("admin:core_outbox_change", args=[effect.pk]))
    staff.page.get_by_role("link", name="Release").click()
    staff.page.get_by_label("Reason").fill("The customer says it never came")
    staff.page.get_by_role("button", name="Release").click()
    staff.page.get_by_text("It is on its way.").wait_for()
    effect.refresh_from_db()
    assert effect.status == Outbox.Status.PENDING
    staff.check()


LISTS = (
    "conversations_conversation",
    "core_stafftask",
    "core_outbox",
    "core_inboxevent",
    "core_vendorhealth",
    "core_incident",
    "core_staffuser",
    "leads_lead",
    "leads_promise",
    "conversations_answercheck",
    "core_vendoruse",
    "core_spendceiling",
)


@pytest.mark.parametrize("name", LISTS)
def test_lists_look_tidy(staff: Visitor, name: str) -> None:
    morning()
    staff.open(reverse(f"admin:{name}_changelist"))
    staff.picture(f"list-{name}")
    staff.check()


def test_single_rows_look_tidy(staff: Visitor) -> None:
    chat = morning()
    rows = {
        "lead": ("leads_lead", chat.lead_id),
        "task": ("core_stafftask", StaffTask.objects.first().pk),  # type: ignore[union-attr]
        "post": ("core_inboxevent", InboxEvent.objects.get().pk),
        "effect": ("core_outbox", Outbox.objects.get(status="uncertain").pk),
        "vendor": ("core_vendorhealth", VendorHealth.objects.get(vendor="anthropic").pk),
    }
    for name, (page, pk) in rows.items():
        staff.open(reverse(f"admin:{page}_change", args=[pk]))
        staff.picture(f"row-{name}")
    staff.open(reverse("admin:error-codes"))
    staff.picture("error-codes")
    staff.open(reverse("admin:error-code", args=["E003"]))
    staff.picture("error-code")
    staff.check()
