from typing import Any

import pytest
from django.db import IntegrityError

from hampstead.core.models import AuditEntry, StaffUser
from leads.models import Band, Lead
from leads.overrides import (
    NoOverrideError,
    ReasonMissingError,
    override_verdict,
    withdraw_override,
)
from tests.factories.leads import LeadFactory, OverrideFactory, QualificationFactory

pytestmark = pytest.mark.django_db


def test_an_override_outranks_the_machine(olive: StaffUser) -> None:
    lead = QualificationFactory(band=Band.WARM).lead
    override_verdict(lead=lead, band=Band.COLD, reason="No budget", by=olive)
    assert lead.verdict == Band.COLD
    assert lead.qualification.band == Band.WARM


def test_a_reason_of_blanks_is_no_reason(olive: StaffUser) -> None:
    with pytest.raises(ReasonMissingError):
        override_verdict(lead=LeadFactory(), band=Band.HOT, reason="  ", by=olive)


def test_a_second_override_replaces_the_first(olive: StaffUser) -> None:
    first = OverrideFactory(band=Band.HOT)
    second = override_verdict(lead=first.lead, band=Band.COLD, reason="Changed", by=olive)
    first.refresh_from_db()
    assert (first.lead.override, first.withdrawn_by) == (second, olive)


def test_withdrawing_brings_the_machine_back(olive: StaffUser) -> None:
    lead = QualificationFactory(band=Band.WARM).lead
    OverrideFactory(lead=lead, band=Band.HOT)
    withdraw_override(lead=lead, by=olive, reason="Mistake")
    assert lead.verdict == Band.WARM


def test_nothing_is_withdrawn_twice(olive: StaffUser) -> None:
    lead = OverrideFactory().lead
    withdraw_override(lead=lead, by=olive, reason="Mistake")
    with pytest.raises(NoOverrideError):
        withdraw_override(lead=lead, by=olive, reason="Mistake")


def test_overriding_is_audited_with_reason_and_bands(olive: StaffUser) -> None:
    lead = QualificationFactory(band=Band.WARM).lead
    override_verdict(lead=lead, band=Band.COLD, reason="No budget", by=olive)
    entry = AuditEntry.objects.get(action="override verdict")
    assert (entry.by, entry.reason) == (olive, "No budget")
    assert (entry.before, entry.after) == ({"band": "warm"}, {"band": "cold"})


def test_overriding_raises_the_version(olive: StaffUser) -> None:
    lead = LeadFactory()
    override_verdict(lead=lead, band=Band.COLD, reason="No budget", by=olive)
    assert lead.version == 2


def test_lists_show_the_override_and_keep_the_machines_band() -> None:
    lead = QualificationFactory(band=Band.WARM, score=65).lead
    OverrideFactory(lead=lead, band=Band.HOT)
    row: Any = Lead.objects.with_verdict().get()
    assert (row.band, row.machine_band, row.score) == ("hot", "warm", 65)
    assert row.is_overridden


def test_the_database_refuses_two_overrides_in_force() -> None:
    override = OverrideFactory()
    with pytest.raises(IntegrityError, match="one_active_override"):
        OverrideFactory(lead=override.lead)


def test_the_database_refuses_an_override_without_reason() -> None:
    with pytest.raises(IntegrityError, match="override_has_a_reason"):
        OverrideFactory(reason="")
