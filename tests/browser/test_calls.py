"""The board of calls and the page of one in a real browser."""

from datetime import timedelta

import pytest
from django.urls import reverse

from hampstead.core.clock import now
from tests.browser.conftest import Visitor
from tests.vendors import Sandbox
from tests.voice.posts import post, report, said, status, tool_call
from voice.models import Call

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def call(firm_defaults: None, sandbox: Sandbox) -> Call:
    """Somebody is on the line."""
    status("in-progress")
    said("assistant", "Hampstead Renovations, this is the AI assistant speaking.", at=1)
    said("user", "Hello, we would like a loft conversion in NW3.", at=4)
    post("tool-calls", toolCallList=[tool_call("check_service_area", postcode="NW3")])
    said("assistant", "Lovely. Yes, we work in NW3. What budget do you have in mind?", at=9)
    Call.objects.update(heard_at=now(), started_at=now() - timedelta(seconds=75))
    return Call.objects.get()


def test_the_board_shows_who_is_on_the_line(staff: Visitor, call: Call) -> None:
    staff.open(reverse("admin:voice_call_board"))
    card = staff.page.locator(f"#call-{call.pk}")
    assert "07700 900123" in card.inner_text()
    assert "loft conversion in NW3" in card.inner_text()
    staff.picture("call-board")


def test_a_call_is_read_as_it_was_said(staff: Visitor, call: Call) -> None:
    report()
    staff.open(reverse("admin:voice_call_change", args=[call.pk]))
    assert "The caller rang off" in staff.page.locator("#live").inner_text()
    staff.picture("call-page")
