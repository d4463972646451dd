"""Cost, ceilings and allowances in the admin."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hampstead.core import allowance, spending
from hampstead.core.allowance import Learned, Quota
from hampstead.core.clock import now
from hampstead.core.models import AuditEntry, SpendCeiling, VendorUse
from hampstead.core.spending import Bill
from tests.factories.core import StaffUserFactory

pytestmark = pytest.mark.django_db
COUNTER = iter(range(1000))


def spend(pence: str = "12.3456", purpose: str = "answer", **more: Any) -> VendorUse:
    bill = Bill(purpose, "conversation:1", "person:1")
    spending.record(vendor="anthropic", bill=bill, cost_pence=Decimal(pence), **more)
    return VendorUse.objects.latest("id")


def learn() -> None:
    news = Learned(Quota(50, 40), Quota(40_000, 30_000), timedelta(seconds=20))
    allowance.learn("anthropic", f"claude-test-{next(COUNTER)}", news)


def shown(client: Client, name: str, *args: int, page: str = "changelist") -> str:
    answer = client.get(reverse(f"admin:core_{name}_{page}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_ledger_shows_totals_by_day_and_purpose(admin_client: Client) -> None:
    for pence, purpose in (("40", "answer"), ("70", "answer"), ("5", "summary")):
        spend(pence, purpose)
    old = spend("900")
    VendorUse.objects.filter(pk=old.pk).update(at=now() - timedelta(days=30))
    page = shown(admin_client, "vendoruse")
    table = page[page.index("Cost by day and purpose") :].split("</table>")[0]
    assert "£1.10" in table
    assert "5.000p" in table
    assert "£9" not in table


def test_the_totals_tell_tokens_in_and_out(admin_client: Client) -> None:
    for _ in range(2):
        spend(input_tokens=100, cache_write_tokens=20, cache_read_tokens=1500, output_tokens=700)
    page = shown(admin_client, "vendoruse")
    table = page[page.index("Cost by day and purpose") :].split("</table>")[0]
    assert "Tokens in" in table
    assert ">3,240<" in table
    assert ">1,400<" in table


def test_the_ledger_is_called_spending_everywhere(admin_client: Client) -> None:
    spend()
    assert "1 use of a vendor" in words(shown(admin_client, "vendoruse"))
    spend()
    page = words(shown(admin_client, "vendoruse"))
    assert "2 spending" in page
    assert "vendor use" not in page.lower()


def words(page: str) -> str:
    return " ".join(page.split())


def test_a_row_of_the_ledger_cannot_be_changed(admin_client: Client) -> None:
    row = spend(model="claude-haiku-5-5", input_tokens=10, cache_read_tokens=1990)
    assert "2,000 (1,990)" in shown(admin_client, "vendoruse")
    page = shown(admin_client, "vendoruse", row.pk, page="change")
    assert "12.346p" in page
    assert 'name="_save"' not in page


def test_an_empty_ledger_has_no_table(admin_client: Client) -> None:
    assert "Cost by day and purpose" not in shown(admin_client, "vendoruse")


def test_staff_set_ceilings_in_pounds_and_the_audit_keeps_who(admin_client: Client) -> None:
    spending.create_absent_ceilings()
    ceiling = SpendCeiling.objects.get(vendor="anthropic")
    url = reverse("admin:core_spendceiling_change", args=[ceiling.pk])
    admin_client.post(url, {"soft_pence": "20", "hard_pence": "£40", "person_pence": "2"})
    ceiling.refresh_from_db()
    assert (ceiling.soft_pence, ceiling.hard_pence, ceiling.person_pence) == (2000, 4000, 200)
    assert AuditEntry.objects.get().subject == f"spendceiling:{ceiling.pk}"


def test_a_hard_ceiling_below_the_soft_one_is_refused_in_words(admin_client: Client) -> None:
    spending.create_absent_ceilings()
    ceiling = SpendCeiling.objects.get(vendor="anthropic")
    url = reverse("admin:core_spendceiling_change", args=[ceiling.pk])
    fields = {"soft_pence": "20", "hard_pence": "10", "person_pence": "2"}
    assert (
        "The hard ceiling must be the highest." in admin_client.post(url, fields).content.decode()
    )
    ceiling.refresh_from_db()
    assert ceiling.soft_pence == 1000


def test_a_ceiling_shows_what_is_spent(admin_client: Client) -> None:
    spending.create_absent_ceilings()
    spend("450")
    page = shown(admin_client, "spendceiling")
    assert "£4.50" in page
    assert "£10" in page


def test_ceilings_are_neither_added_nor_deleted(admin_client: Client) -> None:
    spending.create_absent_ceilings()
    pk = SpendCeiling.objects.get(vendor="anthropic").pk
    for url in (
        reverse("admin:core_spendceiling_add"),
        reverse("admin:core_spendceiling_delete", args=[pk]),
    ):
        assert admin_client.get(url).status_code == 403


def test_an_allowance_shows_what_is_left(admin_client: Client) -> None:
    learn()
    page = shown(admin_client, "vendorallowance")
    assert "40 of 50" in page
    assert "30,000 of 40,000" in page


LISTS: dict[str, Callable[[], Any]] = {"vendoruse": spend, "vendorallowance": learn}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_no_query_per_row(admin_client: Client, name: str) -> None:
    LISTS[name]()
    shown(admin_client, name)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            shown(admin_client, name)
        counts.append(len(queries))
        for _ in range(5):
            LISTS[name]()
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["vendoruse", "spendceiling", "vendorallowance"])
def test_staff_without_permission_see_nothing(client: Client, name: str) -> None:
    client.force_login(StaffUserFactory())
    assert client.get(reverse(f"admin:core_{name}_changelist")).status_code == 403
