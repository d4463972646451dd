"""Who owns a conversation: the AI or staff. A change of owner blocks unsent AI answers in the same
transaction, by raising the lane's fence.
"""

from datetime import timedelta

from django.db import transaction

from conversations.answering import ANSWER, INTAKE, LANE
from conversations.models import Conversation, Handover
from hampstead.core import audit, lanes, live, outbox, stafftasks
from hampstead.core.clock import now
from hampstead.core.models import StaffUser
from leads.models import Promise
from leads.office_hours import after_office_minutes
from leads.promises import ensure_task, make_promise

CANCELLED_BY_TAKEOVER = [ANSWER, INTAKE, LANE, "holding"]
REPLY_OFFICE_MINUTES = 15
AWAY = "The assistant cannot answer a customer"
ASKED = "A customer asks for a person"
WAITING = "A customer wrote and waits for you"


@transaction.atomic
def start_handover(
    *,
    conversation: Conversation,
    reason: str,
    by: StaffUser | None,
    task_title: str = ASKED,
    task_due_in: timedelta = timedelta(minutes=15),
) -> None:
    """The AI stops (after what it has just said) and staff are called, by one task."""
    conversation.owner = Conversation.Owner.STAFF
    conversation.taken_by = by
    conversation.save(update_fields=["owner", "taken_by"])
    Handover.objects.bulk_create(
        [Handover(conversation=conversation, reason=reason, started_by=by)], ignore_conflicts=True
    )
    stafftasks.open_task(
        title=task_title,
        subject=conversation.subject,
        detail=reason,
        due_in=task_due_in,
        is_urgent=True,
    )
    make_promise(
        person=conversation.person,
        lead=conversation.lead,
        kind=Promise.Kind.REPLY,
        source=conversation.subject,
        about=reason,
        due_at=after_office_minutes(now(), REPLY_OFFICE_MINUTES),
        has_task=False,  # they have just been called
    )
    live.announce(conversation.subject)


@transaction.atomic
def take_over(*, conversation: Conversation, by: StaffUser, reason: str = "") -> None:
    """Staff own the chat from this commit on: no AI send starts after it."""
    lanes.overtake(conversation.lane)
    outbox.cancel_unsent(
        lane=conversation.lane, purposes=CANCELLED_BY_TAKEOVER, why="staff took over"
    )
    conversation.owner, conversation.taken_by = Conversation.Owner.STAFF, by
    conversation.save(update_fields=["owner", "taken_by"])
    Handover.objects.bulk_create(
        [Handover(conversation=conversation, reason=reason or "taken over", started_by=by)],
        ignore_conflicts=True,
    )
    stafftasks.close_by_itself(title=ASKED, subject=conversation.subject)
    stafftasks.close_by_itself(title=AWAY, subject=conversation.subject)
    _keep_in_sight(conversation)
    audit.record(action="take over", subject=conversation.subject, by=by, reason=reason)
    live.announce(conversation.subject)


@transaction.atomic
def hand_back(*, conversation: Conversation, by: StaffUser, reason: str = "") -> None:
    """The AI answers again, from the next message on and whatever still waits."""
    lanes.wake(conversation.lane)
    conversation.owner, conversation.taken_by = Conversation.Owner.AI, None
    conversation.enquiry_lane = ""  # what led to the handover is dealt with
    conversation.save(update_fields=["owner", "taken_by", "enquiry_lane"])
    Handover.objects.filter(conversation=conversation, ended_at__isnull=True).update(ended_at=now())
    for title in (ASKED, WAITING):
        stafftasks.close_by_itself(title=title, subject=conversation.subject)
    _keep_in_sight(conversation)
    audit.record(action="hand back", subject=conversation.subject, by=by, reason=reason)
    live.announce(conversation.subject)


def _keep_in_sight(conversation: Conversation) -> None:
    """The call for a colleague is over, the reply it promised may still be owed."""
    owed = Promise.objects.open().filter(person=conversation.person, kind=Promise.Kind.REPLY)
    for promise in owed:
        ensure_task(promise)
