"""The office's pages of surveys: the board, one visit, and the buttons of each state."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hampstead.core.clock import LONDON, now, to_london
from hampstead.core.models import AuditEntry, StaffUser
from leads.models import Diary, Survey, SurveyNotice, Surveyor
from tests.factories.core import StaffUserFactory
from tests.factories.leads import LeadFactory, SurveyFactory
from tests.vendors import Sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
BOARD = "admin:leads_survey_board"
SUBMIT = {"_form_submitted": "True", "reason": "They rang us"}
Status = Survey.Status


def next_week(days: int, hour: int, minute: int = 0) -> datetime:
    today = to_london(now()).date()
    day = today + timedelta(days=7 - today.weekday() + days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


def visit(name: str = "Ada Invented", days: int = 1, **more: Any) -> Survey:
    starts = next_week(days, 10, 30)
    told = {"told": "booked", "told_starts_at": starts}
    lead = LeadFactory(person__name=name)
    fields = {"surveyor": Surveyor.objects.order_by("-name")[0], **told, **more}
    return SurveyFactory(lead=lead, starts_at=starts, **fields)


def page(survey: Survey, what: str = "change") -> str:
    return reverse(f"admin:leads_survey_{what}", args=[survey.pk])


def press(office: Client, survey: Survey, what: str) -> None:
    assert office.post(page(survey, what), SUBMIT).status_code in (200, 302)
    survey.refresh_from_db()


def offered(office: Client, survey: Survey) -> str:
    return office.get(page(survey)).content.decode()


def board(office: Client, **query: str) -> str:
    answer = office.get(reverse(BOARD), {"day": f"{next_week(0, 9):%Y-%m-%d}", **query})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_board_shows_visits_and_other_entries(office: Client) -> None:
    survey = visit()
    starts, ends = next_week(2, 9), next_week(2, 10)
    Diary.objects.create(
        surveyor=survey.surveyor,
        read_at=now(),
        blocks=[
            {
                "starts": starts.isoformat(),
                "ends": ends.isoformat(),
                "show_as": "oof",
                "is_all_day": False,
                "subject": "",
            }
        ],
    )
    text = board(office)
    for shown in ("Ada Invented", "10:30–11:15", "Out of office", "09:00–10:00"):
        assert shown in text


def test_our_own_entry_is_not_shown_twice(office: Client) -> None:
    survey = visit()
    block = {
        "starts": survey.starts_at.isoformat(),
        "ends": survey.ends_at.isoformat(),
        "show_as": "busy",
        "is_all_day": False,
        "subject": "Survey: kitchen",
    }
    Diary.objects.create(surveyor=survey.surveyor, read_at=now(), blocks=[block])
    assert "Survey: kitchen" not in board(office)


def test_clashes_come_first_among_what_needs_a_person(office: Client) -> None:
    visit("Norma Nottold", told="", told_starts_at=None)
    visit("Clara Clash", days=2, status=Status.CONFLICT, trouble="Clashes with “Dentist”.")
    text = board(office)
    assert text.index("Clara Clash") < text.index("Norma Nottold")
    assert "Clashes with “Dentist”." in text


def test_a_settled_visit_needs_nobody(office: Client) -> None:
    visit()
    assert "Needs a person" not in board(office)


def test_the_day_view_shows_one_day(office: Client) -> None:
    visit("Tuesday Tess", days=1)
    visit("Friday Fred", days=4)
    text = board(office, view="day", day=f"{next_week(1, 9):%Y-%m-%d}")
    assert "Tuesday Tess" in text
    assert "Friday Fred" not in text


def test_an_unreadable_date_shows_this_week(office: Client) -> None:
    assert office.get(reverse(BOARD), {"day": "soon"}).status_code == 200


def test_the_board_costs_the_same_for_ten_visits_as_for_one(office: Client) -> None:
    visit()
    board(office)
    with CaptureQueriesContext(connection) as one:
        board(office)
    for number in range(9):
        visit(f"Person {number}", days=number % 5 + 7 * (1 + number // 5))
    with CaptureQueriesContext(connection) as ten:
        board(office)
    assert len(ten) == len(one)


def test_a_clash_can_be_kept(office: Client) -> None:
    survey = visit(status=Status.CONFLICT, trouble="Deleted in the calendar.")
    press(office, survey, "keep")
    assert (survey.status, survey.trouble) == (Status.PROVISIONAL, "")


def test_a_survey_that_waits_for_approval_is_approved(office: Client, sandbox: Sandbox) -> None:
    survey = visit(status=Status.PROVISIONAL, needs_approval=True, told="provisional")
    press(office, survey, "approve")
    assert survey.approved_by is not None


def test_a_refused_survey_is_cancelled(office: Client) -> None:
    survey = visit(status=Status.PROVISIONAL, needs_approval=True, told="provisional")
    press(office, survey, "refuse")
    assert survey.status == Status.CANCELLED


def test_approving_while_microsoft_is_away_says_so(office: Client, sandbox: Sandbox) -> None:
    survey = visit(status=Status.PROVISIONAL, needs_approval=True, told="provisional")
    sandbox.fault("microsoft", status=503, times=5)
    press(office, survey, "approve")
    assert survey.approved_by is None
    assert "E009" in offered(office, survey)


def test_a_customer_who_expects_another_time_is_told(office: Client) -> None:
    survey = visit(told_starts_at=next_week(1, 9))
    press(office, survey, "tell")
    notice = survey.notices.get(purpose=SurveyNotice.Purpose.MOVED)
    assert notice.state == SurveyNotice.State.DUE


def test_a_customer_told_in_person_gets_no_message(office: Client) -> None:
    survey = visit(told_starts_at=next_week(1, 9))
    press(office, survey, "were_told")
    assert survey.is_told


def test_cancelling_keeps_the_reason(office: Client) -> None:
    survey = visit()
    press(office, survey, "cancel")
    assert survey.status == Status.CANCELLED
    entry = AuditEntry.objects.get(subject=survey.subject, action="cancel survey")
    assert entry.reason == "They rang us"


@pytest.mark.parametrize(
    ("status", "shown", "hidden"),
    [
        (Status.CONFIRMED, "Move", "Approve"),
        (Status.CONFLICT, "Keep it as it is", "Approve"),
        (Status.CANCELLED, "Brief", "Move"),
    ],
)
def test_only_what_makes_sense_is_offered(
    office: Client, status: str, shown: str, hidden: str
) -> None:
    survey = visit(status=status)
    text = offered(office, survey).partition("</header>")[0]
    assert f">{shown}<" in " ".join(text.split()).replace("> ", ">").replace(" <", "<")
    assert f"/{hidden.lower()}/" not in text


def moving(slot: datetime, **more: str) -> dict[str, str]:
    surveyor = Surveyor.objects.order_by("-name")[0]
    local = to_london(slot)
    return {
        "free": "other",
        "surveyor": str(surveyor.pk),
        "day": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "reason": "",
        **more,
    }


def test_staff_move_a_visit_to_any_time(office: Client, sandbox: Sandbox) -> None:
    survey = visit()
    office.post(page(survey, "move"), moving(next_week(3, 11, 15)))
    survey.refresh_from_db()
    assert survey.starts_at == next_week(3, 11, 15)


def test_a_refused_time_is_explained(office: Client, sandbox: Sandbox) -> None:
    survey = visit()
    answer = office.post(page(survey, "move"), moving(next_week(6, 11)))
    assert "does not work on that day" in answer.content.decode()
    survey.refresh_from_db()
    assert survey.starts_at == next_week(1, 10, 30)


def test_a_rule_may_be_overruled_with_a_reason(office: Client, sandbox: Sandbox) -> None:
    survey = visit()
    asked = moving(next_week(5, 11), despite="on", reason="They can only do Saturdays.")
    office.post(page(survey, "move"), asked)
    survey.refresh_from_db()
    assert survey.starts_at == next_week(5, 11)


def test_overruling_without_a_reason_is_asked_back(office: Client, sandbox: Sandbox) -> None:
    survey = visit()
    answer = office.post(page(survey, "move"), moving(next_week(5, 11), despite="on"))
    assert "Say why the rules should not count here." in answer.content.decode()


def test_a_time_the_clocks_skip_is_refused(office: Client, sandbox: Sandbox) -> None:
    survey = visit()
    asked = moving(next_week(3, 11), day="2027-03-28", time="01:30")
    answer = office.post(page(survey, "move"), asked)
    assert answer.status_code == 200
    survey.refresh_from_db()
    assert survey.starts_at == next_week(1, 10, 30)


def test_free_times_are_not_invented_while_the_calendar_is_away(
    office: Client, sandbox: Sandbox
) -> None:
    survey = visit()
    sandbox.fault("microsoft", status=503, times=9)
    text = office.get(page(survey, "move")).content.decode()
    assert "The calendars cannot be read now (E009)" in text


def test_staff_book_from_the_lead(office: Client, sandbox: Sandbox) -> None:
    lead = LeadFactory()
    asked = moving(next_week(2, 11), postcode="nw32qg", address="", access_notes="Ring twice")
    office.post(reverse("admin:leads_survey_book", args=[lead.pk]), asked)
    survey = lead.surveys.get()
    assert (survey.postcode, survey.access_notes) == ("NW3 2QG", "Ring twice")
    assert survey.booked_by is not None


def viewer() -> StaffUser:
    user: Any = StaffUserFactory()
    user.user_permissions.add(Permission.objects.get(codename="view_survey"))
    return StaffUser.objects.get(pk=user.pk)


def test_who_may_only_look_changes_nothing(client: Client) -> None:
    survey, lead = visit(), LeadFactory()
    client.force_login(viewer())
    assert client.get(reverse(BOARD)).status_code == 200
    for what in ("cancel", "move"):
        assert client.post(page(survey, what), SUBMIT).status_code == 403
    book = reverse("admin:leads_survey_book", args=[lead.pk])
    assert client.post(book, moving(next_week(2, 11))).status_code == 403


def test_others_of_the_office_do_not_see_the_board(client: Client) -> None:
    client.force_login(StaffUserFactory())
    assert client.get(reverse(BOARD)).status_code == 403


def test_changed_working_hours_are_in_the_audit(office: Client) -> None:
    surveyor = Surveyor.objects.order_by("-name")[0]
    address = reverse("admin:leads_surveyor_change", args=[surveyor.pk])
    form = office.get(address).context["inline_admin_formsets"][0].formset
    data = {
        "name": surveyor.name,
        "mailbox": surveyor.mailbox,
        "outcode": surveyor.outcode,
        "max_a_day": "4",
        "is_active": "on",
        "hours-TOTAL_FORMS": str(len(form.forms)),
        "hours-INITIAL_FORMS": str(form.initial_form_count()),
    }
    for number, row in enumerate(form.forms):
        if row.instance.pk:
            data |= {
                f"hours-{number}-id": str(row.instance.pk),
                f"hours-{number}-surveyor": str(surveyor.pk),
                f"hours-{number}-weekday": str(row.instance.weekday),
                f"hours-{number}-begins": "10:00",
                f"hours-{number}-ends": "16:00",
            }
    assert office.post(address, data).status_code == 302
    entry = AuditEntry.objects.get(action="edit working hours")
    assert entry.after["hours"][0] == "Monday 10:00–16:00"
