"""After a call: what was said joins the person's timeline, and is compared with what is stored."""

import json

from conversations.honesty import review_call
from conversations.models import Message, ToolCall, Turn
from conversations.prompting import current_playbook
from hampstead.core.clock import now
from leads.sensitive import is_sensitive
from voice.models import Call, CallLine

AUTHORS = {
    CallLine.Speaker.CALLER: Message.Author.CUSTOMER,
    CallLine.Speaker.ASSISTANT: Message.Author.AI,
}
KIND = "call"


def join_timeline(call: Call) -> int:
    """Its lines as messages, once; how many. Call inside the transaction of the report."""
    mine = f"vapi:{call.vendor_id}:"
    if Message.objects.filter(vendor_id__startswith=mine).exists():
        return 0
    rows = [
        Message(
            conversation=call.conversation,
            turn=call.turn,
            author=AUTHORS[CallLine.Speaker(line.speaker)],
            kind=KIND,
            text=line.text,
            is_sensitive=is_sensitive(line.text),
            vendor_id=f"{mine}{number}",
            sent_at=line.said_at,
        )
        for number, line in enumerate(call.lines.all())
    ]
    Message.objects.bulk_create(rows)
    # What was said belongs to the enquiry that a tool may have opened in the middle of the call.
    Turn.objects.filter(pk=call.turn_id).update(closed_at=now())
    return len(rows)


def compare_with_rows(call: Call) -> None:
    """What the assistant said is out: where it is not so, a person rings within the hour."""
    spoken = call.lines.filter(speaker=CallLine.Speaker.ASSISTANT).values_list("text", flat=True)
    if not spoken:
        return
    results = ToolCall.objects.filter(turn=call.turn, is_error=False).values_list(
        "result", flat=True
    )
    review_call(
        conversation=call.conversation,
        subject=call.subject,
        said="\n".join(spoken),
        tool_texts=[json.dumps(result, ensure_ascii=False) for result in results],
        playbook=current_playbook(),
    )
