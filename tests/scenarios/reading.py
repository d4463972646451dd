"""Scenario files: whole WhatsApp conversations as data, read strictly.

id = "loft-told-in-a-burst"
group = "enquiry"
title = "A loft in NW3, told in a burst"
at = 2026-10-20T10:00:00          # London; the clock of the first step

[[step]]
say = ["Hello", "do you do lofts?"]   # one burst, answered as one turn

[[step]]
wait = "2h"                           # before the step: 90s, 20m, 2h, 3d
say = ["NW3, about 120k"]
model = ["It will cost £500."]        # what the model answers, exactly; then its persona

[[step]]
staff = "take over"                   # or: "hand back", "write: ...", "close lead: lost",
                                      # "note: postcode=N6"

[[step]]
say = ["And the kitchen?"]
meanwhile = ["Sorry, bathroom!"]      # each arrives while the model works on an answer
staff_meanwhile = "write: Hello."     # staff act while the model works on the first answer
fault = { status = 529, times = 2 }   # of Claude, unless it names another vendor and route

[[step]]
calendar = "away"                     # or: "back", "read only: 99" (tries), "disputed",
                                      # "busy: 2026-10-22", "taken: 1" (of the times offered)
say = ["The first one please"]
model = ["... {slot 1} ... {foreign slot}"]  # tokens: of the times offered last, of another chat

[expect]
facts = { postcode = "NW3", project_type = "loft_conversion" }
sent_never = ["£500"]
"""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"
STEP_KEYS = {
    *("say", "wait", "model", "persona", "staff", "claude", "fault", "profile", "meanwhile"),
    *("staff_meanwhile", "calendar"),
}
CLAUDE = {"away", "back", "budget spent"}
EXPECT_KEYS = {
    *("facts", "not_facts", "sensitive_facts", "fact_sources"),
    *("band", "enquiry_kind", "leads", "lead_status"),
    *("owner", "lane", "lanes", "answered_by", "outcomes", "findings", "prompt_version"),
    *("promises", "wishes", "dues", "tasks", "no_tasks", "consent", "handovers"),
    *("tools", "tools_never", "tools_refused"),
    *("sent", "sent_contains", "sent_never", "last_contains", "same_question_at_most"),
    *("masked", "sensitive", "model_calls_at_most", "turns", "questions_never_again"),
    *("old_leads", "needs_person", "open_tasks", "urgent_tasks", "sent_times"),
    *("surveys", "told", "news_due", "addresses", "calendar_entries"),
}
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class UnreadableScenarioError(ValueError):
    """The file says something the player does not know."""


@dataclass(frozen=True)
class Step:
    say: tuple[str, ...] = ()
    wait: timedelta = timedelta(0)
    model: tuple[Any, ...] = ()
    persona: str = ""
    staff: str = ""
    claude: str = ""
    fault: dict[str, Any] = field(default_factory=dict)
    profile: str = ""  # the customer's name on WhatsApp
    meanwhile: tuple[str, ...] = ()
    staff_meanwhile: str = ""
    calendar: str = ""


@dataclass(frozen=True)
class Scenario:
    id: str
    group: str
    title: str
    at: datetime
    steps: tuple[Step, ...]
    expect: dict[str, Any]
    path: Path

    @property
    def has_wrong_model(self) -> bool:
        return any(step.model or step.persona for step in self.steps)

    @property
    def is_free(self) -> bool:
        """Nothing in it tells the model or the vendor what to do."""
        return not any(
            step.model or step.persona or step.fault or step.claude or step.calendar
            for step in self.steps
        )

    @property
    def turns(self) -> int:
        return sum(bool(step.say) for step in self.steps)


def read_all() -> list[Scenario]:
    return [scenario for path in sorted(FOLDER.glob("*.toml")) for scenario in read_file(path)]


def read_file(path: Path) -> list[Scenario]:
    """A file holds one scenario, or several under [[scenario]]."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    group = data.pop("group", path.stem)
    rows = data.pop("scenario", None) or [data]
    return [_scenario({"group": group, **row}, path) for row in rows]


def _scenario(row: dict[str, Any], path: Path) -> Scenario:
    unknown = row.keys() - {"id", "group", "title", "at", "step", "expect"}
    unknown |= row.get("expect", {}).keys() - EXPECT_KEYS
    if unknown or not row.get("expect"):
        raise UnreadableScenarioError(f"{path.name} {row.get('id')}: {sorted(unknown)}")
    return Scenario(
        id=row["id"],
        group=row["group"],
        title=row["title"],
        at=row.get("at", datetime(2026, 10, 20, 10, 0)),  # noqa: DTZ001 - London, as in the file
        steps=tuple(_step(step, row["id"]) for step in row["step"]),
        expect=row["expect"],
        path=path,
    )


def _step(row: dict[str, Any], scenario_id: str) -> Step:
    if unknown := row.keys() - STEP_KEYS:
        raise UnreadableScenarioError(f"{scenario_id}: unknown in a step: {sorted(unknown)}")
    if row.get("claude", "back") not in CLAUDE:
        raise UnreadableScenarioError(f"{scenario_id}: Claude can be {sorted(CLAUDE)}")
    return Step(
        say=_texts(row.get("say", ())),
        wait=_wait(row.get("wait", "0s")),
        model=tuple(row.get("model", ())),
        persona=row.get("persona", ""),
        staff=row.get("staff", ""),
        claude=row.get("claude", ""),
        fault=row.get("fault", {}),
        profile=row.get("profile", ""),
        meanwhile=_texts(row.get("meanwhile", ())),
        staff_meanwhile=row.get("staff_meanwhile", ""),
        calendar=row.get("calendar", ""),
    )


def _texts(given: Any) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _wait(given: str) -> timedelta:
    if not (found := re.fullmatch(r"(\d+)([smhd])", given)):
        raise UnreadableScenarioError(f"{given} is not a time such as 20m")
    return timedelta(**{UNITS[found[2]]: int(found[1])})
