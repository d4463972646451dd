"""Reading one fact strictly from what a model or a form sent, and saying it in plain words."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import TextChoices

from hampstead.core.clock import now, to_london
from leads.postcodes import postcode_of
from leads.spoken.addresses import read_email
from leads.spoken.money import read_budget
from leads.spoken.projects import read_project
from leads.spoken.starts import start_within_months
from leads.terms import DecisionMaker, EnquiryKind, FactKey, ProjectType
from leads.wording import pounds, tidy

LONGEST_TEXT = 500
LONGEST_NAME = 120
BUDGET_POUNDS = range(1, 20_000_001)
START_MONTHS = range(121)
CHOICES: Mapping[str, type[TextChoices]] = {
    FactKey.ENQUIRY_KIND: EnquiryKind,
    FactKey.PROJECT_TYPE: ProjectType,
    FactKey.DECISION_MAKER: DecisionMaker,
}
BUDGET_ENDS = ("budget_min_pounds", "budget_max_pounds")


class UnfitValueError(ValueError):
    """The value is not what this fact asks for; the text says what is."""


@dataclass(frozen=True)
class ParsedFacts:
    accepted: dict[FactKey, Any]
    problems: list[str]


def parse_facts(raw: Mapping[str, Any]) -> ParsedFacts:
    """Never raises: a model may send anything. Absent, null and empty arguments are no news."""
    parsed = ParsedFacts({}, [])
    if not isinstance(raw, Mapping):
        parsed.problems.append("facts must be an object of named values")
        return parsed
    for name, value in raw.items():
        if not _is_empty(value) and name not in BUDGET_ENDS:
            _accept(parsed, name, value)
    _accept_budget(parsed, raw)
    return parsed


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not tidy(value, limit=LONGEST_TEXT))


def _accept(parsed: ParsedFacts, name: object, value: Any) -> None:
    if not isinstance(name, str) or name not in READERS:
        parsed.problems.append(f"{tidy(str(name)[:60], limit=40)} is not a known fact")
        return
    try:
        parsed.accepted[FactKey(name)] = READERS[name](value)
    except UnfitValueError as error:
        parsed.problems.append(f"{name} {error}")


def _accept_budget(parsed: ParsedFacts, raw: Mapping[str, Any]) -> None:
    ends: dict[str, int | None] = {"min_pence": None, "max_pence": None}
    for end, name in zip(ends, BUDGET_ENDS, strict=True):
        value = raw.get(name)
        if _is_empty(value):
            continue
        try:
            ends[end] = _budget_end(value, end)
        except UnfitValueError as error:
            parsed.problems.append(f"{name} {error}")
    low, high = ends.values()
    if low is not None and high is not None and low > high:
        parsed.problems.append("budget_min_pounds is more than budget_max_pounds")
    elif low is not None or high is not None:
        parsed.accepted[FactKey.BUDGET] = ends


def _budget_end(value: object, end: str) -> int:
    """A whole number of pounds, or the customer's own words: "80k", "eighty thousand"."""
    if not _is_in_words(value):
        return _whole_within(value, BUDGET_POUNDS) * 100
    budget = read_budget(_text(value), asked=True)
    if budget is None or budget.is_unknown:
        raise UnfitValueError("must be an amount of pounds: leave it out if they did not say")
    if budget.is_doubtful:
        raise UnfitValueError(f"may mean two things: ask whether they mean {budget.in_words}")
    low, high = budget.min_pence, budget.max_pence
    first, second = (low, high) if end == "min_pence" else (high, low)
    return (first if first is not None else second) or 0


def _is_in_words(value: object) -> bool:
    """Figures alone are a number sent as text by mistake, and told as such."""
    return isinstance(value, str) and any(char.isalpha() or char == "£" for char in value)


def _whole_within(value: object, allowed: range) -> int:
    # JSON has no whole numbers of its own: 3.0 is as good as 3, but True is not 1.
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise UnfitValueError(f"must be a whole number from {allowed[0]} to {allowed[-1]}")
    return value


def _text(value: object) -> str:
    return _text_up_to(value, LONGEST_TEXT)


def _name(value: object) -> str:
    return _text_up_to(value, LONGEST_NAME)


def _text_up_to(value: object, limit: int) -> str:
    if not isinstance(value, str):
        raise UnfitValueError("must be text")
    return tidy(value, limit=limit)


def _choice(key: FactKey) -> Callable[[object], str]:
    def read(value: object) -> str:
        word = _text(value).lower().replace(" ", "_")
        if word not in CHOICES[key].values:
            raise UnfitValueError(f"must be one of {', '.join(CHOICES[key].values)}")
        return word

    return read


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise UnfitValueError("must be true or false")
    return value


def _months(value: object) -> int:
    if _is_in_words(value):
        today = to_london(now()).date()
        if (found := start_within_months(_text(value), today)) is not None:
            return found
    return _whole_within(value, START_MONTHS)


def _project(value: object) -> str:
    try:
        return _choice(FactKey.PROJECT_TYPE)(value)
    except UnfitValueError:
        if isinstance(value, str) and (found := read_project(value)) is not None:
            return found.value
        raise


def _postcode(value: object) -> str:
    if (found := postcode_of(_text(value))) is None:
        raise UnfitValueError("must be a UK postcode such as NW3 2QG or its first half")
    return found


def _email(value: object) -> str:
    address = _text(value)
    if "@" not in address or " " in address:
        address = read_email(address) or address
    try:
        validate_email(address)
    except ValidationError:
        raise UnfitValueError("must be an e-mail address") from None
    if len(address) > 254:
        raise UnfitValueError("must be an e-mail address of at most 254 characters")
    return address


READERS: Mapping[str, Callable[[object], Any]] = {
    FactKey.CUSTOMER_NAME: _name,
    FactKey.ENQUIRY_KIND: _choice(FactKey.ENQUIRY_KIND),
    FactKey.PROJECT_TYPE: _project,
    FactKey.POSTCODE: _postcode,
    FactKey.START_WITHIN_MONTHS: _months,
    FactKey.WANTS_SURVEY: _yes_or_no,
    FactKey.JUST_LOOKING: _yes_or_no,
    FactKey.DECISION_MAKER: _choice(FactKey.DECISION_MAKER),
    FactKey.REQUIREMENTS: _text,
    FactKey.ADDRESS: _text,
    FactKey.EMAIL: _email,
    FactKey.PREFERRED_TIME: _text,
}


def spoken(key: str, value: Any) -> str:
    """A fact as staff read it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if key == FactKey.BUDGET and isinstance(value, Mapping):
        return _spoken_budget(value.get("min_pence"), value.get("max_pence"))
    if key == FactKey.START_WITHIN_MONTHS and isinstance(value, int):
        return "At once" if value == 0 else f"Within {value} month{'' if value == 1 else 's'}"
    if key in CHOICES and value in CHOICES[key].values:
        return str(CHOICES[key](value).label)
    return str(value)


def _spoken_budget(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return pounds(low) if low == high else f"{pounds(low)} to {pounds(high)}"
    if high is not None:
        return f"Up to {pounds(high)}"
    return f"From {pounds(low)}" if low is not None else "Not said"
