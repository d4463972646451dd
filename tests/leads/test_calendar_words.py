"""What the surveyor wrote into our entry stays theirs; what is private stays with them."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from time_machine import Traveller

from hampstead.core import lanes
from hampstead.core.clock import now
from hampstead.core.models import StaffTask
from leads.brief import write_due_briefs
from leads.calendar_writing import INVITED, write_again
from leads.models import Survey, Surveyor
from tests.leads.calendars import (
    TOM,
    again,
    asked,
    booked,
    change,
    event_id,
    later,
    monday,
    move,
    times,
    write,
    written,
)
from tests.leads.calendars import tom as tom
from tests.sandbox.graph import FORM
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox")]
frozen = pytest.mark.usefixtures("monday")


def person_writes(sandbox: Sandbox, survey: Survey, **fields: Any) -> None:
    """As somebody does in Outlook, past the fields that the simulator's desk offers."""
    url = f"{sandbox.url}/microsoft/v1.0/users/{TOM}/events/{event_id(survey)}"
    token = httpx.post(
        f"{sandbox.url}/microsoft/login/a-tenant/oauth2/v2.0/token",
        data=FORM,
    ).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Prefer": 'IdType="ImmutableId"'}
    answer = httpx.patch(url, json=fields, headers=headers)
    assert answer.status_code == 200, answer.text


def shown(sandbox: Sandbox) -> Any:
    (event,) = sandbox.calendar(TOM)
    return event


def text(sandbox: Sandbox) -> str:
    return str(shown(sandbox)["body"]["content"])


def add_notes(sandbox: Sandbox, survey: Survey) -> None:
    own = f"Park in the mews.\n\n{text(sandbox)}\n\nRing twice."
    person_writes(sandbox, survey, body={"contentType": "text", "content": own})


def briefed(survey: Survey, monday: Traveller) -> Survey:
    """It is the evening before."""
    later(monday, hours=10)
    assert write_due_briefs() == 1
    return write(survey)


@frozen
def test_the_brief_leaves_what_the_surveyor_wrote(
    sandbox: Sandbox, tom: Surveyor, monday: Traveller
) -> None:
    survey = written(tom)
    add_notes(sandbox, survey)
    sandbox.person_edits(TOM, event_id(survey), subject="Mews, ladder!")
    briefed(survey, monday)
    body = text(sandbox)
    assert body.startswith("Park in the mews.")
    assert body.rstrip().endswith("Ring twice.")
    assert body.count("From the office") == 1
    assert "The whole brief follows" not in body
    assert shown(sandbox)["subject"] == "Mews, ladder!"


@frozen
def test_the_brief_sends_its_words_and_place_only(
    sandbox: Sandbox, tom: Surveyor, monday: Traveller
) -> None:
    survey = briefed(written(tom), monday)
    (patch,) = asked(sandbox, event_id(survey), "PATCH")
    assert set(patch["body"]) <= {"body", "location", "subject"}


@frozen
def test_a_move_leaves_what_the_surveyor_wrote(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = written(tom)
    add_notes(sandbox, survey)
    sandbox.person_edits(TOM, event_id(survey), subject="Mews, ladder!")
    move(survey, 14)
    write(survey)
    assert (times(sandbox), shown(sandbox)["subject"]) == (["14:00"], "Mews, ladder!")
    assert "Ring twice." in text(sandbox)


@frozen
def test_without_its_frame_our_part_goes_below(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = written(tom)
    own = {"contentType": "text", "content": "All of this is mine."}
    person_writes(sandbox, survey, body=own)
    change(survey, access_notes="Mind the dog")
    write(survey)
    assert text(sandbox).startswith("All of this is mine.")
    assert "Mind the dog" in text(sandbox)


@frozen
def test_who_is_invited_never_gets_the_brief(
    sandbox: Sandbox, tom: Surveyor, monday: Traveller
) -> None:
    survey = written(tom)
    guest = {"emailAddress": {"address": "priya@example.com"}, "type": "required"}
    person_writes(sandbox, survey, attendees=[guest])
    survey = briefed(survey, monday)
    assert "The whole brief follows" in text(sandbox)
    assert StaffTask.objects.filter(subject=survey.subject, title=INVITED).exists()


# --- looking before making ------------------------------------------------------------------
def soon(tom: Surveyor) -> Survey:
    """By the true clock, which the database's agrees with."""
    starts_at: datetime = (now() + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)
    return booked(tom, starts_at=starts_at)


def searches(sandbox: Sandbox) -> int:
    return sum("$filter" in dict(entry["query"]) for entry in asked(sandbox, "/events", "GET"))


def test_a_first_creation_is_not_searched_for(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = soon(tom)
    lanes.drain(survey.lane)
    assert (again(survey).status, searches(sandbox)) == ("confirmed", 0)


@pytest.mark.parametrize("how", ["another effect", "released"])
def test_one_that_was_once_begun_is_searched_for(sandbox: Sandbox, tom: Surveyor, how: str) -> None:
    from hampstead.core import outbox
    from hampstead.core.models import Outbox

    survey = soon(tom)
    sandbox.fault("microsoft", "/events", method="POST", status=400)
    lanes.drain(survey.lane)
    if how == "released":
        outbox.release(effect=Outbox.objects.get(), by=None)
    else:
        write_again(survey.events.get())
    lanes.drain(survey.lane)
    assert (again(survey).status, searches(sandbox)) == ("confirmed", 1)
