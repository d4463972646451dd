"""When mailboxes are busy; what cannot be read is never free."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from leads.outlook import Block, FreeBusy, outlook
from tests.leads.outlook.asking import AISHA, DAY, NEXT_DAY, TOM, asked, at, busy
from tests.vendors import Sandbox

pytestmark = pytest.mark.django_db
NOBODY = "nobody@hampstead.example"


@pytest.mark.parametrize("show_as", ["free", "tentative", "busy", "oof", "workingElsewhere"])
def test_an_entry_is_a_block_with_exact_times(sandbox: Sandbox, show_as: str) -> None:
    sandbox.person_adds(TOM, at(9, 10), at(9, 50), subject="Site", show_as=show_as)
    assert busy() == FreeBusy((Block(at(9, 10), at(9, 50), show_as, False, "Site"),))


def test_a_private_entry_takes_time_and_keeps_its_subject(sandbox: Sandbox) -> None:
    sandbox.person_adds(TOM, at(9), at(10), subject="Doctor", sensitivity="private")
    (block,) = busy().blocks
    assert (block.starts, block.subject) == (at(9), "")


def test_an_empty_calendar_is_free(sandbox: Sandbox) -> None:
    assert busy() == FreeBusy(())


def test_several_mailboxes_are_asked_in_one_call(sandbox: Sandbox) -> None:
    sandbox.person_adds(AISHA, at(9), at(10))
    found = outlook().free_busy([TOM, AISHA], starts=DAY, ends=NEXT_DAY)
    assert [len(found[mailbox].blocks) for mailbox in (TOM, AISHA)] == [0, 1]
    assert len(asked(sandbox, "/getSchedule")) == 1


def test_the_answer_is_by_the_mailbox_as_it_was_given(sandbox: Sandbox) -> None:
    sandbox.person_adds(TOM, at(9), at(10))
    named = TOM.title()
    found = outlook().free_busy([named], starts=DAY, ends=NEXT_DAY)
    assert len(found[named].blocks) == 1


def test_one_mailbox_in_trouble_leaves_the_others_readable(sandbox: Sandbox) -> None:
    sandbox.person_adds(TOM, at(9), at(10))
    sandbox.microsoft(unreadable=[AISHA])
    found = outlook().free_busy([TOM, AISHA], starts=DAY, ends=NEXT_DAY)
    assert len(found[TOM].blocks) == 1
    assert found[AISHA].blocks == ()
    assert "5009" in found[AISHA].error


def test_more_than_twenty_mailboxes_take_several_calls(sandbox: Sandbox) -> None:
    many = [f"surveyor{n}@hampstead.example" for n in range(21)]
    found = outlook().free_busy(many, starts=DAY, ends=NEXT_DAY)
    assert len(found) == 21
    assert len(asked(sandbox, "/getSchedule")) == 2


def test_a_long_window_takes_several_calls_and_keeps_what_crosses_their_border(
    sandbox: Sandbox,
) -> None:
    border = DAY + timedelta(days=60)
    sandbox.person_adds(TOM, border - timedelta(hours=1), border + timedelta(hours=1))
    found = busy(ends=DAY + timedelta(days=90))
    assert [block.starts for block in found.blocks] == [border - timedelta(hours=1)]
    assert len(asked(sandbox, "/getSchedule")) == 2


def test_a_whole_day_is_known_by_its_edges(sandbox: Sandbox) -> None:
    july = datetime(2026, 7, 1, tzinfo=UTC)
    days = {"starts": date(2026, 7, 1), "ends": date(2026, 7, 2)}
    sandbox.person_adds(TOM, **days, is_all_day=True, show_as="free", subject="Holiday")
    (block,) = busy(starts=july, ends=july + timedelta(days=1)).blocks
    assert (block.is_all_day, block.show_as, block.subject) == (True, "free", "Holiday")


def answered(sandbox: Sandbox, **row: Any) -> FreeBusy:
    """What we make of such a row of Microsoft's answer."""
    body = {"value": [{"scheduleId": TOM, **row}]}
    sandbox.fault("microsoft", "/getSchedule", status=200, body=body)
    return busy()


def moment(text: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": text, "timeZone": zone}


ITEM = {
    "status": "busy",
    "start": moment("2026-12-01T09:00:00.0000000"),
    "end": moment("2026-12-01T10:00:00.0000000"),
}


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"scheduleItems": []},
        {"scheduleItems": [], "availabilityView": ""},
        {"scheduleItems": None, "availabilityView": None},
        {"error": {"message": "no", "responseCode": "5009"}, "availabilityView": "0000"},
        {"error": "odd"},
        {"scheduleItems": ["x"]},
        {"scheduleItems": [{**ITEM, "start": None}]},
        {"scheduleItems": [{"status": "busy"}]},
        {"scheduleItems": [{**ITEM, "end": moment("2026-12-01T08:00:00")}]},
        {"scheduleItems": [{**ITEM, "start": moment("2026-12-01T08:00:00", "Customized")}]},
        {"scheduleItems": [], "availabilityView": "00"},
    ],
)
def test_what_says_nothing_readable_is_an_error_and_not_free(
    sandbox: Sandbox, row: dict[str, Any]
) -> None:
    found = answered(sandbox, **row)
    assert found.error
    assert found.blocks == ()


def test_a_mailbox_left_out_of_the_answer_is_an_error(sandbox: Sandbox) -> None:
    sandbox.fault("microsoft", "/getSchedule", status=200, body={"value": []})
    assert busy().error


def test_without_entries_the_view_tells_what_is_busy(sandbox: Sandbox) -> None:
    view = "0" * 36 + "2319" + "0" * 56
    found = answered(sandbox, availabilityView=view)
    assert [(block.starts, block.show_as) for block in found.blocks] == [
        (at(9), "busy"),
        (at(9, 15), "oof"),
        (at(9, 30), "tentative"),
        (at(9, 45), "unknown"),
    ]


def test_entries_without_a_view_are_enough(sandbox: Sandbox) -> None:
    assert answered(sandbox, scheduleItems=[ITEM]).blocks[0].starts == at(9)


def test_a_status_we_do_not_know_is_unknown(sandbox: Sandbox) -> None:
    found = answered(sandbox, scheduleItems=[{**ITEM, "status": "onTheMoon"}])
    assert found.blocks[0].show_as == "unknown"


def test_an_entry_without_length_takes_no_time(sandbox: Sandbox) -> None:
    found = answered(sandbox, scheduleItems=[{**ITEM, "end": ITEM["start"]}])
    assert found == FreeBusy(())


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        # The clock goes back: 01:30 comes twice, so an hour as written may last two.
        (date(2026, 10, 25), time(2, 30)),
        # The clock goes forward: 01:30 does not exist.
        (date(2027, 3, 28), time(1, 30)),
    ],
)
def test_at_both_clock_changes_no_busy_time_is_lost(
    sandbox: Sandbox, day: date, ends: time
) -> None:
    zone = "GMT Standard Time"
    item = {
        **ITEM,
        "start": moment(f"{day}T01:30:00.0000000", zone),
        "end": moment(f"{day}T02:30:00.0000000", zone),
    }
    (block,) = answered(sandbox, scheduleItems=[item]).blocks
    assert block.starts == datetime.combine(day, time(0, 30), UTC)
    assert block.ends == datetime.combine(day, ends, UTC)


@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28)])
def test_entries_on_the_days_of_the_clock_changes_keep_their_time(
    sandbox: Sandbox, day: date
) -> None:
    begins = datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
    sandbox.person_adds(TOM, begins, begins + timedelta(hours=1))
    (block,) = busy(starts=begins - timedelta(hours=14), ends=begins + timedelta(hours=10)).blocks
    assert block.starts == begins


def test_a_private_subject_that_microsoft_gives_us_is_not_kept(sandbox: Sandbox) -> None:
    when = {
        name: {"dateTime": f"2026-12-01T{hour}:00:00", "timeZone": "UTC"}
        for name, hour in (("start", 14), ("end", 15))
    }
    item = {**when, "status": "busy", "subject": "Clinic", "isPrivate": True}
    row = {"scheduleId": TOM, "scheduleItems": [item], "availabilityView": "2"}
    sandbox.fault("microsoft", "getSchedule", status=200, body={"value": [row]})
    (block,) = busy().blocks
    assert (block.starts, block.subject) == (at(14), "")
