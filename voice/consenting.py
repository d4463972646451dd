"""Who is recorded: a recording is wanted of each call in which somebody spoke, unless the caller
said no. Only rows; the fetching and the deleting are the sweep's.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction

from hampstead.core import live
from hampstead.core.clock import now
from leads.models import Person
from voice.models import Call, Recording, RecordingObjection

State = Recording.State
NOBODY_SPOKE = "nobody spoke"
ASKED_NOW = "the caller asked us not to record"
ASKED_BEFORE = "the caller had asked us not to record"
# VAPI says nothing of when its recording is ready; right behind the report it often is not.
READY_AFTER = timedelta(seconds=20)
LONGEST_QUOTE = 300


def objects(person: Person) -> bool:
    """Has this person asked, in any call, not to be recorded?"""
    return RecordingObjection.objects.filter(person=person).exists()


@transaction.atomic
def note_objection(call: Call, quote: str) -> None:
    """For this call and all that follow. Told twice, it is one."""
    RecordingObjection.objects.get_or_create(
        call=call,
        defaults={"person": call.conversation.person, "quote": quote[:LONGEST_QUOTE]},
    )
    recording = Recording.objects.select_for_update().filter(call=call).first()
    if recording is not None and recording.state != State.NOT_RECORDED:
        _give_up(recording)
    live.announce(call.subject)


def _give_up(recording: Recording) -> None:
    """Said after the call had ended, as far as we knew. What is stored the sweep removes."""
    recording.state, recording.error = State.NOT_RECORDED, ASKED_NOW
    recording.is_to_be_erased, recording.due_at = True, now()
    recording.save()


def want_recording(call: Call) -> None:
    """Call in the transaction in which a call's report is noted, as often as it comes."""
    person = call.conversation.person
    asked = RecordingObjection.objects.filter(call=call).exists()
    made: dict[str, Any]
    if asked:  # VAPI cannot stop recording in the middle, so it has one: it is to go
        made = {"state": State.NOT_RECORDED, "error": ASKED_NOW, "is_to_be_erased": True}
        made["due_at"] = now() + READY_AFTER
    elif objects(person):
        made = {"state": State.NOT_RECORDED, "error": ASKED_BEFORE, "due_at": None}
    elif call.started_at is None:
        made = {"state": State.NOT_RECORDED, "error": NOBODY_SPOKE, "due_at": None}
    else:
        made = {"due_at": now() + READY_AFTER}
    Recording.objects.get_or_create(call=call, defaults=made)
