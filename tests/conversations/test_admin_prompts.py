"""The prompt's pages in the admin: who may do what, and what it does."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conversations.models import EnquiryLane, PromptVersion
from conversations.prompting import copy_to_draft, current_playbook, publish
from hampstead.core.models import AuditEntry, StaffUser
from tests.factories.core import StaffUserFactory
from tests.factories.leads import OfficeUserFactory

pytestmark = pytest.mark.django_db
LIST = "admin:conversations_promptversion_changelist"
NASTY = "<script>alert('x')</script>"


@pytest.fixture
def olive() -> StaffUser:
    return OfficeUserFactory(username="olive")


@pytest.fixture
def office(client: Client, olive: StaffUser) -> Client:
    client.force_login(olive)
    return client


@pytest.fixture
def first(firm_defaults: None) -> PromptVersion:
    return PromptVersion.objects.get()


@pytest.fixture
def draft(first: PromptVersion, olive: StaffUser) -> PromptVersion:
    return copy_to_draft(version=first, by=olive)


def page(name: str, version: PromptVersion) -> str:
    return reverse(f"admin:conversations_promptversion_{name}", args=[version.pk])


def signed_in(client: Client, *rights: str) -> Client:
    staff = StaffUserFactory()
    codenames = [f"{right}_promptversion" for right in rights]
    staff.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(staff)
    return client


def form_of(draft: PromptVersion, **changes: Any) -> dict[str, Any]:
    """What the browser posts for the draft's page; `lane__reply` changes that lane's reply."""
    rows = list(draft.lanes.all())
    data: dict[str, Any] = {
        "note": draft.note,
        "whatsapp_text": draft.whatsapp_text,
        "phone_text": draft.phone_text,
        "lanes-TOTAL_FORMS": len(rows),
        "lanes-INITIAL_FORMS": len(rows),
    }
    names = ("title", "code", "position", "action", "triggers", "instructions", "reply",
             "enquiry_kind", "task_title")  # fmt: skip
    for number, row in enumerate(rows):
        prefix = f"lanes-{number}"
        data |= {f"{prefix}-id": row.pk, f"{prefix}-prompt_version": draft.pk}
        data |= {f"{prefix}-{name}": getattr(row, name) for name in names}
        for flag in ("is_active", "is_urgent"):
            if getattr(row, flag):
                data[f"{prefix}-{flag}"] = "on"
        for change in [key for key in changes if key.startswith(f"{row.code}__")]:
            data[f"{prefix}-{change.partition('__')[2]}"] = changes.pop(change)
    return {**data, **changes}


# --- reading ------------------------------------------------------------------------------


def test_the_list_says_what_is_in_force(office: Client, draft: PromptVersion) -> None:
    text = office.get(reverse(LIST)).content.decode()
    for shown in ("Prompt v1", "Published", "Prompt v2", "Draft", "Copied from v1."):
        assert shown in text


def test_ten_versions_cost_as_many_queries_as_one(
    office: Client, first: PromptVersion, olive: StaffUser
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert office.get(reverse(LIST)).status_code == 200
        return len(captured)

    queries()  # the session and its like
    one = queries()
    for _ in range(9):
        copy_to_draft(version=first, by=olive)
    assert queries() == one


def test_a_published_version_is_read_only(office: Client, first: PromptVersion) -> None:
    text = office.get(page("change", first)).content.decode()
    assert "Emergency" in text
    assert 'name="whatsapp_text"' not in text
    assert 'name="lanes-0-reply"' not in text


def test_posting_to_a_published_version_changes_nothing(
    office: Client, first: PromptVersion
) -> None:
    office.post(page("change", first), form_of(first, note="Mine", emergency__reply="Nothing"))
    first.refresh_from_db()
    assert first.note != "Mine"
    assert not EnquiryLane.objects.filter(reply="Nothing").exists()


def test_a_draft_says_what_is_missing_before_it_can_be_published(
    office: Client, draft: PromptVersion
) -> None:
    draft.lanes.filter(code="emergency").update(is_active=False)
    text = office.get(page("change", draft)).content.decode()
    assert "There must be an active lane with the code “emergency”" in text


@pytest.mark.parametrize("name", ["change", "compare", "try_it"])
def test_what_staff_wrote_is_escaped(office: Client, draft: PromptVersion, name: str) -> None:
    draft.note, draft.whatsapp_text = NASTY, NASTY
    draft.save()
    draft.lanes.filter(code="abuse").update(
        title=NASTY, reply=NASTY, instructions=NASTY, triggers=NASTY
    )
    assert NASTY not in office.get(page(name, draft)).content.decode()


def test_a_note_in_the_list_is_escaped(office: Client, draft: PromptVersion) -> None:
    PromptVersion.objects.filter(pk=draft.pk).update(note=NASTY)
    assert NASTY not in office.get(reverse(LIST)).content.decode()


# --- comparing ----------------------------------------------------------------------------


def test_comparing_shows_only_what_differs(office: Client, draft: PromptVersion) -> None:
    draft.whatsapp_text = draft.whatsapp_text.replace("at most four short", "at most three short")
    draft.save()
    draft.lanes.filter(code="abuse").update(reply="Please stay polite.")
    answer = office.get(page("compare", draft))
    assert [section.title for section in answer.context["sections"]] == [
        "WhatsApp text",
        "Lane “abuse”",
    ]
    marked = [
        (line.look, words)
        for line in answer.context["sections"][0].lines
        for is_changed, words in line.parts
        if is_changed
    ]
    assert marked == [("removed", "four"), ("added", "three")]


def test_a_lane_that_is_gone_is_shown_as_gone(office: Client, draft: PromptVersion) -> None:
    draft.lanes.get(code="supplier").delete()
    (section,) = office.get(page("compare", draft)).context["sections"]
    assert section.title == "Lane “supplier”"
    assert {line.look for line in section.lines} == {"removed"}


def test_a_faithful_copy_has_no_differences(office: Client, draft: PromptVersion) -> None:
    assert "No difference" in office.get(page("compare", draft)).content.decode()


# --- changing -----------------------------------------------------------------------------


def test_copying_makes_a_draft(office: Client, first: PromptVersion) -> None:
    answer = office.post(page("copy", first), follow=True)
    assert "Prompt v2 is a draft" in answer.content.decode()
    assert PromptVersion.objects.get(number=2).is_draft


def test_a_draft_and_its_lanes_are_edited_with_an_audit_entry(
    office: Client, draft: PromptVersion, olive: StaffUser
) -> None:
    data = form_of(draft, whatsapp_text="Be kind.", abuse__reply="Please stay polite.")
    assert office.post(page("change", draft), data).status_code == 302
    draft.refresh_from_db()
    assert draft.whatsapp_text == "Be kind."
    assert draft.lanes.get(code="abuse").reply == "Please stay polite."
    text = AuditEntry.objects.get(action="edit prompt version")
    lanes = AuditEntry.objects.get(action="edit lanes", by=olive)
    assert text.after == {"whatsapp_text": "Be kind."}
    assert list(lanes.after) == ["abuse"]
    assert "Fixed text: Please stay polite." in lanes.after["abuse"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"abuse__reply": "Ring {offce_phone}"}, "Nobody fills in {offce_phone}"),
        ({"abuse__reply": ""}, "This lane needs the fixed text it sends."),
        ({"supplier__triggers": "invoice\n-only"}, "needs a word that must be there"),
    ],
    ids=["placeholder", "no text", "rule"],
)
def test_an_unfit_lane_is_asked_again(
    office: Client, draft: PromptVersion, change: dict[str, str], said: str
) -> None:
    answer = office.post(page("change", draft), form_of(draft, **change))
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_publishing_puts_the_draft_in_force(
    office: Client, draft: PromptVersion, olive: StaffUser
) -> None:
    answer = office.post(page("publish", draft), {"reason": "Friendlier"}, follow=True)
    assert "Prompt v2 is in force." in answer.content.decode()
    assert current_playbook().label == "v2"
    assert AuditEntry.objects.get(action="publish prompt", by=olive).reason == "Friendlier"


def test_publishing_without_a_reason_is_asked_again(office: Client, draft: PromptVersion) -> None:
    answer = office.post(page("publish", draft), {"reason": " "})
    assert "This field is required" in answer.content.decode()
    assert current_playbook().label == "v1"


def test_an_unfit_draft_is_refused_in_words(office: Client, draft: PromptVersion) -> None:
    draft.lanes.filter(code="wants_person").update(reply="Soon.")
    answer = office.post(page("publish", draft), {"reason": "x"}, follow=True)
    assert "must name {office_phone}" in answer.content.decode()
    assert current_playbook().label == "v1"


def test_rolling_back_brings_the_older_version_back(
    office: Client, first: PromptVersion, draft: PromptVersion, olive: StaffUser
) -> None:
    publish(version=draft, by=olive)
    office.post(page("roll_back", first), {"reason": "Too curt"})
    assert current_playbook().label == "v1"


@pytest.mark.parametrize("name", ["copy", "publish", "roll_back"])
def test_opening_a_question_changes_nothing(
    office: Client, draft: PromptVersion, name: str
) -> None:
    count = AuditEntry.objects.count()
    assert office.get(page(name, draft)).status_code == 200
    assert AuditEntry.objects.count() == count


@pytest.mark.parametrize("name", ["copy", "compare", "publish", "roll_back", "try_it"])
def test_an_unknown_version_is_said_kindly(office: Client, name: str) -> None:
    unknown = reverse(f"admin:conversations_promptversion_{name}", args=[999_999])
    answer = office.get(unknown, follow=True)
    assert "There is no such version." in answer.content.decode()


# --- who may do what ----------------------------------------------------------------------

PAGES = ("copy", "publish", "compare", "try_it")


@pytest.mark.parametrize(
    ("rights", "allowed"),
    [
        (("view",), {"compare"}),
        (("view", "change"), {"compare", "copy", "try_it"}),
        (("view", "publish"), {"compare", "publish"}),
        ((), set()),
    ],
    ids=["view", "change", "publish", "nothing"],
)
def test_each_right_opens_its_pages_and_no_other(
    client: Client, draft: PromptVersion, rights: tuple[str, ...], allowed: set[str]
) -> None:
    signed_in(client, *rights)
    opened = {name for name in PAGES if client.get(page(name, draft)).status_code == 200}
    assert opened == allowed


def test_a_viewer_reads_the_draft_and_its_lanes_but_edits_nothing(
    client: Client, draft: PromptVersion
) -> None:
    signed_in(client, "view")
    text = client.get(page("change", draft)).content.decode()
    assert "Emergency" in text
    assert 'name="lanes-0-reply"' not in text
    assert client.post(page("change", draft), form_of(draft, note="x")).status_code == 403


def test_who_may_change_the_prompt_edits_its_lanes_without_further_rights(
    client: Client, draft: PromptVersion
) -> None:
    signed_in(client, "view", "change")
    client.post(page("change", draft), form_of(draft, abuse__reply="Please stay polite."))
    assert draft.lanes.get(code="abuse").reply == "Please stay polite."


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("draft", {"try_it", "compare", "copy", "publish"}),
        ("published", {"try_it", "copy"}),
        ("retired", {"try_it", "compare", "copy", "roll_back"}),
    ],
)
def test_a_page_offers_what_its_state_allows(
    office: Client, draft: PromptVersion, olive: StaffUser, state: str, buttons: set[str]
) -> None:
    if state != "draft":
        publish(version=draft, by=olive)
    number = 1 if state == "retired" else 2
    version = PromptVersion.objects.get(number=number)
    text = office.get(page("change", version)).content.decode()
    offered = {
        name
        for name in ("try_it", "compare", "copy", "publish", "roll_back")
        if page(name, version) in text
    }
    assert offered == buttons


def test_the_audit_page_leads_to_the_version(office: Client, draft: PromptVersion) -> None:
    entry = AuditEntry.objects.get(subject=draft.subject)
    answer = office.get(reverse("admin:core_auditentry_change", args=[entry.pk]))
    assert page("change", draft) in answer.content.decode()
