from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hampstead.core.clock import now
from hampstead.core.errors import CATALOGUE
from tests.factories.conversations import TurnFactory
from tests.factories.core import (
    IncidentFactory,
    OutboxFactory,
    RefusedPostsFactory,
    StaffUserFactory,
    VendorCallFactory,
)

pytestmark = pytest.mark.django_db


def test_every_code_is_explained_and_leads_to_its_page(admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:error-codes")).content.decode()
    for code, error in CATALOGUE.items():
        assert error.entry.meaning in page
        assert reverse("admin:error-code", args=[code]) in page


@pytest.mark.parametrize("code", CATALOGUE)
def test_each_code_has_a_page(admin_client: Client, code: str) -> None:
    assert admin_client.get(reverse("admin:error-code", args=[code])).status_code == 200


def test_occurrences_of_all_kinds_are_counted(admin_client: Client) -> None:
    VendorCallFactory(code="E003", is_ok=False)
    VendorCallFactory(code="E003", is_ok=False, at=now() - timedelta(days=3))
    VendorCallFactory(code="E003", is_ok=False, at=now() - timedelta(days=9))
    IncidentFactory(code="E003")
    OutboxFactory(error_code="E003")
    TurnFactory(error_code="E003", attempts=1)
    context = admin_client.get(reverse("admin:error-code", args=["E003"])).context
    assert (context["line"].day, context["line"].week) == (4, 5)
    assert context["line"].is_open
    assert len(context["latest"]) == 6


def test_refused_posts_count_as_invalid_signatures(admin_client: Client) -> None:
    RefusedPostsFactory(count=7)
    context = admin_client.get(reverse("admin:error-code", args=["E013"])).context
    assert context["line"].day == 7


def test_an_unknown_code_is_not_found(admin_client: Client) -> None:
    assert admin_client.get(reverse("admin:error-code", args=["E999"])).status_code == 404


def test_error_codes_need_permission(client: Client) -> None:
    assert client.get(reverse("admin:error-codes")).status_code == 302
    client.force_login(StaffUserFactory())
    assert client.get(reverse("admin:error-codes")).status_code == 403
