"""What conversations add to /metrics."""

from datetime import timedelta

import pytest

from conversations.metrics import figures
from conversations.models import AnswerCheck, Turn
from hampstead.core.clock import now
from leads.models import Promise
from tests.factories.conversations import AnswerCheckFactory, TurnFactory
from tests.factories.leads import PersonFactory

pytestmark = pytest.mark.django_db


def value(name: str, **labels: str) -> float | None:
    for family in figures():
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return float(sample.value)
    return None


def test_checks_are_counted_by_outcome() -> None:
    AnswerCheckFactory()
    assert value("answer_checks_24h", outcome="repaired") == 1
    assert value("answer_checks_24h", outcome="replaced") == 0


def test_findings_are_counted_by_kind() -> None:
    AnswerCheckFactory.create_batch(2)
    assert value("answer_findings_24h", kind="booked") == 2


def test_checks_of_the_day_before_are_not_counted() -> None:
    AnswerCheckFactory()
    AnswerCheck.objects.update(at=now() - timedelta(days=2))
    assert value("answer_checks_24h", outcome="repaired") == 0


def test_turns_are_counted_by_who_answered_and_lane() -> None:
    TurnFactory(
        status=Turn.Status.ANSWERED,
        answered_by=Turn.AnsweredBy.MODEL,
        enquiry_lane="off_topic",
        closed_at=now(),
    )
    assert value("turns_24h", answered_by="model", lane="off_topic") == 1


@pytest.mark.parametrize(("hours", "state"), [(-1, "overdue"), (1, "in_time")])
def test_promises_are_counted_by_whether_they_are_late(hours: int, state: str) -> None:
    due_at = now() + timedelta(hours=hours)
    Promise.objects.create(person=PersonFactory(), kind="reply", source="x", due_at=due_at)
    assert value("promises_open", state=state) == 1
