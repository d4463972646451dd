"""What the receptionist says once the tools have answered. One question at most."""

import re
from typing import TYPE_CHECKING, Any

from hampstead.sandbox.known_facts import asked_in
from hampstead.sandbox.receptionist_surveys import Surveys

if TYPE_CHECKING:
    from hampstead.sandbox.receptionist import Understanding

GREETING = "Hello, and thank you for getting in touch with Hampstead Renovations."
CANNOT_LOOK_UP = "I'm afraid I can't look that up just now, and I'd rather not guess."
QUESTIONS = (
    ("project", ("project_type",), "What project are you planning?"),
    ("postcode", ("postcode",), "What is the postcode of the property?"),
    ("name", ("customer_name",), "May I take your name?"),
    ("budget", ("budget_min_pounds", "budget_max_pounds"),
     "Do you have a rough budget in mind?"),
    ("start", ("start_within_months",), "When would you like to start?"),
    ("survey", ("wants_survey",),
     "Would you like one of our surveyors to visit and see the property?"),
)  # fmt: skip
CLOSING = "Thank you{name}, that is everything I need."
CLOSING_AGAIN = "Thank you{name}, I have added that to your enquiry."
CLOSING_NO_SURVEY = (
    "Thank you{name}, that is everything I need. Do write whenever you would like to go further."
)
NO_CALL = "I'm afraid I could not arrange a call from here. Please ring the office."
NOT_A_LEAD = {
    "existing_client": "Thank you for letting us know. I have noted this for the office.",
    "supplier": "Thank you. The office looks after our suppliers, and I have noted this for them.",
    "job_seeker": "Thank you for your interest in working with us. I have noted it for the office.",
    "sales_call": "Thank you, but we are not looking for new services at the moment.",
    "noise": "I am sorry about the disturbance. I have noted it for the office.",
    "off_topic": "I'm afraid I can only help with renovation projects and this enquiry.",
}
UNSURE = re.compile(
    r"not sure|(?:don'?t|do not) know|no idea|rather not|depends|haven'?t (?:decided|thought)", re.I
)
ROBOT = r"(?:a |an )?(?:real |actual )?(?:robot|(?:chat)?bot|ai|machine|computer|human|person)\b"
ARE_YOU_AI = re.compile(
    r"\b(?:are (?:you|u)|is (?:this|that|it)|(?:talking|speaking|chatting|writing) (?:to|with)) "
    + ROBOT, re.I,
)  # fmt: skip
DO_YOU = re.compile(r"\bdo you (?:do|offer|build|handle|take on)\b", re.I)
FOR_THE_MODEL = re.compile(
    r"^\W*(?:tell|say|ask|offer|do not|don't|never|explain|politely|refuse|decline|inform"
    r"|apologise)\b|the customer|the caller", re.I,
)  # fmt: skip
OUTSIDE = re.compile(r"outside the area", re.I)
INSIDE = re.compile(r"edge of our area|within the area|yes, we work in", re.I)
OUTSIDE_STILL = "Do write again if there is ever something within our area."
TEXT_KEYS = ("text", "advice", "range", "price_range", "message", "summary")
MAX_TIMES_ASKED = 2


class Words:
    def __init__(self, seen: "Understanding") -> None:
        self.seen = seen
        self.known = seen.known
        self.transcript = seen.transcript

    def text(self) -> str:
        special = self.handed_over() or self.not_a_lead()
        parts = [self.opening(), *([special] if special else self.enquiry())]
        return " ".join(part for part in parts if part)

    def opening(self) -> str:
        honest = ARE_YOU_AI.search(self.transcript.latest_text)
        about_me = "I am the firm's AI assistant, not a person." if honest else ""
        if len(self.transcript.exchanges) == 1:
            return f"{GREETING} {about_me}".strip()
        return about_me

    def handed_over(self) -> str:
        if not self.seen.wants_human:
            return ""
        turns = self.transcript.called("request_human")
        if turns and not turns[-1].failed:
            return (
                "Of course. I have asked a colleague to take over, and they will reply to you here."
            )
        return "I'm afraid I could not reach a colleague from here. Please ring the office."

    def not_a_lead(self) -> str:
        kind = self.seen.topic or str(self.known.get("enquiry_kind", ""))
        return NOT_A_LEAD.get(kind, "")

    def enquiry(self) -> list[str]:
        area, goes_on = self.area()
        if survey := Surveys(self.seen).said():
            return [self.acknowledgement(), area, self.price(), survey, self.call()]
        step = self.next_step() if goes_on else ""
        # The closing says thank you itself.
        closes = step.startswith("Thank you")
        thanks = "" if closes else self.acknowledgement()
        ending = [step, self.call()] if closes else [self.call(), step]
        return [thanks, self.does_it(), area, self.price(), *ending]

    def acknowledgement(self) -> str:
        if self.transcript.has_picture:
            return "Thank you for the picture."
        if "customer_name" in self.seen.fresh:
            return f"Thank you, {self.first_name()}."
        if self.seen.fresh and len(self.transcript.exchanges) > 1:
            return "Thank you, I have noted that."
        return ""

    def does_it(self) -> str:
        project = self.known.get("project_type")
        if not self.seen.asks(DO_YOU) or project in (None, "other"):
            return ""
        return f"Yes, {spoken(str(project))} is something we can help with."

    def area(self) -> tuple[str, bool]:
        """The sentence about the area, and whether the enquiry goes on."""
        turns = self.transcript.called("check_service_area")
        if not turns:
            return (OUTSIDE_STILL, False) if self.was_outside else ("", True)
        data = turns[-1].data()
        area = str(data.get("area", ""))
        advice = first_text(data)
        if turns[-1].failed or not (area or advice):
            return CANNOT_LOOK_UP, True
        if not advice or FOR_THE_MODEL.search(advice):
            advice = self.own_area_words(area)
        return advice, area != "outside"

    @property
    def was_outside(self) -> bool:
        """We have said so, and of no place that we work there."""
        said = "\n".join(exchange.assistant_text for exchange in self.transcript.exchanges)
        return bool(OUTSIDE.search(said)) and not INSIDE.search(said)

    def own_area_words(self, area: str) -> str:
        place = str(self.known.get("postcode", "your address"))
        if area == "outside":
            return (
                f"I'm afraid {place} is outside the area we cover. The Federation of Master "
                "Builders can point you to a good local firm."
            )
        if area == "borderline":
            return f"{place} is at the edge of our area, so it depends on the project."
        return f"Good news: {place} is within the area we cover."

    def price(self) -> str:
        if not self.seen.wants_price:
            return ""
        if "project_type" not in self.known:
            return "I can give you a guide price once I know the project."
        turns = self.transcript.called("get_price_range")
        if not turns or turns[-1].failed:
            return CANNOT_LOOK_UP
        found = first_text(turns[-1].data())
        if not found:
            return CANNOT_LOOK_UP
        return f"As a guide for {spoken(str(self.known['project_type']))}: {ended(found)}"

    def call(self) -> str:
        """Only what the tool has promised, in its own words."""
        turns = self.transcript.called("promise_callback")
        if not turns:
            return ""
        data = turns[-1].data()
        due = str(data.get("due", ""))
        if turns[-1].failed or not due:
            return NO_CALL
        text = first_text(data)
        return text if due in text else f"A colleague will ring you {due}."

    def next_step(self) -> str:
        if question := self.next_question():
            return question
        name = f", {self.first_name()}" if "customer_name" in self.known else ""
        closing = CLOSING_AGAIN if self.seen.was_promised else CLOSING
        return (CLOSING_NO_SURVEY if self.declines_survey else closing).format(name=name)

    def next_question(self) -> str:
        for topic, names, question in QUESTIONS:
            if not any(name in self.known for name in names) and not self.given_up(topic):
                return question
        return ""

    @property
    def is_complete(self) -> bool:
        """Nothing is left to ask of somebody we can help."""
        return not self.next_question() and not self.not_a_lead() and self.area()[1]

    @property
    def declines_survey(self) -> bool:
        return self.known.get("wants_survey") is False

    def given_up(self, topic: str) -> bool:
        """True when asking again would only annoy: twice asked, or the customer does not know."""
        asked = 0
        for exchange in self.transcript.exchanges:
            if asked_in(exchange.assistant_text) == topic:
                asked += 1
                if any(UNSURE.search(text) for text in exchange.user_texts):
                    return True
        return asked >= MAX_TIMES_ASKED

    def first_name(self) -> str:
        return str(self.known["customer_name"]).split()[0]


def spoken(project: str) -> str:
    if project in ("other", "maintenance"):
        return {"other": "this work"}.get(project, project)
    return f"a {project.replace('_', ' ')}"


def ended(text: str) -> str:
    return text if text.rstrip().endswith((".", "!", "?")) else f"{text}."


def first_text(data: dict[str, Any]) -> str:
    for key in TEXT_KEYS:
        value = data.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""
