"""The board of running calls and the page of one, as staff read them."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.leads import OfficeUserFactory
from tests.voice.posts import post, report, said, status, tool_call
from voice.models import Call

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults", "sandbox")]


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(OfficeUserFactory())
    return client


def board(client: Client) -> str:
    return client.get(reverse("admin:voice_call_board")).content.decode()


def page(client: Client) -> str:
    address = reverse("admin:voice_call_change", args=[Call.objects.get().pk])
    return client.get(address).content.decode()


@pytest.fixture
def running() -> Call:
    status("in-progress")
    Call.objects.update(heard_at="2099-01-01T00:00Z")
    return Call.objects.get()


def test_a_running_call_is_on_the_board_with_what_was_said(office: Client, running: Call) -> None:
    said("user", "I would like a loft.", at=3)
    shown = board(office)
    assert "07700 900123" in shown
    assert "I would like a loft." in shown


def test_what_the_assistant_did_stands_between_the_lines(office: Client, running: Call) -> None:
    post("tool-calls", toolCallList=[tool_call("check_service_area", postcode="NW3")])
    assert "NW3" in page(office)


def test_nobody_on_the_line_is_said_plainly(office: Client) -> None:
    assert "Nobody is on the line." in board(office)


def test_an_ended_call_leaves_the_board_and_stays_below_it(office: Client, running: Call) -> None:
    report()
    shown = board(office)
    assert "Nobody is on the line." in shown
    assert "Wants a loft." in shown


def test_a_silent_call_does_not_run_for_ever(office: Client) -> None:
    status("in-progress")
    Call.objects.update(heard_at="2020-01-01T00:00Z")
    assert "Nobody is on the line." in board(office)


def test_the_page_tells_how_it_ended_and_what_it_cost(office: Client) -> None:
    report()
    shown = page(office)
    assert "The caller rang off" in shown
    assert "1 min 30 s" in shown
    assert "$0.1235" in shown


def test_what_a_caller_says_is_text(office: Client, running: Call) -> None:
    said("user", "<script>alert(1)</script>", at=3)
    assert "<script>alert(1)" not in board(office)
    assert "<script>alert(1)" not in page(office)


def test_whoever_may_not_see_calls_does_not(client: Client) -> None:
    nobody = OfficeUserFactory()
    nobody.is_superuser = False
    nobody.save()
    client.force_login(nobody)
    assert client.get(reverse("admin:voice_call_board")).status_code == 403


def test_a_strange_number_is_not_found(office: Client) -> None:
    assert office.get("/admin/voice/call/999999/change/").status_code == 404
    assert office.get("/admin/voice/call/abc/change/").status_code == 404
