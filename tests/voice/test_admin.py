from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.core import StaffUserFactory
from voice.models import Phrase, Transcription

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rows() -> None:
    Phrase.objects.create(
        key="k", text="Good morning.", voice="v", model="m", form="ogg", audio=b"x", size_bytes=1
    )
    Transcription.objects.create(
        key="k",
        text="Do you do lofts?",
        confidence=0.9,
        language="en-GB",
        duration_seconds=2.5,
        model="nova-3",
        cost_pence=Decimal(1),
    )


@pytest.mark.parametrize(
    ("name", "words"), [("phrase", "Good morning."), ("transcription", "Do you do lofts?")]
)
def test_staff_read_what_is_kept(admin_client: Client, name: str, words: str) -> None:
    page = admin_client.get(reverse(f"admin:voice_{name}_changelist")).content.decode()
    assert words in page


@pytest.mark.parametrize(("name", "heavy"), [("phrase", '."audio"'), ("transcription", '."words"')])
def test_a_list_leaves_the_heavy_part_where_it_is(
    admin_client: Client, name: str, heavy: str
) -> None:
    with CaptureQueriesContext(connection) as queries:
        admin_client.get(reverse(f"admin:voice_{name}_changelist"))
    assert not any(heavy in query["sql"] for query in queries)


@pytest.mark.parametrize("name", ["phrase", "transcription"])
def test_nothing_can_be_changed(admin_client: Client, name: str) -> None:
    row = {"phrase": Phrase.objects.get, "transcription": Transcription.objects.get}[name]()
    url = reverse(f"admin:voice_{name}_change", args=[row.pk])
    assert admin_client.post(url, {"text": "x"}).status_code == 403


@pytest.mark.parametrize("name", ["phrase", "transcription"])
def test_staff_without_permission_see_nothing(client: Client, name: str) -> None:
    client.force_login(StaffUserFactory())
    assert client.get(reverse(f"admin:voice_{name}_changelist")).status_code == 403
