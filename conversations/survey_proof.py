"""Which survey a customer means, and what a caller must have said before anything is done."""

from collections.abc import Sequence

from conversations.desk import Desk, ToolResult
from conversations.models import Conversation, ToolCall
from conversations.offers import offer, taken_offer
from conversations.survey_finding import NO_SURVEY, StopError
from conversations.surveying import (
    PHONE,
    SAME_CALL,
    is_left,
    may_be_read_out,
    slot_of,
    time_words,
)
from conversations.tooling import Arguments, words, wrong
from hampstead.core.clock import now
from leads.models import FactKey, Survey
from leads.postcodes import postcode_of

# The same whether there is none or the postcode is another: a caller learns nothing by guessing.
NO_PROOF = (
    "no survey was found for that postcode: ask for the whole postcode of the property, read "
    "nothing back; if it is still not found, call promise_callback"
)
# Half a postcode is no secret, so nothing that a caller can say opens such a survey.
NEVER_PROVEN = "no survey was found: read nothing back, ask for nothing more, call promise_callback"


def chosen(
    conversation: Conversation, arguments: Arguments, name: str, surveys: Sequence[Survey]
) -> Survey:
    """The visit that the argument names, or the only one; else the model must say which."""
    if words(arguments, name):
        slot = taken_offer(conversation, arguments.get(name))
        named = [survey for survey in surveys if slot_of(survey) == slot]
        if not named:
            raise StopError(wrong(_none(conversation, surveys)))
        return named[0]
    known = [
        survey
        for survey in surveys
        if may_be_read_out(conversation, survey) or _is_proven(survey, arguments)
    ]
    if not known:
        raise StopError(wrong(_none(conversation, surveys)))
    if len(known) > 1:
        visits = [_visit(conversation, survey) for survey in known]
        which = f"which one? Name it: {name} is the slot of the visit they mean; ask if unclear"
        raise StopError(ToolResult({"error": which, "visits": visits}, is_error=True))
    return known[0]


def _none(conversation: Conversation, surveys: Sequence[Survey]) -> str:
    if conversation.channel != PHONE:
        return NO_SURVEY
    can_be_proven = not surveys or any(" " in survey.postcode for survey in surveys)
    return NO_PROOF if can_be_proven else NEVER_PROVEN


def _visit(conversation: Conversation, survey: Survey) -> dict[str, str]:
    when = time_words(conversation.channel, survey.starts_at)
    text = f"{survey.get_status_display().lower()}: {when}"
    if survey.status == Survey.Status.CONFLICT or is_left(survey):
        text = "a colleague is sorting out its time: state no time"
    return {"slot": offer(conversation, slot_of(survey)), "text": text}


def need_proof(conversation: Conversation, survey: Survey, arguments: Arguments) -> None:
    """On the phone the number proves nothing: the caller must know the whole postcode."""
    if conversation.channel == PHONE and not _is_proven(survey, arguments):
        raise StopError(wrong(_none(conversation, [survey])))


def _is_proven(survey: Survey, arguments: Arguments) -> bool:
    said = postcode_of(words(arguments, "postcode")) or ""
    return " " in said and said == survey.postcode


def said_fact(desk: Desk, conversation: Conversation, key: FactKey) -> str:
    """What is known; on the phone only if it was said in this call, by whoever is calling."""
    is_theirs = desk.channel != PHONE or key in desk.wishes.facts
    known = is_theirs or key in _noted_in_call(conversation)
    return str(desk.fact(key) or "") if known else ""


def _noted_in_call(conversation: Conversation) -> set[str]:
    """By its tool calls: a fact that is said again and known already leaves no row of its own."""
    calls = ToolCall.objects.filter(
        turn__conversation=conversation, is_error=False, called_at__gt=now() - SAME_CALL
    )
    noted: set[str] = set()
    for arguments, result in calls.values_list("arguments", "result"):
        noted.update(result.get("noted") or ())
        noted.update({FactKey.POSTCODE, FactKey.ADDRESS} & set(arguments))
    return noted
