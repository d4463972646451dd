"""POST /microsoft/webhook: the handshake, whose word counts, and what is stored."""

import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings
from time_machine import Traveller

from hampstead.core.models import InboxEvent, RefusedPosts
from leads.calendar_notices import digest
from leads.models import Diary, Surveyor
from tests.factories.leads import SurveyorFactory
from tests.leads.calendars import NOW, later, monday
from tests.running import process_inbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
URL = "/microsoft/webhook"
SECRET = "a-random-client-state"


@pytest.fixture
def diary() -> Diary:
    return subscribed("sub-1", SECRET)


def subscribed(subscription_id: str, secret: str) -> Diary:
    surveyor: Surveyor = SurveyorFactory()
    return Diary.objects.create(
        surveyor=surveyor,
        subscription_id=subscription_id,
        subscription_ends_at=NOW.replace(day=5, month=12),
        client_state_hash=digest(secret),
    )


def notice(subscription_id: Any = "sub-1", client_state: Any = SECRET, **more: Any) -> Any:
    usual = {
        "subscriptionId": subscription_id,
        "clientState": client_state,
        "changeType": "updated",
        "resource": "Users/u/Events/e",
        "resourceData": {"@odata.type": "#Microsoft.Graph.Event", "id": "e"},
        "tenantId": "t",
    }
    return {name: value for name, value in {**usual, **more}.items() if value is not None}


def post(client: Client, *notices: Any) -> int:
    return post_raw(client, json.dumps({"value": list(notices)}).encode())


def post_raw(client: Client, body: bytes) -> int:
    return client.post(URL, body, content_type="application/json").status_code


def lifecycle(event: str) -> Any:
    return notice(changeType=None, resource=None, resourceData=None, lifecycleEvent=event)


# --- the handshake --------------------------------------------------------------------------
TOKEN = "Validation: Testing client application reachability for subscription Request-Id: 1f-2"


def test_the_decoded_token_comes_back_as_plain_text(client: Client) -> None:
    answer: Any = client.post(URL, query_params={"validationToken": TOKEN})
    assert (answer.status_code, answer.content.decode()) == (200, TOKEN)
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "token", ["", "<script>alert(1)</script>", "a\r\nSet-Cookie: x=1", "é", "x" * 1025, "\x00"]
)
def test_what_is_no_token_does_not_come_back(client: Client, token: str) -> None:
    answer: Any = client.post(URL, query_params={"validationToken": token})
    assert (answer.status_code, answer.content) == (400, b"not a token")


def test_a_handshake_stores_nothing(client: Client, diary: Diary) -> None:
    body = json.dumps({"value": [notice()]})
    client.post(f"{URL}?validationToken=abc", body, content_type="application/json")
    assert not InboxEvent.objects.exists()


# --- whose word counts ----------------------------------------------------------------------
def test_a_notice_with_the_secret_is_stored_and_accepted(client: Client, diary: Diary) -> None:
    assert post(client, notice()) == 202
    assert InboxEvent.objects.get().source == "microsoft"


@pytest.mark.parametrize(
    "item",
    [
        notice(client_state="wrong"),
        notice(client_state=None),
        notice(client_state=""),
        notice(client_state="é"),
        notice(client_state="\ud83d"),
        notice(client_state=["a-random-client-state"]),
        notice(subscription_id="sub-2"),
        notice(subscription_id=""),
        notice(subscription_id=None),
        notice(subscription_id="sub-1\x00"),
        notice(subscription_id={"$ne": ""}),
        "sub-1",
        None,
    ],
)
def test_any_other_is_refused_and_only_counted(client: Client, diary: Diary, item: Any) -> None:
    assert post(client, item) == 401
    assert not InboxEvent.objects.exists()
    assert RefusedPosts.objects.get().source == "microsoft"


def test_the_refusal_names_its_code(client: Client, diary: Diary) -> None:
    body = json.dumps({"value": [notice(client_state="wrong")]})
    answer: Any = client.post(URL, body, content_type="application/json")
    assert answer.json()["code"] == "E013"


@pytest.mark.parametrize("stranger", [notice("sub-2", SECRET), "no notice", notice("sub-3")])
def test_one_wrong_notice_does_not_cost_the_good_ones(
    client: Client, diary: Diary, stranger: Any
) -> None:
    other = subscribed("sub-2", "other-secret")
    assert post(client, stranger, notice()) == 202
    process_inbox()
    diary.refresh_from_db()
    other.refresh_from_db()
    assert (diary.changes_wanted_at, other.changes_wanted_at) == (NOW, None)


def test_a_diary_without_subscription_is_nobodys_key(client: Client) -> None:
    Diary.objects.create(surveyor=SurveyorFactory())
    Diary.objects.create(surveyor=SurveyorFactory(), subscription_id="sub-1")
    assert post(client, notice(client_state="0" * 64)) == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"value": []}',
        b'{"value": {}}',
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"value": [' + b"9" * 5_000 + b"]}",
    ],
)
def test_what_is_no_post_of_microsofts_is_refused(
    client: Client, diary: Diary, body: bytes
) -> None:
    assert post_raw(client, body) == 401


def test_a_body_over_the_cap_is_refused_unread(client: Client, settings: Settings) -> None:
    assert post_raw(client, b"x" * (settings.MICROSOFT_MAX_BODY_BYTES + 1)) == 413


# --- what a notice sets going ---------------------------------------------------------------
def test_a_change_marks_the_diary(client: Client, diary: Diary) -> None:
    other = subscribed("sub-2", "other-secret")
    post(client, notice())
    process_inbox()
    diary.refresh_from_db()
    other.refresh_from_db()
    assert (diary.changes_wanted_at, other.changes_wanted_at) == (NOW, None)


def test_a_lost_notice_is_read_for(client: Client, diary: Diary) -> None:
    post(client, lifecycle("missed"))
    process_inbox()
    diary.refresh_from_db()
    assert diary.changes_wanted_at == NOW


def test_the_same_bytes_may_be_news(client: Client, diary: Diary, monday: Traveller) -> None:
    post(client, lifecycle("missed"))
    process_inbox()
    Diary.objects.update(changes_wanted_at=None)
    later(monday, hours=1)
    assert post(client, lifecycle("missed")) == 202
    assert InboxEvent.objects.count() == 1
    diary.refresh_from_db()
    assert diary.changes_wanted_at is not None


def test_a_subscription_to_be_authorised_anew_is_due_for_renewal(
    client: Client, diary: Diary
) -> None:
    post(client, lifecycle("reauthorizationRequired"))
    process_inbox()
    diary.refresh_from_db()
    assert (diary.subscription_id, diary.subscription_ends_at) == ("sub-1", NOW)
    assert diary.changes_wanted_at is None


def test_a_removed_subscription_is_forgotten_and_the_diary_read(
    client: Client, diary: Diary
) -> None:
    post(client, lifecycle("subscriptionRemoved"))
    process_inbox()
    diary.refresh_from_db()
    assert (diary.subscription_id, diary.client_state_hash) == ("", "")
    assert diary.changes_wanted_at == NOW


def test_an_unknown_lifecycle_event_is_a_reason_to_read(client: Client, diary: Diary) -> None:
    post(client, lifecycle("somethingNew"))
    process_inbox()
    diary.refresh_from_db()
    assert diary.changes_wanted_at == NOW
    assert InboxEvent.objects.get().status == InboxEvent.Status.PROCESSED
