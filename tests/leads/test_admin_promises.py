"""The office's pages of promises and consents."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hampstead.core.clock import now
from hampstead.core.models import AuditEntry, StaffTask, StaffUser
from leads.consents import newest_consent, withdraw_consent
from leads.models import ConsentRecord, ContactPurpose, Person, Promise
from leads.promises import cancel_promise, keep_promise, make_promise
from tests.factories.core import StaffUserFactory
from tests.factories.leads import LeadFactory, PersonFactory

pytestmark = pytest.mark.django_db
LIST = "admin:leads_promise_changelist"
SUBMIT = {"_form_submitted": "True", "reason": "They rang us"}


def promise_to(name: str = "Ada Invented", **more: Any) -> Promise:
    lead = LeadFactory(person__name=name)
    return make_promise(
        person=lead.person,
        lead=lead,
        kind=Promise.Kind.CALL_BACK,
        source="conversation:12",
        about="the loft",
        wish="after five",
        **more,
    )


def overdue(name: str = "Olga Overdue") -> Promise:
    promise = promise_to(name)
    Promise.objects.filter(pk=promise.pk).update(due_at=now() - timedelta(hours=1))
    return promise


def viewer(model: str) -> StaffUser:
    """May look, but not act."""
    user: Any = StaffUserFactory()
    user.user_permissions.add(Permission.objects.get(codename=f"view_{model}"))
    return StaffUser.objects.get(pk=user.pk)


def queries_of(office: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:  # fmt: skip
        assert office.get(address).status_code == 200
    return len(captured)


def test_ten_promises_cost_as_many_queries_as_one(office: Client) -> None:
    overdue()
    office.get(reverse(LIST))  # fills what is cached for the process
    one = queries_of(office, reverse(LIST))
    for _ in range(9):
        overdue()
    assert queries_of(office, reverse(LIST)) == one


def test_what_is_open_comes_first_and_what_is_late_before_it(
    office: Client, olive: StaffUser
) -> None:
    keep_promise(promise=promise_to("Kate Kept"), by=olive)
    promise_to("Otto Open")
    overdue()
    rows = office.get(reverse(LIST)).context["cl"].result_list
    assert [row.person.name for row in rows] == ["Olga Overdue", "Otto Open", "Kate Kept"]


def test_the_list_says_what_is_overdue(office: Client) -> None:
    overdue()
    text = office.get(reverse(LIST)).content.decode()
    for shown in ("Overdue", "Olga Overdue", "the loft", "after five", "AI"):
        assert shown in text


@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("open", ["Olga Overdue", "Otto Open"]),
        ("overdue", ["Olga Overdue"]),
        ("kept", ["Kate Kept"]),
        ("cancelled", ["Carl Cancelled"]),
    ],
)
def test_the_list_filters_by_state(
    office: Client, olive: StaffUser, state: str, names: list[str]
) -> None:
    keep_promise(promise=promise_to("Kate Kept"), by=olive)
    cancel_promise(promise=promise_to("Carl Cancelled"), by=olive, reason="x")
    promise_to("Otto Open")
    overdue()
    rows = office.get(reverse(LIST), {"state": state}).context["cl"].result_list
    assert [row.person.name for row in rows] == names


def test_the_page_of_a_promise_leads_to_person_and_chat(office: Client) -> None:
    promise = promise_to()
    page = reverse("admin:leads_promise_change", args=[promise.pk])
    text = office.get(page).content.decode()
    assert reverse("admin:leads_person_change", args=[promise.person_id]) in text
    assert reverse("admin:conversations_conversation_change", args=[12]) in text
    assert promise.person.spoken_phone in text


def test_a_task_leads_to_its_promise(office: Client) -> None:
    promise = promise_to()
    text = office.get(reverse("admin:core_stafftask_changelist")).content.decode()
    assert reverse("admin:leads_promise_change", args=[promise.pk]) in text
    assert "Ring back: Ada Invented" in text


@pytest.mark.parametrize(
    ("button", "action", "outcome"),
    [
        ("keep", "keep promise", "Kept by Olive Office"),
        ("cancel", "cancel promise", "Cancelled: They rang us"),
    ],
)
def test_a_button_closes_a_promise_and_is_audited(
    office: Client, olive: StaffUser, button: str, action: str, outcome: str
) -> None:
    promise = promise_to()
    office.post(reverse(f"admin:leads_promise_{button}", args=[promise.pk]), SUBMIT)
    text = office.get(reverse("admin:leads_promise_change", args=[promise.pk])).content.decode()
    assert outcome in text
    assert AuditEntry.objects.get(action=action).by == olive
    assert reverse("admin:leads_promise_keep", args=[promise.pk]) not in text


def test_a_promise_is_not_cancelled_without_a_reason(office: Client) -> None:
    promise = promise_to()
    page = reverse("admin:leads_promise_cancel", args=[promise.pk])
    office.post(page, {**SUBMIT, "reason": ""})
    promise.refresh_from_db()
    assert promise.is_open


@pytest.mark.parametrize("button", ["keep", "cancel"])
def test_following_a_link_changes_nothing(office: Client, button: str) -> None:
    promise = promise_to()
    page = reverse(f"admin:leads_promise_{button}", args=[promise.pk])
    assert office.get(page).status_code == 200
    promise.refresh_from_db()
    assert promise.is_open


@pytest.mark.parametrize("button", ["keep", "cancel"])
def test_who_may_only_look_cannot_close_a_promise(client: Client, button: str) -> None:
    promise = promise_to()
    client.force_login(viewer("promise"))
    page = reverse(f"admin:leads_promise_{button}", args=[promise.pk])
    assert client.post(page, SUBMIT).status_code == 403
    promise.refresh_from_db()
    assert promise.is_open


def test_staff_without_permission_do_not_see_promises(client: Client) -> None:
    client.force_login(StaffUserFactory())
    assert client.get(reverse(LIST)).status_code == 403


def test_several_promises_are_kept_at_once(office: Client) -> None:
    rows = [promise_to(), promise_to()]
    posted = {"action": "keep_selected", "_selected_action": [row.pk for row in rows]}
    office.post(reverse(LIST), posted)
    assert not Promise.objects.open().exists()
    assert AuditEntry.objects.filter(action="keep promise").count() == 2


def test_finishing_the_task_keeps_the_promise(office: Client, olive: StaffUser) -> None:
    promise = promise_to()
    task = StaffTask.objects.get()
    office.post(reverse("admin:core_stafftask_finish", args=[task.pk]), SUBMIT)
    promise.refresh_from_db()
    assert promise.kept_by == olive


def person_page(person: Person) -> str:
    return reverse("admin:leads_person_change", args=[person.pk])


def test_the_person_page_says_who_asked_us_to_stop(office: Client) -> None:
    person = PersonFactory()
    stop: dict[str, Any] = {
        "channel": "whatsapp",
        "purposes": ContactPurpose,
        "source": "message:7",
    }
    withdraw_consent(person=person, quote="STOP <b>", **stop)
    text = office.get(person_page(person)).content.decode()
    assert "WhatsApp: asked us to stop on" in text
    assert "STOP &lt;b&gt;" in text


def test_the_person_page_says_for_what_if_it_is_not_everything(office: Client) -> None:
    person = PersonFactory()
    for purpose, source in (("marketing", "message:7"), ("reminder", "message:7")):
        withdraw_consent(person=person, channel="email", purposes=[purpose], source=source)
    text = office.get(person_page(person)).content.decode()
    assert "E-mail: asked us to stop (reminding them of something and marketing) on" in text


def test_a_person_who_said_nothing_has_a_panel_too(office: Client) -> None:
    assert "Nothing recorded" in office.get(person_page(PersonFactory())).content.decode()


CONSENT = {
    "channel": "phone", "decision": "stop", "purposes": ["service", "marketing"], "quote": "",
    "reason": "Told me on the phone",
}  # fmt: skip


def consent_page(person: Person) -> str:
    return reverse("admin:leads_person_record_consent", args=[person.pk])


def test_staff_record_a_stop_with_a_reason(office: Client, olive: StaffUser) -> None:
    person = PersonFactory()
    answer = office.post(consent_page(person), CONSENT, follow=True)
    assert "we must not contact them" in answer.content.decode()
    newest = newest_consent(person=person, channel="phone", purpose="service")
    assert newest is not None
    assert (newest.is_granted, newest.by) == (False, olive)
    assert AuditEntry.objects.get().reason == "Told me on the phone"


def test_staff_record_that_they_allow_it(office: Client) -> None:
    person = PersonFactory()
    office.post(consent_page(person), {**CONSENT, "decision": "allow", "quote": "Yes, do"})
    newest = newest_consent(person=person, channel="phone", purpose="marketing")
    assert newest is not None
    assert (newest.is_granted, newest.quote) == (True, "Yes, do")


@pytest.mark.parametrize("missing", ["reason", "purposes", "channel", "decision"])
def test_an_incomplete_consent_is_asked_again(office: Client, missing: str) -> None:
    given = {name: value for name, value in CONSENT.items() if name != missing}
    answer = office.post(consent_page(PersonFactory()), given)
    assert "This field is required" in answer.content.decode()
    assert not ConsentRecord.objects.exists()


def test_only_staff_who_may_change_people_record_consent(client: Client) -> None:
    client.force_login(viewer("person"))
    assert client.post(consent_page(PersonFactory()), CONSENT).status_code == 403


def test_an_unknown_person_is_said_kindly(office: Client) -> None:
    address = reverse("admin:leads_person_record_consent", args=[999_999])
    assert "There is no such person." in office.get(address, follow=True).content.decode()
