"""What became of the notices that were put on their way: delivered, failed, called back."""

from datetime import timedelta

from django.db import transaction

from hampstead.core.clock import now
from hampstead.core.models import Outbox
from leads.booking import record_told
from leads.models import Survey, SurveyNotice
from leads.notices import REMINDERS, TELLING, plan, settle
from leads.told import know_again, what_they_know
from whatsapp.notice_decisions import (
    ask_staff,
    give_up,
    name_of,
    notice_of,
    objection,
    permission,
    put_off,
    wrong_person,
)

Purpose, State = SurveyNotice.Purpose, SurveyNotice.State
ARRIVED = (Outbox.Status.SENT, Outbox.Status.DELIVERED, Outbox.Status.READ)
NOT_SENT = (Outbox.Status.FAILED, Outbox.Status.UNCERTAIN)  # as far as we know
ENDED = (*ARRIVED, *NOT_SENT, Outbox.Status.CANCELLED)


def settle_gone_out() -> int:
    """Notices whose effect has come to an end; also for a worker that died before saying so, and
    for what WhatsApp accepted and did not deliver.
    """
    lately = now() - timedelta(days=1)
    ours = SurveyNotice.objects.exclude(effect="").exclude(purpose=Purpose.BRIEF)
    named = ours.filter(starts_at__gt=lately).values_list("effect", "state")
    states = {int(name.partition(":")[2]): state for name, state in named}
    ended = Outbox.objects.filter(pk__in=states, status__in=ENDED)
    return sum(
        settle_effect(effect)
        for effect in ended
        if states[effect.pk] != State.SENT or effect.status == Outbox.Status.FAILED
    )


@transaction.atomic
def settle_effect(effect: Outbox) -> bool:
    """The notice of this effect ends as the effect did; True if that was news."""
    if (found := notice_of(effect)) is None:
        return False
    survey = Survey.objects.select_for_update(no_key=True).get(pk=found.survey_id)
    notice = SurveyNotice.objects.select_for_update(no_key=True).get(pk=found.pk)
    notice.survey = survey
    effect.refresh_from_db()
    if notice.effect != name_of(effect):
        return False
    return _settle(notice, effect)


def _settle(notice: SurveyNotice, effect: Outbox) -> bool:
    is_due, was_sent = notice.state == State.DUE, notice.state == State.SENT
    if was_sent and effect.status == Outbox.Status.FAILED:
        _undelivered(notice)
    elif effect.status in ARRIVED and not was_sent:
        _arrived(notice, effect)
    elif is_due and effect.status == Outbox.Status.CANCELLED:
        _called_back(notice, effect)
    elif is_due and effect.status in NOT_SENT:
        is_refused = effect.status == Outbox.Status.FAILED
        _failed(notice, "WhatsApp refused it" if is_refused else "it may not have arrived")
    else:
        return False
    return True


def _arrived(notice: SurveyNotice, effect: Outbox) -> None:
    """They know what it says, even if that has ceased to be true while it was on its way."""
    is_stale = notice.state == State.SKIPPED
    settle(notice, State.SENT, notice.why if is_stale else "")
    if is_stale and notice.purpose in REMINDERS:
        return  # whatever made it stale is told by its own notice
    survey, is_cancelled = notice.survey, notice.purpose == Purpose.CANCELLED
    before = what_they_know(survey)
    record_told(
        survey=survey,
        told=Survey.Told.CANCELLED if is_cancelled else Survey.Told.BOOKED,
        starts_at=notice.starts_at,
        surveyor_id=effect.payload.get("surveyor"),
    )
    notice.was_told = {**before, "until": what_they_know(survey)["told_at"]}
    notice.save(update_fields=["was_told"])
    plan(survey)


def _undelivered(notice: SurveyNotice) -> None:
    """They know what they knew before it, unless they have heard something else since."""
    before, survey = notice.was_told, notice.survey
    if before and before["until"] == what_they_know(survey)["told_at"]:
        know_again(survey, before)
    notice.state = State.DUE  # so it is asked whether it should be said still
    _failed(notice, "WhatsApp did not deliver it")
    plan(survey)


def _failed(notice: SurveyNotice, why: str) -> None:
    """The outbox asks nobody about it (`settings.NOT_MISSED`): so whatever is worth saying still
    is a task, the last reminder too.
    """
    if no_more := objection(notice, now()):
        settle(notice, State.SKIPPED, no_more)
        return
    settle(notice, State.LEFT, why)
    ask_staff(notice, why)


def _called_back(notice: SurveyNotice, effect: Outbox) -> None:
    """The sender refused it, or a person did: what holds now decides what comes next."""
    at = now()
    if why := objection(notice, at):
        settle(notice, State.SKIPPED, why)
        return
    decision = permission(notice, at)
    if decision.again_at is not None:
        put_off(notice, decision.again_at)
    elif not decision.is_allowed:
        give_up(notice, decision.why, state=State.SKIPPED)
    elif wrong_person(notice, effect):
        put_off(notice, at)  # the same news, in other words
    else:
        give_up(notice, effect.error or "it was cancelled", state=State.LEFT)


def settle_told_otherwise() -> None:
    """Staff have rung, or the assistant has said it: nothing is left to do."""
    left = SurveyNotice.objects.filter(
        state=State.LEFT, purpose__in=TELLING, starts_at__gt=now()
    ).values_list("survey", flat=True)
    for pk in set(left):
        with transaction.atomic():
            survey = Survey.objects.select_for_update(no_key=True).get(pk=pk)
            if survey.is_told:
                plan(survey)
