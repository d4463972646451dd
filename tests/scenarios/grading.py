"""Grading a played scenario on the final rows: what differs from what the file expects."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from conversations.models import AnswerCheck, Conversation, Handover, Message, ToolCall, Turn
from hampstead.core.models import StaffTask
from leads.facts import current_facts
from leads.models import ConsentRecord, Fact, FactKey, Lead, Promise, Survey
from leads.notices import telling
from leads.promises import spoken_due
from leads.telling import written_time
from tests.scenarios.playing import Played

Differences = list[str]
Grader = Callable[[Any, Played], Iterable[str]]


def grade(expect: dict[str, Any], played: Played) -> Differences:
    """Empty: everything is as expected."""
    return [problem for key, wanted in expect.items() for problem in GRADERS[key](wanted, played)]


def _lead() -> Lead | None:
    return Lead.objects.order_by("-pk").first()


def _facts() -> dict[str, Any]:
    lead = _lead()
    return {key.value: value for key, value in current_facts(lead).items()} if lead else {}


def _same(what: str, wanted: Any, found: Any) -> list[str]:
    return [] if wanted == found else [f"{what}: expected {wanted!r}, found {found!r}"]


def facts(wanted: dict[str, Any], played: Played) -> Iterable[str]:
    """A text starting with ~ is a pattern; a budget is [from, to] in pounds, 0 for open."""
    known = _facts()
    for key, value in wanted.items():
        found = known.get(key)
        if key == FactKey.BUDGET and isinstance(found, dict):
            ends = [(found.get(end) or 0) // 100 for end in ("min_pence", "max_pence")]
            yield from _same("budget", value, ends)
        elif isinstance(value, str) and value.startswith("~"):
            if not re.search(value[1:], str(found or ""), re.I):
                yield f"{key}: expected something like {value[1:]!r}, found {found!r}"
        else:
            yield from _same(key, value, found)


def not_facts(wanted: list[str], played: Played) -> Iterable[str]:
    yield from (f"{key} should not be known" for key in wanted if key in _facts())


def sensitive_facts(wanted: list[str], played: Played) -> Iterable[str]:
    found = set(Fact.objects.current().filter(is_sensitive=True).values_list("key", flat=True))
    yield from _same("sensitive facts", set(wanted), found)


def fact_sources(wanted: str, played: Played) -> Iterable[str]:
    for fact in Fact.objects.current():
        if not re.match(wanted, fact.source):
            yield f"{fact.key} comes from {fact.source}"


def band(wanted: str, played: Played) -> Iterable[str]:
    lead = _lead()
    yield from _same("band", wanted, str(lead.verdict) if lead and lead.verdict else "")


def enquiry_kind(wanted: str, played: Played) -> Iterable[str]:
    yield from _same("enquiry kind", wanted, _facts().get("enquiry_kind", ""))


def lead_status(wanted: str, played: Played) -> Iterable[str]:
    lead = _lead()
    yield from _same("lead status", wanted, lead.status if lead else "")


def leads(wanted: int, played: Played) -> Iterable[str]:
    yield from _same("leads", wanted, Lead.objects.count())


def old_leads(wanted: list[str], played: Played) -> Iterable[str]:
    found = Lead.objects.exclude(status=Lead.Status.OPEN).order_by("id")
    yield from _same("closed leads", wanted, [str(lead.status) for lead in found])


def needs_person(wanted: bool, played: Played) -> Iterable[str]:
    lead = _lead()
    verdict = lead.qualification if lead else None
    yield from _same("needs a person", wanted, bool(verdict and verdict.needs_person))


def turns(wanted: int, played: Played) -> Iterable[str]:
    yield from _same("turns", wanted, Turn.objects.count())


def owner(wanted: str, played: Played) -> Iterable[str]:
    yield from _same("owner", wanted, Conversation.objects.get().owner)


def lane(wanted: str, played: Played) -> Iterable[str]:
    yield from _same("lane", wanted, Conversation.objects.get().enquiry_lane)


def lanes(wanted: list[str], played: Played) -> Iterable[str]:
    yield from _same("lanes of turns", wanted, _of_turns("enquiry_lane"))


def answered_by(wanted: list[str], played: Played) -> Iterable[str]:
    yield from _same("answered by", wanted, _of_turns("answered_by"))


def _of_turns(name: str) -> list[Any]:
    return list(Turn.objects.order_by("id").values_list(name, flat=True))


def outcomes(wanted: list[str], played: Played) -> Iterable[str]:
    found = list(AnswerCheck.objects.order_by("id").values_list("outcome", flat=True))
    yield from _same("outcomes of checks", wanted, found)


def findings(wanted: list[str], played: Played) -> Iterable[str]:
    found = {row["kind"] for check in AnswerCheck.objects.all() for row in check.findings}
    yield from (f"no finding of kind {kind}, only {sorted(found)}" for kind in wanted
                if kind not in found)  # fmt: skip


def prompt_version(wanted: str, played: Played) -> Iterable[str]:
    yield from _same("prompt versions", {wanted}, set(_of_turns("prompt_version")))


def promises(wanted: list[str], played: Played) -> Iterable[str]:
    found = sorted(Promise.objects.open().values_list("kind", flat=True))
    yield from _same("open promises", sorted(wanted), found)


def wishes(wanted: list[str], played: Played) -> Iterable[str]:
    found = " | ".join(Promise.objects.open().values_list("wish", flat=True))
    yield from (f"no wish like {pattern!r} in {found!r}" for pattern in wanted
                if not re.search(pattern, found, re.I))  # fmt: skip


def dues(wanted: list[str], played: Played) -> Iterable[str]:
    """By when, as customers read it: "by 10:00 on Tuesday 24 November"."""
    found = [spoken_due(promise.due_at) for promise in Promise.objects.open().order_by("due_at")]
    yield from _same("open promises are due", wanted, found)


def tasks(wanted: list[str], played: Played) -> Iterable[str]:
    found = " | ".join(_open_tasks())
    yield from (f"no task like {pattern!r} in {found!r}" for pattern in wanted
                if not re.search(pattern, found, re.I))  # fmt: skip


def no_tasks(wanted: list[str], played: Played) -> Iterable[str]:
    yield from (f"unwanted task {title!r}" for title in _open_tasks()
                if any(re.search(pattern, title, re.I) for pattern in wanted))  # fmt: skip


def open_tasks(wanted: dict[str, int], played: Played) -> Iterable[str]:
    """How many open tasks have this title."""
    found = Counter(_open_tasks())
    for title, count in wanted.items():
        yield from _same(f"open tasks {title!r}", count, found[title])


def urgent_tasks(wanted: list[str], played: Played) -> Iterable[str]:
    urgent = StaffTask.objects.filter(done_at__isnull=True, urgency=StaffTask.Urgency.URGENT)
    found = " | ".join(urgent.values_list("title", flat=True))
    yield from (f"no urgent task like {pattern!r} in {found!r}" for pattern in wanted
                if not re.search(pattern, found, re.I))  # fmt: skip


def _open_tasks() -> list[str]:
    open_tasks = StaffTask.objects.filter(done_at__isnull=True).order_by("id")
    return list(open_tasks.values_list("title", flat=True))


def consent(wanted: dict[str, bool], played: Played) -> Iterable[str]:
    found = {row.purpose: row.is_granted for row in ConsentRecord.objects.order_by("id")}
    for purpose, is_granted in wanted.items():
        yield from _same(f"consent to {purpose}", is_granted, found.get(purpose))


def handovers(wanted: int, played: Played) -> Iterable[str]:
    yield from _same("handovers", wanted, Handover.objects.count())


def tools(wanted: list[str], played: Played) -> Iterable[str]:
    called = set(ToolCall.objects.filter(is_error=False).values_list("name", flat=True))
    yield from (f"{name} was not called" for name in wanted if name not in called)


def tools_never(wanted: list[str], played: Played) -> Iterable[str]:
    called = set(ToolCall.objects.filter(is_error=False).values_list("name", flat=True))
    yield from (f"{name} was called" for name in wanted if name in called)


def tools_refused(wanted: list[str], played: Played) -> Iterable[str]:
    refused = set(ToolCall.objects.filter(is_error=True).values_list("name", flat=True))
    yield from (f"{name} was not refused" for name in wanted if name not in refused)


def sent(wanted: int, played: Played) -> Iterable[str]:
    yield from _same("messages sent", wanted, len(played.sent))


def sent_contains(wanted: list[str], played: Played) -> Iterable[str]:
    text = "\n".join(played.sent)
    yield from (f"nothing sent is like {pattern!r}" for pattern in wanted
                if not re.search(pattern, text, re.I))  # fmt: skip


def sent_times(wanted: dict[str, int], played: Played) -> Iterable[str]:
    """In how many messages a pattern occurs."""
    for pattern, count in wanted.items():
        found = sum(bool(re.search(pattern, text, re.I)) for text in played.sent)
        yield from _same(f"messages like {pattern!r}", count, found)


def sent_never(wanted: list[str], played: Played) -> Iterable[str]:
    for text in played.sent:
        for pattern in wanted:
            if re.search(pattern, text, re.I):
                yield f"sent {pattern!r}: {text!r}"


def last_contains(wanted: list[str], played: Played) -> Iterable[str]:
    last = played.sent[-1] if played.sent else ""
    yield from (f"the last message is not like {pattern!r}: {last!r}" for pattern in wanted
                if not re.search(pattern, last, re.I))  # fmt: skip


def same_question_at_most(wanted: int, played: Played) -> Iterable[str]:
    asked = Counter(
        question for text in played.sent for question in re.findall(r"[^.!?\n]+\?", text)
    )
    yield from (f"asked {count} times: {question!r}" for question, count in asked.items()
                if count > wanted)  # fmt: skip


def questions_never_again(wanted: dict[str, int], played: Played) -> Iterable[str]:
    """Pattern and the number of messages after which no question may be like it."""
    for pattern, after in wanted.items():
        for text in played.sent[after:]:
            if any(
                re.search(pattern, question, re.I) for question in re.findall(r"[^.!?]+\?", text)
            ):
                yield f"asked again about {pattern!r}: {text!r}"


def masked(wanted: int, played: Played) -> Iterable[str]:
    yield from _same("masked messages", wanted, Message.objects.filter(is_masked=True).count())


def sensitive(wanted: int, played: Played) -> Iterable[str]:
    found = Message.objects.filter(is_sensitive=True).count()
    yield from _same("sensitive messages", wanted, found)


def model_calls_at_most(wanted: int, played: Played) -> Iterable[str]:
    if played.model_calls > wanted:
        yield f"the model was asked {played.model_calls} times, at most {wanted} expected"


def _surveys() -> list[Survey]:
    return list(Survey.objects.exclude(status=Survey.Status.EXPIRED).order_by("id"))


def surveys(wanted: list[str], played: Played) -> Iterable[str]:
    """Like "confirmed: Tuesday 27 October at 10:30", each a pattern."""
    own = [survey for survey in _surveys() if survey.source.startswith("conversation:")]
    found = [f"{survey.status}: {written_time(survey.starts_at)}" for survey in own]
    matches = len(wanted) == len(found) and all(map(re.fullmatch, wanted, found))
    if not matches:
        yield f"surveys: expected {wanted!r}, found {found!r}"


def told(wanted: list[str], played: Played) -> Iterable[str]:
    """What the customer was last told of each survey; with "?" if at another time."""
    own = [survey for survey in _surveys() if survey.source.startswith("conversation:")]
    found = [
        survey.told + ("?" if survey.told and survey.told_starts_at != survey.starts_at else "")
        for survey in own
    ]
    yield from _same("told of surveys", wanted, found)


def news_due(wanted: list[str], played: Played) -> Iterable[str]:
    """What the customer has yet to hear of their surveys."""
    found = [telling(survey) for survey in _surveys() if survey.source.startswith("conversation:")]
    yield from _same("news due", wanted, [str(purpose) for purpose in found if purpose])


def addresses(wanted: list[str], played: Played) -> Iterable[str]:
    yield from _same("addresses of surveys", wanted, [survey.address for survey in _surveys()])


def calendar_entries(wanted: int, played: Played) -> Iterable[str]:
    yield from _same("entries in the calendars", wanted, played.calendar_entries)


GRADERS: dict[str, Grader] = {
    grader.__name__: grader
    for grader in (
        facts, not_facts, sensitive_facts, fact_sources, band, enquiry_kind, leads, lead_status,
        owner, lane, lanes, answered_by, outcomes, findings, prompt_version, promises, wishes,
        dues, tasks, no_tasks, consent, handovers, tools, tools_never, tools_refused, sent,
        sent_contains, sent_never, last_contains, same_question_at_most, masked, sensitive,
        model_calls_at_most, turns, questions_never_again, old_leads, needs_person,
        open_tasks, urgent_tasks, sent_times, surveys, told, news_due, addresses,
        calendar_entries,
    )
}  # fmt: skip
