"""What is kept in memory is always what the rows say."""

import pytest
from django.db import transaction
from django.db.models import F

from hampstead.core.kept import Kept
from hampstead.core.models import Incident, SpendCeiling

pytestmark = pytest.mark.django_db
LIMITS = {"soft_pence": 1, "hard_pence": 2, "person_pence": 1}


class Reader:
    """Reads the vendors' hard ceilings, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, int]:
        self.times += 1
        return dict(SpendCeiling.objects.values_list("vendor", "hard_pence"))


@pytest.fixture
def reader() -> Reader:
    SpendCeiling.objects.all().delete()
    SpendCeiling.objects.create(vendor="a", **LIMITS)
    return Reader()


@pytest.fixture
def kept(reader: Reader) -> Kept[dict[str, int]]:
    kept = Kept(reader, SpendCeiling)
    kept()
    return kept


def test_what_nobody_changed_is_read_once(reader: Reader, kept: Kept[dict[str, int]]) -> None:
    assert kept() == {"a": 2}
    assert reader.times == 1


def test_a_changed_row_is_seen_at_once(kept: Kept[dict[str, int]]) -> None:
    SpendCeiling.objects.update(hard_pence=3)
    assert kept() == {"a": 3}


def test_a_row_changed_twice_is_seen_twice(kept: Kept[dict[str, int]]) -> None:
    for _ in range(2):
        SpendCeiling.objects.update(hard_pence=F("hard_pence") + 1)
        kept()
    assert kept() == {"a": 4}


def test_a_new_row_is_seen_at_once(kept: Kept[dict[str, int]]) -> None:
    SpendCeiling.objects.create(vendor="b", **LIMITS)
    assert kept() == {"a": 2, "b": 2}


def test_a_deleted_row_is_gone_at_once(kept: Kept[dict[str, int]]) -> None:
    SpendCeiling.objects.all().delete()
    assert kept() == {}


def test_what_is_rolled_back_was_never_there(kept: Kept[dict[str, int]]) -> None:
    with transaction.atomic():
        SpendCeiling.objects.update(hard_pence=3)
        assert kept() == {"a": 3}
        transaction.set_rollback(True)
    assert kept() == {"a": 2}


def test_a_change_while_it_is_read_is_seen_the_next_time() -> None:
    def read() -> int:
        found = Incident.objects.count()
        if not found:
            Incident.objects.create(code="", scope="test")
        return found

    kept = Kept(read, Incident)
    assert (kept(), kept()) == (0, 1)


def test_a_reading_that_fails_is_tried_again(kept: Kept[dict[str, int]]) -> None:
    def read() -> str:
        return SpendCeiling.objects.get(vendor="b").vendor

    failing = Kept(read, SpendCeiling)
    with pytest.raises(SpendCeiling.DoesNotExist):
        failing()
    SpendCeiling.objects.create(vendor="b", **LIMITS)
    assert failing() == "b"
