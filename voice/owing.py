"""What we owe a caller once the line is closed: whoever wanted a person and got none is rung back,
and what was arranged is written to them without delay.
"""

from hampstead.core import stafftasks
from leads.models import Promise
from leads.notices import hasten
from leads.promises import make_promise
from voice.models import Call

NOT_PUT_THROUGH = "they could not be put through to the office"
OFFICE_CLOSED = "they asked for a person while the office was closed"
WANTED_A_PERSON = (NOT_PUT_THROUGH, OFFICE_CLOSED)
NO_NUMBER_TASK = "A caller could not be put through"


def promise_ringing_back(call: Call) -> None:
    """A promise with a due time in office hours, and its task, unless one was made in the call.
    Call inside the transaction in which it ended.
    """
    if not (about := _owed(call)):
        return
    person = call.conversation.person
    if person.phone is None:
        stafftasks.open_task(
            title=NO_NUMBER_TASK,
            subject=call.conversation.subject,
            detail=f"We do not know their number, so nobody can ring back: {about}.",
        )
        return
    make_promise(
        person=person,
        lead=call.conversation.lead,
        kind=Promise.Kind.CALL_BACK,
        source=call.conversation.subject,
        about=about,
    )


def _owed(call: Call) -> str:
    """What a call-back is about; empty: none is owed, or it was promised in the call."""
    if call.ending == Call.Ending.NOT_PUT_THROUGH:
        return NOT_PUT_THROUGH
    is_refused = call.transfer_refused_at is not None
    if not is_refused or call.ending == Call.Ending.PUT_THROUGH or _was_promised(call):
        return ""
    return OFFICE_CLOSED


def _was_promised(call: Call) -> bool:
    mine = Promise.objects.filter(
        person=call.conversation.person_id, kind=Promise.Kind.CALL_BACK, cancelled_at=None
    )
    return mine.filter(made_at__gte=call.created_at).exists() or mine.open().exists()


def send_news(call: Call) -> None:
    """What was booked, moved or cancelled in the call is confirmed now."""
    hasten(call.conversation.person)
