"""Says what is due about surveys on WhatsApp, or leaves it to staff.

A notice is claimed once: its message, its effect and the effect's name on the notice are one
commit. From then on the effect's outcome settles it.
"""

from datetime import datetime

from django.db import transaction

from conversations.answering import say
from conversations.models import Conversation, Message
from hampstead.core import live
from hampstead.core.clock import now
from hampstead.core.models import Outbox
from leads.models import SurveyNotice
from leads.notice_texts import text_of
from leads.notices import (
    REMINDERS,
    expects_another_time,
    plan,
    settle,
    telling,
    useful_until,
)
from leads.told import restore_unheard
from whatsapp.models import WhatsAppIdentity
from whatsapp.notice_decisions import (
    CONTACT,
    effect_purpose,
    give_up,
    name_of,
    notice_of,
    objection,
    permission,
    put_off,
    wrong_person,
)
from whatsapp.notice_outcomes import settle_effect, settle_gone_out, settle_told_otherwise

__all__ = ["CONTACT", "objection", "refusal", "settle_effect", "settle_gone_out", "sweep"]

Purpose, State = SurveyNotice.Purpose, SurveyNotice.State
MOST_AT_ONCE = 500


def sweep() -> int:
    """Settle what has gone out, then say what is due; how many were sent on their way."""
    settle_gone_out()
    restore_unheard()
    settle_told_otherwise()
    for claimed in range(MOST_AT_ONCE):
        if not _claim_one(now()):
            return claimed
    return MOST_AT_ONCE


@transaction.atomic
def _claim_one(at: datetime) -> bool:
    """Decide on one due notice; False: none is left, or others have them."""
    due = SurveyNotice.objects.filter(state=State.DUE, effect="", due_at__lte=at)
    # Whoever books locks the survey and then its notices: this waits for neither.
    lock = due.exclude(purpose=Purpose.BRIEF).select_for_update(
        skip_locked=True, no_key=True, of=("self", "survey")
    )
    rows = lock.select_related("survey__person", "survey__surveyor").order_by("due_at", "pk")
    if (notice := rows.first()) is None:
        return False
    _decide(notice, at)
    return True


def _decide(notice: SurveyNotice, at: datetime) -> None:
    if why := objection(notice, at):
        settle(notice, State.SKIPPED, why)
        if telling(notice.survey) not in (None, notice.purpose):
            plan(notice.survey)  # what they know has changed since: other words are needed
        return
    decision = permission(notice, at)
    if decision.again_at is not None:
        put_off(notice, decision.again_at)
    elif not decision.is_allowed:
        give_up(notice, decision.why, state=State.SKIPPED)
    elif (conversation := _open_conversation(notice, at)) is None:
        give_up(notice, "we cannot write to them on WhatsApp now", state=State.LEFT)
    else:
        _say(notice, conversation)


def refusal(effect: Outbox) -> str:
    """Why the effect must not be sent now: it would say what is not so. Empty: it may."""
    if (notice := notice_of(effect)) is None:
        return "its notice is gone"
    if notice.effect != name_of(effect):
        return "it is said afresh"
    return objection(notice, now()) or wrong_person(notice, effect)


def _open_conversation(notice: SurveyNotice, at: datetime) -> Conversation | None:
    """Their chat, if its window is open; not when they expect another time, which needs a word."""
    survey = notice.survey
    if notice.purpose in REMINDERS and expects_another_time(survey):
        return None
    if not WhatsAppIdentity.objects.filter(person=survey.person_id).exists():
        return None
    return Conversation.objects.filter(
        person=survey.person_id, channel=Conversation.Channel.WHATSAPP, window_expires_at__gt=at
    ).first()


def _say(notice: SurveyNotice, conversation: Conversation) -> None:
    message = say(
        conversation,
        text_of(notice),
        author=Message.Author.SYSTEM,
        purpose=effect_purpose(notice),
        not_after=useful_until(notice),
    )
    assert message.effect is not None  # noqa: S101  say() has just made it
    message.effect.payload |= {"notice": notice.pk, "surveyor": notice.survey.surveyor_id}
    message.effect.save(update_fields=["payload"])
    notice.effect = name_of(message.effect)
    notice.save(update_fields=["effect"])
    live.announce(conversation.subject)
    live.announce(notice.survey.subject)
