"""Handing a call-back to the assistant in a real browser."""

import pytest
from django.urls import reverse
from pytest_django import Settings

from tests.browser.conftest import Visitor
from tests.voice.ring_backs import LINE, asked, handed
from voice.models import Callback

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _line(settings: Settings, firm_defaults: None) -> None:
    settings.VAPI_PHONE_NUMBER_ID = LINE


def test_staff_have_the_assistant_ring_back(staff: Visitor) -> None:
    promise = asked()
    staff.open(reverse("admin:leads_promise_change", args=[promise.pk]))
    staff.page.get_by_text("Have the assistant ring back").first.click()
    staff.page.get_by_role("button", name="Have the assistant ring back").last.click()
    staff.page.get_by_text("The assistant rings back.").wait_for()
    assert Callback.objects.get().promise == promise
    staff.picture("promise-handed")
    staff.check()


def test_the_list_and_its_page_look_tidy(staff: Visitor) -> None:
    callback = handed()
    staff.open(reverse("admin:voice_callback_changelist"))
    staff.picture("ring-backs")
    staff.open(reverse("admin:voice_callback_change", args=[callback.pk]))
    assert "the loft" in staff.page.content()
    staff.picture("ring-back")
    staff.check()
