"""The default persona: a polite, deterministic receptionist who uses the tools it is offered."""

import re
from dataclasses import dataclass
from typing import Any

from hampstead.sandbox.customer_english import Facts
from hampstead.sandbox.known_facts import facts_before, facts_in_latest
from hampstead.sandbox.operator_notes import section, taken_back
from hampstead.sandbox.receptionist_surveys import TOOLS as SURVEY_TOOLS
from hampstead.sandbox.receptionist_surveys import Surveys
from hampstead.sandbox.receptionist_words import Words
from hampstead.sandbox.schema_fit import allowed, fitted
from hampstead.sandbox.transcript import Transcript

JsonObject = dict[str, Any]
PRICE = re.compile(
    r"how much|\bpric(?:e|es|ing)\b|\bcosts?\b|\bquote\b|ball ?park|\bestimate\b|\bcharge", re.I
)
AREA = re.compile(r"do you (?:cover|work in|serve|come to)|your area|you cover", re.I)
HUMAN = re.compile(
    r"(?:speak|talk|chat) (?:to|with) (?:a |an |the |some ?|your )?"
    r"(?:real |actual )?(?:person|human|one|body|someone|somebody|manager|colleague|staff|team)"
    r"|human,? please|real person,? please", re.I,
)  # fmt: skip
RING_BACK = re.compile(
    r"(?:call|ring|phone) (?:me|us)(?: back| on| at| please| today| tomorrow| later|\W*$)"
    r"|give (?:me|us) a (?:ring|call|bell)|(?:call|ring) ?back", re.I,
)  # fmt: skip
PROMISED = re.compile(r"colleague will (?:ring|call|reply)", re.I)
OFF_TOPIC = re.compile(
    r"\bpoem\b|\bjokes?\b|capital of|\brecipe\b|homework|\bweather\b|football|horoscope|"
    r"\bpython\b|write (?:me )?(?:a |an |some )?(?:code|essay|song|story|script)|"
    r"who (?:won|is the (?:president|king|prime minister))|translate", re.I,
)  # fmt: skip
NOISE = re.compile(
    r"too (?:loud|noisy)|\bnois[ey]|drilling|block(?:ing|ed) (?:my|our|the) (?:drive|road)", re.I
)
# What the codes of lanes for these kinds of message have in them.
LANE_WORDS = {
    "existing_client": ("existing", "client"),
    "supplier": ("supplier",),
    "job_seeker": ("job",),
    "sales_call": ("sales",),
    "noise": ("noise", "neighbour", "complaint"),
    "off_topic": ("off_topic", "off-topic"),
}
EMERGENCY = re.compile(
    r"emergency|smell(?:s|ing)? (?:of )?gas|water (?:is )?(?:coming |pouring |dripping )?through|"
    r"burst pipe|flooding|ceiling (?:has |is )?(?:fallen|collaps)", re.I,
)  # fmt: skip


@dataclass(frozen=True)
class ToolUse:
    name: str
    input: JsonObject


@dataclass(frozen=True)
class Understanding:
    """Everything the receptionist takes from one request."""

    transcript: Transcript
    before: Facts
    fresh: Facts

    @property
    def known(self) -> Facts:
        return {**self.before, **self.fresh}

    def asks(self, pattern: re.Pattern[str]) -> bool:
        return bool(pattern.search(self.transcript.latest_text))

    @property
    def wants_human(self) -> bool:
        if self.asks(HUMAN) or self.asks(EMERGENCY):
            return True
        return self.wants_callback and "promise_callback" not in self.transcript.tools

    @property
    def wants_callback(self) -> bool:
        return self.asks(RING_BACK)

    @property
    def was_promised(self) -> bool:
        """A ring back stands from an earlier message."""
        said = "\n".join(exchange.assistant_text for exchange in self.transcript.exchanges)
        return bool(PROMISED.search(said) or section(self.transcript.notes, "promise"))

    @property
    def topic(self) -> str:
        """Which kind of message this is, when it is no enquiry."""
        kind = str(self.fresh.get("enquiry_kind", ""))
        if kind in LANE_WORDS:
            return kind
        if self.asks(NOISE):
            return "noise"
        return "off_topic" if self.asks(OFF_TOPIC) and not self.fresh else ""

    @property
    def wants_price(self) -> bool:
        """Asked just now, or asked earlier while the project was still unknown."""
        if self.asks(PRICE):
            return True
        earlier = "\n".join(t for e in self.transcript.exchanges[:-1] for t in e.user_texts)
        named_just_now = "project_type" in self.fresh and "project_type" not in self.before
        return named_just_now and bool(PRICE.search(earlier))


def understand(transcript: Transcript) -> Understanding:
    before = facts_before(transcript)
    latest = facts_in_latest(transcript)
    fresh = {name: value for name, value in latest.items() if before.get(name) != value}
    return Understanding(transcript, before, fresh)


def answer(transcript: Transcript) -> list[ToolUse] | str:
    """Either the tools to use now, or the text to say."""
    if transcript.objection:
        return taken_back(transcript.latest.assistant_text, transcript.objection)
    seen = understand(transcript)
    wanted = [
        *facts_to_note(seen),
        *lane_to_choose(seen),
        *area_to_check(seen),
        *price_to_get(seen),
        *human_to_request(seen),
    ]
    # Whether times or a call are due may depend on what these tools answer.
    return wanted or survey_to_arrange(seen) or callback_to_promise(seen) or Words(seen).text()


def facts_to_note(seen: Understanding) -> list[ToolUse]:
    schema = seen.transcript.tools.get("note_facts")
    if schema is None:
        return []
    noted: JsonObject = {}
    for turn in seen.transcript.called("note_facts"):
        noted.update(turn.input)
    facts = fitted(schema, seen.fresh)
    changed = {name for name in facts if name in seen.fresh and noted.get(name) != facts[name]}
    if not changed:
        return []
    # What is not ours was put in because the schema requires it.
    new = {n: value for n, value in facts.items() if n in changed or n not in seen.fresh}
    return [ToolUse("note_facts", new)]


def area_to_check(seen: Understanding) -> list[ToolUse]:
    postcode = seen.known.get("postcode")
    due = "postcode" in seen.fresh or seen.asks(AREA)
    if postcode is None or not due:
        return []
    outcode = str(postcode).split()[0]
    return once(seen, "check_service_area", {"postcode": postcode, "outcode": outcode})


def price_to_get(seen: Understanding) -> list[ToolUse]:
    project = seen.known.get("project_type")
    if project is None or not seen.wants_price:
        return []
    return once(seen, "get_price_range", {"project_type": project})


def human_to_request(seen: Understanding) -> list[ToolUse]:
    if not seen.wants_human:
        return []
    reason = "The customer asked to speak to a person."
    if seen.asks(EMERGENCY):
        reason = "The customer reports an emergency."
    return once(seen, "request_human", {"reason": reason}, filler=reason)


def lane_to_choose(seen: Understanding) -> list[ToolUse]:
    schema = seen.transcript.tools.get("choose_lane", {})
    lane: JsonObject = (schema.get("properties") or {}).get("lane") or {}
    words = LANE_WORDS.get(seen.topic, ())
    for code in allowed(lane) or []:
        if any(word in code for word in words):
            return once(seen, "choose_lane", {"lane": code})
    return []


def survey_to_arrange(seen: Understanding) -> list[ToolUse]:
    """Times are offered only to who wants a survey, and when nothing is left to ask."""
    if seen.wants_human or seen.wants_callback or Words(seen).not_a_lead():
        return []
    is_due = is_to_be_arranged(seen) and seen.known.get("wants_survey") is True
    found = Surveys(seen).wanted(is_due=is_due)
    return [] if found is None else once(seen, *found)


def callback_to_promise(seen: Understanding) -> list[ToolUse]:
    if seen.wants_human or not (seen.wants_callback or is_due(seen)):
        return []
    about = "to arrange the survey"
    if "project_type" in seen.known:
        about = f"{str(seen.known['project_type']).replace('_', ' ')}: {about}"
    wanted: dict[str, Any] = {"about": "the customer asked for a call"}
    if is_due(seen):
        wanted["about"] = about
    if when := seen.known.get("preferred_time"):
        wanted["preferred_time"] = when
    return once(seen, "promise_callback", wanted)


def is_due(seen: Understanding) -> bool:
    """Somebody must ring to arrange things: no times were offered, or none could be had."""
    surveys = Surveys(seen)
    if surveys.is_without:
        return not seen.was_promised
    is_offered = any(seen.transcript.called(name) for name in SURVEY_TOOLS)
    return is_to_be_arranged(seen) and not is_offered


def is_to_be_arranged(seen: Understanding) -> bool:
    """The enquiry is complete, a survey not declined, and nothing offered or promised yet."""
    words = Words(seen)
    is_open = not seen.was_promised and not Surveys(seen).was_offered
    return words.is_complete and not words.declines_survey and is_open


def once(
    seen: Understanding, name: str, wanted: dict[str, Any], *, filler: str = ""
) -> list[ToolUse]:
    """The tool, if it is offered and was not used for this message yet."""
    schema = seen.transcript.tools.get(name)
    if schema is None or seen.transcript.called(name):
        return []
    return [ToolUse(name, fitted(schema, wanted, filler=filler))]
