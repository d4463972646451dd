"""Versions of the prompt: what is in force, and how staff change it."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection

from conversations import prompting, prompts
from conversations.models import EnquiryLane, PromptVersion
from conversations.prompting import (
    NotADraftError,
    NotRetiredError,
    UnfitPromptError,
    copy_to_draft,
    current_playbook,
    filled,
    load_first_prompts,
    playbook_of,
    publish,
    published_version,
    roll_back,
)
from conversations.screening import find_lane
from conversations.tools import CATALOGUE
from hampstead.core.models import AuditEntry, StaffUser
from leads.models import EnquiryKind, Firm
from tests.factories.leads import OfficeUserFactory

pytestmark = pytest.mark.django_db
ACTIONS = set(EnquiryLane.Action.values)


@pytest.fixture
def olive() -> StaffUser:
    return OfficeUserFactory(username="olive")


@pytest.fixture
def first(firm_defaults: None) -> PromptVersion:
    return PromptVersion.objects.get()


def draft_of(version: PromptVersion, by: StaffUser, **lane: Any) -> PromptVersion:
    """A draft in which the lane of that code has other values."""
    draft = copy_to_draft(version=version, by=by)
    if lane:
        draft.lanes.filter(code=lane.pop("code")).update(**lane)
    return draft


# --- what is in force ---------------------------------------------------------------------


def test_before_anything_is_loaded_the_shipped_texts_answer() -> None:
    playbook = current_playbook()
    assert playbook.label == "shipped"
    assert playbook.text("whatsapp") == prompts.text("whatsapp")
    assert playbook.lane("emergency") is not None


def test_the_first_version_is_the_shipped_texts(first: PromptVersion) -> None:
    shipped, loaded = prompting.shipped_playbook(), current_playbook()
    assert loaded.label == "v1"
    assert loaded.lanes == shipped.lanes
    assert loaded.whatsapp_text == shipped.whatsapp_text


def test_loading_again_changes_nothing(first: PromptVersion) -> None:
    assert load_first_prompts() == {"prompts": 0}
    assert PromptVersion.objects.get() == first


def test_the_command_loads_the_prompts_too() -> None:
    out = StringIO()
    call_command("load_defaults", stdout=out)
    assert "prompts: 1 created" in out.getvalue()


def test_each_channel_has_its_text(first: PromptVersion) -> None:
    playbook = current_playbook()
    assert playbook.text("phone") == first.phone_text
    assert playbook.text("whatsapp") == first.whatsapp_text


def test_a_lane_that_is_switched_off_is_not_in_the_playbook(
    first: PromptVersion, olive: StaffUser
) -> None:
    draft = draft_of(first, olive, code="supplier", is_active=False)
    assert playbook_of(draft).lane("supplier") is None


def test_lanes_are_tried_in_the_order_staff_gave_them(
    first: PromptVersion, olive: StaffUser
) -> None:
    draft = draft_of(first, olive, code="off_topic", position=0)
    assert playbook_of(draft).lanes[0].code == "off_topic"


def test_reading_the_playbook_again_costs_one_query(
    first: PromptVersion, django_assert_num_queries: Any
) -> None:
    current_playbook()
    with django_assert_num_queries(1):
        current_playbook()


def test_an_edited_lane_counts_from_the_next_message(first: PromptVersion) -> None:
    current_playbook()
    first.lanes.filter(code="emergency").update(reply="Ring us now.")
    lane = current_playbook().lane("emergency")
    assert lane is not None
    assert lane.reply == "Ring us now."


def test_fixed_texts_are_filled_with_the_firm_of_today(firm_defaults: None) -> None:
    Firm.objects.update(office_phone="+442079460123", name="Edited {x} Ltd")
    text = filled("{firm}, {office_phone}, {emergency_phone}, {other}")
    assert text == "Edited {x} Ltd, 020 7946 0123, 020 7946 0199, {other}"


# --- the shipped texts --------------------------------------------------------------------


@pytest.mark.parametrize("row", prompts.lanes(), ids=lambda row: row["code"])
def test_a_shipped_lane_is_complete(row: dict[str, Any]) -> None:
    assert row["action"] in ACTIONS
    assert row.get("enquiry_kind", "") in {"", *EnquiryKind.values}
    assert row["instructions"]
    assert "{" not in filled(row.get("reply", ""))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("There is water coming through the ceiling!", "emergency"),
        ("I can smell gas in the kitchen", "emergency"),
        ("Can I speak to a person please?", "wants_person"),
    ],
)
def test_the_shipped_lanes_recognise_what_cannot_wait(said: str, code: str) -> None:
    lane = find_lane([said], prompting.shipped_playbook().lanes)
    assert lane is not None
    assert lane.code == code


@pytest.mark.parametrize("name", ["whatsapp", "phone"])
def test_a_prompt_names_only_lanes_and_tools_that_exist(name: str) -> None:
    text = prompts.text(name)
    for code in ("robot", "emergency", "off_topic", "abuse"):
        assert f'choose_lane("{code}")' in text
        assert prompting.shipped_playbook().lane(code) is not None
    for tool in CATALOGUE.values():
        assert (tool.name in text) is (name in tool.channels)
    assert len(text.split()) < 1100


# --- drafts and publishing ----------------------------------------------------------------


def test_a_draft_is_a_faithful_copy(first: PromptVersion, olive: StaffUser) -> None:
    draft = copy_to_draft(version=first, by=olive)
    assert (draft.number, draft.is_draft, draft.created_by) == (2, True, olive)
    assert playbook_of(draft).lanes == playbook_of(first).lanes
    assert draft.whatsapp_text == first.whatsapp_text


def test_a_copy_takes_lanes_that_are_switched_off_along(
    first: PromptVersion, olive: StaffUser
) -> None:
    draft = draft_of(first, olive, code="supplier", is_active=False)
    assert not copy_to_draft(version=draft, by=olive).lanes.get(code="supplier").is_active


def test_a_draft_does_not_answer_customers(first: PromptVersion, olive: StaffUser) -> None:
    copy_to_draft(version=first, by=olive)
    assert current_playbook().label == "v1"


def test_publishing_retires_the_version_before(first: PromptVersion, olive: StaffUser) -> None:
    draft = draft_of(first, olive)
    publish(version=draft, by=olive, reason="Shorter")
    first.refresh_from_db()
    assert (first.status, current_playbook().label) == ("retired", "v2")
    entry = AuditEntry.objects.get(action="publish prompt", by=olive)
    assert (entry.subject, entry.reason) == (draft.subject, "Shorter")
    assert (entry.before, entry.after) == ({"version": "v1"}, {"version": "v2"})


def test_only_a_draft_is_published(first: PromptVersion, olive: StaffUser) -> None:
    with pytest.raises(NotADraftError, match="v1 is not a draft"):
        publish(version=first, by=olive)


def test_published_lanes_cannot_be_edited_or_deleted(first: PromptVersion) -> None:
    lane = first.lanes.all()[0]
    with pytest.raises(ValidationError, match="copy them to a draft"):
        lane.save()
    with pytest.raises(ValidationError, match="copy them to a draft"):
        lane.delete()


def test_the_database_refuses_two_published_versions(first: PromptVersion) -> None:
    with pytest.raises(IntegrityError, match="one_published_prompt"):
        PromptVersion.objects.create(number=9, status="published", published_at="2026-01-05T09:00Z")


UNFIT = [
    ({"code": "emergency", "is_active": False}, "must be an active lane with the code “emergency”"),
    ({"code": "emergency", "action": "reply"}, "call a colleague"),
    ({"code": "emergency", "reply": "Ring 999."}, r"must name \{emergency_phone\}"),
    ({"code": "wants_person", "reply": "Soon."}, r"must name \{office_phone\}"),
    ({"code": "robot", "is_active": False}, "code “robot”"),
    ({"code": "abuse", "reply": "Ring {offce_phone}."}, r"nobody fills in \{offce_phone\}"),
    ({"code": "abuse", "reply": " "}, "needs the fixed text"),
    ({"code": "supplier", "triggers": "-invoice*"}, "“Supplier”: the rule"),
]


@pytest.mark.parametrize(("lane", "problem"), UNFIT, ids=[problem for _, problem in UNFIT])
def test_an_unfit_draft_is_not_published(
    first: PromptVersion, olive: StaffUser, lane: dict[str, Any], problem: str
) -> None:
    with pytest.raises(UnfitPromptError, match=problem):
        publish(version=draft_of(first, olive, **lane), by=olive)
    assert published_version() == first


@pytest.mark.parametrize("field", ["whatsapp_text", "phone_text"])
def test_an_empty_text_is_not_published(first: PromptVersion, olive: StaffUser, field: str) -> None:
    draft = copy_to_draft(version=first, by=olive)
    PromptVersion.objects.filter(pk=draft.pk).update(**{field: " \n"})
    with pytest.raises(UnfitPromptError, match="text is empty"):
        publish(version=draft, by=olive)


def test_all_problems_are_named_at_once(first: PromptVersion, olive: StaffUser) -> None:
    draft = draft_of(first, olive, code="abuse", reply=" ")
    draft.lanes.filter(code="emergency").update(is_active=False)
    with pytest.raises(UnfitPromptError) as caught:
        publish(version=draft, by=olive)
    assert len(caught.value.problems) == 2


# --- rolling back -------------------------------------------------------------------------


def test_rolling_back_brings_a_version_back_under_its_number(
    first: PromptVersion, olive: StaffUser
) -> None:
    second = publish(version=draft_of(first, olive), by=olive)
    roll_back(to=first, by=olive, reason="Too curt")
    second.refresh_from_db()
    assert (current_playbook().label, second.status) == ("v1", "retired")
    entry = AuditEntry.objects.get(action="roll back prompt")
    assert (entry.by, entry.reason, entry.before) == (olive, "Too curt", {"version": "v2"})


@pytest.mark.parametrize("is_draft", [True, False])
def test_only_an_older_version_comes_back(
    first: PromptVersion, olive: StaffUser, is_draft: bool
) -> None:
    version = draft_of(first, olive) if is_draft else first
    with pytest.raises(NotRetiredError, match="draft" if is_draft else "published"):
        roll_back(to=version, by=olive, reason="x")


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_who_publish_at_once_follow_one_another(
    first: PromptVersion, olive: StaffUser
) -> None:
    drafts = [draft_of(first, olive) for _ in range(4)]

    def publish_one(draft: PromptVersion) -> None:
        publish(version=draft, by=olive)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(publish_one, drafts))
    assert PromptVersion.objects.filter(status="published").count() == 1
    assert AuditEntry.objects.filter(action="publish prompt", by=olive).count() == 4


@pytest.mark.django_db(transaction=True)
def test_two_copies_at_once_get_numbers_of_their_own(
    first: PromptVersion, olive: StaffUser
) -> None:
    def copy_one(_: int) -> int:
        draft = copy_to_draft(version=first, by=olive)
        connection.close()
        return draft.number

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(copy_one, range(4))) == [2, 3, 4, 5]
