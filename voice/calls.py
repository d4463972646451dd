"""A call as VAPI's messages tell of it: begun by any of them, in any order, each as often as it
comes. What is late never moves a call back.
"""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from conversations import pauses
from conversations.models import Conversation, Turn
from hampstead.core import live, stafftasks
from hampstead.core.cards import mask_cards
from hampstead.core.clock import now
from hampstead.core.phone import to_e164
from hampstead.core.sealing import seal
from leads.people import find_or_create_person
from voice.afterwards import compare_with_rows, join_timeline
from voice.consenting import want_recording
from voice.endings import CUT_OFF, ending_of
from voice.models import Call, CallLine
from voice.owing import promise_ringing_back, send_news
from voice.reading import CallFacts, Line, Report

Status = Call.Status
RANK = {status: rank for rank, status in enumerate(Status.values)}
CUT_OFF_TASK = "A caller was cut off"


@transaction.atomic
def note_call(facts: CallFacts) -> Call:
    """The call's row, brought up to what this message says of it. It is locked until the end of
    the caller's transaction.
    """
    call = _locked(facts.vendor_id) or _begin(facts)
    _fill(call, facts)
    if facts.status and RANK[facts.status] > RANK[call.status]:
        call.status = facts.status
        if call.is_over:
            _end(call, facts.reason)
            call.ended_at = call.ended_at or facts.at
        if call.status == Status.TALKING:
            call.started_at = call.started_at or facts.at
    call.save()
    Call.objects.filter(pk=call.pk).update(heard_at=Greatest(F("heard_at"), facts.at))
    live.announce(call.subject)
    return call


def _locked(vendor_id: str) -> Call | None:
    rows = Call.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("conversation__person", "turn").filter(vendor_id=vendor_id).first()


def _begin(facts: CallFacts) -> Call:
    """Two first messages at once: the unique id decides, and the loser reads."""
    number = to_e164(facts.caller) if facts.caller else None
    person = find_or_create_person(phone=number)
    conversation, _ = Conversation.objects.get_or_create(
        person=person, channel=Conversation.Channel.PHONE
    )
    turn = Turn.objects.create(
        conversation=conversation,
        status=Turn.Status.ANSWERED,
        closed_at=now(),
        answered_by=Turn.AnsweredBy.MODEL,
    )
    call = Call(
        vendor_id=facts.vendor_id,
        conversation=conversation,
        turn=turn,
        kind=facts.kind,
        caller=number or "",
        heard_at=facts.at,
    )
    Call.objects.bulk_create([call], ignore_conflicts=True)
    found = _locked(facts.vendor_id)
    assert found is not None  # noqa: S101  it, or whoever was quicker, has just been written
    if found.turn_id != turn.pk:
        turn.delete()
        if number is None:
            conversation.delete()
            person.delete()
    return found


def _fill(call: Call, facts: CallFacts) -> None:
    """What an earlier message did not say."""
    call.line = call.line or facts.line
    if facts.control_url and not call.is_over:
        call.control_url = seal(facts.control_url.encode())
    if not call.caller and (number := to_e164(facts.caller) if facts.caller else None):
        call.caller = number


def _end(call: Call, reason: str) -> None:
    before = call.ending
    if reason:
        call.ended_reason, call.ending = reason, ending_of(reason)
    call.control_url = b""  # nobody can do anything with it any more
    if call.ending != before:
        promise_ringing_back(call)
        send_news(call)
    if call.ending in CUT_OFF and call.callback_id is None:  # ours to try again
        stafftasks.open_task(
            title=CUT_OFF_TASK,
            subject=call.conversation.subject,
            detail=f"{call.conversation.person.spoken_phone or 'Number withheld'}. "
            f"{call.get_ending_display()} ({call.ended_reason}). Please ring back.",
        )


@transaction.atomic
def note_refused_transfer(facts: CallFacts) -> None:
    """The caller wanted a person and heard that nobody is there: see what is owed at the end."""
    call = note_call(facts)
    Call.objects.filter(pk=call.pk, transfer_refused_at=None).update(transfer_refused_at=now())


def note_line(call: Call, line: Line) -> None:
    """Something said, as it was heard live; told twice it is stored once."""
    if call.reported_at is None:
        CallLine.objects.bulk_create([_row(call, line)], ignore_conflicts=True)
        live.announce(call.subject)


def _row(call: Call, line: Line, *, is_from_report: bool = False) -> CallLine:
    return CallLine(
        call=call,
        speaker=line.speaker,
        text=mask_cards(line.text)[0],
        said_at=line.said_at,
        key=line.key,
        is_from_report=is_from_report,
    )


@transaction.atomic
def note_report(call: Call, report: Report) -> None:
    """The end as VAPI sums it up. A second report fills what the first left open; the newest
    transcript that is not empty wins.
    """
    call.status = Status.ENDED
    _end(call, report.reason or call.ended_reason)
    call.started_at = report.started_at or call.started_at
    call.ended_at = report.ended_at or call.ended_at or call.heard_at
    call.cost_usd = report.cost_usd if report.cost_usd is not None else call.cost_usd
    call.summary = report.summary or call.summary
    call.reported_at = call.reported_at or now()
    call.save()
    if report.lines:
        call.lines.all().delete()
        rows = [_row(call, line, is_from_report=True) for line in report.lines]
        CallLine.objects.bulk_create(rows, ignore_conflicts=True)
    want_recording(call)
    if join_timeline(call):
        compare_with_rows(call)
        pauses.ask(call.conversation)  # nobody pauses after a call: it is over
    live.announce(call.subject)
