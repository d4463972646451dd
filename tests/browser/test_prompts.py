"""The prompt's pages in a real browser."""

import pytest
from django.urls import reverse

from conversations.models import PromptVersion
from conversations.prompting import copy_to_draft
from hampstead.core.models import StaffUser
from tests.browser.conftest import Visitor
from tests.vendors import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(firm_defaults: None, admin_user: StaffUser) -> PromptVersion:
    """Differs from what is in force."""
    draft = copy_to_draft(version=PromptVersion.objects.get(), by=admin_user)
    draft.whatsapp_text = draft.whatsapp_text.replace("at most four short", "at most three short")
    draft.note = "Shorter answers, and a calmer word to those who swear."
    draft.save()
    draft.lanes.filter(code="abuse").update(reply="Let us stay polite. {office_phone}")
    return draft


def page(name: str, version: PromptVersion) -> str:
    return reverse(f"admin:conversations_promptversion_{name}", args=[version.pk])


def test_the_list_the_draft_and_the_comparison_look_tidy(
    staff: Visitor, draft: PromptVersion
) -> None:
    staff.open(reverse("admin:conversations_promptversion_changelist"))
    staff.picture("prompts")
    staff.open(page("change", draft))
    staff.picture("prompt-draft")
    staff.page.get_by_text("Emergency", exact=True).click()
    staff.page.get_by_label("Triggers").first.wait_for()
    staff.picture("prompt-lane")
    staff.open(page("compare", draft))
    staff.picture("prompt-compare")
    staff.check()


def test_a_published_version_looks_tidy(staff: Visitor, draft: PromptVersion) -> None:
    staff.open(page("change", PromptVersion.objects.get(number=1)))
    staff.picture("prompt-published")
    staff.check()


def test_staff_talk_with_a_draft(staff: Visitor, draft: PromptVersion, sandbox: Sandbox) -> None:
    staff.open(page("change", draft))
    staff.page.get_by_role("link", name="Try it").click()
    for line in ("Hello, I want a loft in NW3", "How much is it?", "I can smell gas!"):
        staff.page.get_by_label("Write as a customer would").fill(line)
        staff.page.get_by_role("button", name="Send").click()
        staff.page.locator(".office-from-customer", has_text=line).wait_for()
    assert staff.page.get_by_text("Here a colleague takes over").is_visible()
    staff.picture("prompt-playground")
    staff.check()
