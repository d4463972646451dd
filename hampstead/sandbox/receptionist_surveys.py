"""What the receptionist does about surveys: offer, hold, book, move, cancel, and say so."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hampstead.sandbox.english_time import preferred_time_in
from hampstead.sandbox.offered_times import Offered, meant, named_in, offers_of
from hampstead.sandbox.operator_notes import section

if TYPE_CHECKING:
    from hampstead.sandbox.receptionist import Understanding

TOOLS = ("find_slots", "hold_slot", "book_survey", "move_survey", "cancel_survey")
NOTED = re.compile(
    r"^- (?P<what>[\w ]+?)(?: until \d\d:\d\d, not booked|, if it is still free|, taken since)?: "
    r"(?P<text>.+?)(?: \(slot (?P<slot>[\w-]+)\))?$"
)
BOOKED = ("booked", "provisionally booked")
DISPUTED = "sorting out its time"
UNTOLD = "has not been told"
BOOK = re.compile(
    r"\b(?:yes|yeah|yep|sure|ok(?:ay)?|please|perfect|great|lovely|fine|works?|suits?|good|"
    r"go ahead|book|let'?s|do that|that one|will do|brilliant)\b",
    re.I,
)
HOLD = re.compile(
    r"\b(?:hold|keep|reserve) (?:it|that|the|this|one)\b|\b(?:need|have|let me) (?:to )?"
    r"(?:check|ask)\b|\bnot sure yet\b|\bthink about it\b|\bcan i let you know\b",
    re.I,
)
MOVE = re.compile(
    r"\b(?:move|change|reschedule|rearrange|postpone|another (?:day|time)|different (?:day|time)|"
    r"(?:can'?t|cannot) (?:make|do) (?:it|that)|earlier|later (?:day|time|slot))\b",
    re.I,
)
CANCEL = re.compile(
    r"\bcancel\b|\bcall (?:it|the survey|the visit) off\b|don'?t (?:need|want) (?:the|that|a) "
    r"(?:survey|visit)|\bforget (?:it|the survey)\b",
    re.I,
)
REFUSES = re.compile(
    r"\b(?:none of|not|can'?t|cannot|won'?t|doesn'?t|don'?t|no good|too (?:early|late))\b", re.I
)
WHEN = re.compile(
    r"\bwhen (?:is|are|was)\b|\bremind me\b|\bis (?:it|that|the survey) (?:still|all)", re.I
)
UNDECIDED = re.compile(
    r"\b(?:talk (?:it )?over|talk to|discuss|ask my|think|let you know|come back to you)\b", re.I
)
TIMELY = re.compile(
    r"\b(?:before|after|between|christmas|new year|boxing day|next week|this week|weekend|"
    r"tomorrow|first thing|(?:free|available) (?:on|at|from|before|after))\b|\d(?:am|pm)\b",
    re.I,
)
ASKS_DOOR = "What is the full postcode of the property?"
ASKS_NAME = "May I take your name first?"
ASKS_ADDRESS = "What is the address of the property?"
WHICH = "Which of them would suit you?"
WHAT_DAY = "What day and time would suit you?"
NO_DIARY = "I'm afraid I cannot see the surveyors' diary just now."
NONE_FREE = "I'm afraid I can see no free time for a survey."
NOT_THEN = "I'm afraid nothing is free then."
IN_DISPUTE = "A colleague is sorting out the time of your survey."
STILL_BOOKED = "Your survey is still booked for {when}."
Wanted = dict[str, Any]


@dataclass(frozen=True)
class Noted:
    """The office's lines about surveys: what is booked, held, in dispute and was offered."""

    booked: str = ""
    slot: str = ""
    is_provisional: bool = False
    is_untold: bool = False
    held: Offered | None = None
    is_disputed: bool = False
    offers: tuple[Offered, ...] = ()

    @property
    def has_survey(self) -> bool:
        return bool(self.booked) or self.is_disputed


def noted(notes: str) -> Noted:
    found: dict[str, Any] = {}
    offers = []
    for line in section(notes, "survey"):
        match = NOTED.match(line)
        if DISPUTED in line:
            found["is_disputed"] = True
        if match is None:
            continue
        what, text, slot = match["what"], match["text"], match["slot"]
        if what in BOOKED:
            found["is_untold"] = UNTOLD in text
            found["is_provisional"] = what != "booked"
            found["booked"] = text.partition(";")[0].partition(" with ")[0]
            found["slot"] = slot or ""
        elif what == "held for them" and slot:
            found["held"] = Offered(text, slot)
        elif what == "offered earlier" and slot:
            offers.append(Offered(text, slot))
    return Noted(offers=tuple(offers), **found)


class Surveys:
    """What one request asks for, and what its tools have answered."""

    def __init__(self, seen: "Understanding") -> None:
        self.seen = seen
        self.transcript = seen.transcript
        self.latest = seen.transcript.latest_text
        self.noted = noted(seen.transcript.notes)

    # --- which tool is wanted now ---------------------------------------------------------

    def wanted(self, *, is_due: bool) -> tuple[str, Wanted] | None:
        """`is_due`: the enquiry is complete, and nothing was offered or promised yet."""
        if "find_slots" not in self.transcript.tools or self._answered():
            return None
        if CANCEL.search(self.latest) and (self.noted.has_survey or self.noted.held):
            return "cancel_survey", {"reason": "the customer asked for it"}
        if self.noted.has_survey:
            return self._change() or self._tell_the_door()
        chosen = None if self._is_undecided() else self._chosen()
        if chosen is not None:
            return self._take(chosen)
        if self._wants_other_times() or is_due:
            return "find_slots", self._wish()
        return None

    def _answered(self) -> bool:
        """One of these tools a message: what comes next, the customer says."""
        return any(self.transcript.called(name) for name in TOOLS)

    def _is_undecided(self) -> bool:
        """Neither a choice nor a wish, unless they would like it held meanwhile."""
        return bool(UNDECIDED.search(self.latest)) and not HOLD.search(self.latest)

    def _change(self) -> tuple[str, Wanted] | None:
        chosen = self._chosen()
        is_moving = MOVE.search(self.latest) or self._was_moving()
        if chosen is not None and is_moving and not MOVE.search(self.latest):
            return "move_survey", {"slot": chosen.slot}
        if is_moving and (MOVE.search(self.latest) or not named_in(self.latest).is_empty):
            return "find_slots", self._wish()
        return None

    def _tell_the_door(self) -> tuple[str, Wanted] | None:
        """An address that comes after the booking belongs to the survey too."""
        address = self.seen.fresh.get("address")
        if not address or not self.noted.slot:
            return None
        return "book_survey", {"slot": self.noted.slot, "address": address}

    def _was_moving(self) -> bool:
        return "still booked" in self.transcript.latest.assistant_text

    def _take(self, chosen: Offered) -> tuple[str, Wanted]:
        if HOLD.search(self.latest):
            return "hold_slot", {"slot": chosen.slot}
        address = self.seen.known.get("address")
        return "book_survey", {"slot": chosen.slot, **({"address": address} if address else {})}

    def _chosen(self) -> Offered | None:
        """Said now, or before we asked for what was missing to book it."""
        offers = [*self.noted.offers]
        if self.noted.held is not None and not meant(self.latest, offers):
            return self.noted.held if BOOK.search(self.latest) else None
        said = self.latest
        if self.transcript.latest.assistant_text.endswith((ASKS_DOOR, ASKS_NAME)):
            said = "\n".join(self.transcript.exchanges[-2].user_texts)
        found = meant(said, offers)
        if len(offers) == 1 and not found and named_in(said).is_empty and BOOK.search(said):
            found = offers
        if len(found) != 1 or REFUSES.search(said):
            return None
        is_asked = said.rstrip().endswith("?") and not (BOOK.search(said) or HOLD.search(said))
        return None if is_asked else found[0]

    def _wants_other_times(self) -> bool:
        """They name a time we have not offered, refuse those we have, or ask us to come again."""
        if not (self.noted.offers or self.noted.held or self.was_offered):
            return self.seen.fresh.get("wants_survey") is True and self.seen.was_promised \
                and bool(self.seen.known.get("postcode"))  # fmt: skip
        if meant(self.latest, [*self.noted.offers]):
            return bool(REFUSES.search(self.latest))
        is_when = not named_in(self.latest).is_empty or TIMELY.search(self.latest)
        return bool(is_when or REFUSES.search(self.latest))

    def _wish(self) -> Wanted:
        """In the customer's words."""
        if preferred_time_in(self.latest) or TIMELY.search(self.latest):
            return {"preferred_time": " ".join(self.latest.split())[:300]}
        when = self.seen.known.get("preferred_time")
        return {"preferred_time": when} if when else {}

    @property
    def was_offered(self) -> bool:
        said = "\n".join(exchange.assistant_text for exchange in self.transcript.exchanges)
        return bool(self.noted.offers) or "I can offer" in said or self.noted.has_survey

    @property
    def is_without(self) -> bool:
        """Times were wanted and none could be had: somebody must ring."""
        turns = [turn for name in TOOLS for turn in self.transcript.called(name)]
        return bool(turns) and turns[-1].data().get("available") is False

    # --- what is said ---------------------------------------------------------------------

    def said(self) -> str:
        """About surveys, in the tools' own words; empty if there is nothing to say."""
        for name in TOOLS:
            for turn in self.transcript.called(name):
                return self._of_result(name, turn.data(), failed=turn.failed)
        return self._of_the_situation()

    def _of_result(self, name: str, data: dict[str, Any], *, failed: bool) -> str:
        if failed:
            return self._asks_for(str(data.get("error", "")))
        text, offers = str(data.get("text", "")), offers_of(data)
        if data.get("available") is False:
            if text:  # of the area: the other sentence says it
                return "" if self.transcript.called("check_service_area") else text
            return NO_DIARY if "read" in str(data.get("advice", "")) else NONE_FREE
        if name == "find_slots":
            still = STILL_BOOKED.format(when=self.noted.booked) if self.noted.booked else ""
            sorry = "" if data.get("is_as_wished", True) else NOT_THEN
            return " ".join(filter(None, [still, sorry, offering(offers)]))
        if name == "hold_slot" and data.get("status") == "held":
            return f"{text} Shall I book it?"
        if data.get("status") == "refused":
            return f"{text} {offering(offers)}"
        needs_address = name == "book_survey" and not self.seen.known.get("address")
        return f"{text} {ASKS_ADDRESS}" if needs_address else text

    def _asks_for(self, error: str) -> str:
        if "their name" in error:
            return ASKS_NAME
        if "whole postcode" in error:
            return ASKS_DOOR
        return WHAT_DAY if "find_slots" in error else ""

    def _of_the_situation(self) -> str:
        noted = self.noted
        asks_when = WHEN.search(self.latest)
        if noted.is_disputed:
            return IN_DISPUTE if asks_when or MOVE.search(self.latest) else ""
        if noted.booked and (asks_when or noted.is_untold):
            how = "provisionally booked" if noted.is_provisional else "booked"
            return f"Your survey is {how} for {noted.booked}."
        if noted.has_survey or not noted.offers:
            return ""
        is_unclear = len(meant(self.latest, [*noted.offers])) > 1 or BOOK.search(self.latest)
        return WHICH if is_unclear and not self._is_undecided() else ""


def offering(offers: list[Offered]) -> str:
    texts = [offer.text for offer in offers]
    if not texts:
        return WHAT_DAY
    if len(texts) == 1:
        return f"I can offer {texts[0]}. Would that suit you?"
    return f"I can offer {', '.join(texts[:-1])} or {texts[-1]}. Which would suit you?"
