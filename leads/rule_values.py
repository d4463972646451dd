"""What a rule compares with, as staff write it: "£50,000 to £100,000", "6 months", "primary"."""

import re
from typing import Any

from leads.terms import Area, RuleTest
from leads.wording import pounds, tidy

NOTHING_TO_COMPARE = {RuleTest.IS_TRUE, RuleTest.IS_PRESENT}
LARGEST_POUNDS = 100_000_000


def spoken(test: str, value: dict[str, Any]) -> str:
    if not value or test in NOTHING_TO_COMPARE:
        return ""
    if test == RuleTest.BUDGET_BETWEEN:
        return f"{pounds(value['from_pence'])} to {pounds(value['to_pence'])}"
    if "pence" in value:
        return pounds(value["pence"])
    if "over_months" in value:
        return f"{value['over_months']} to {value['months']} months"
    if "months" in value:
        return f"{value['months']} months"
    return str(value.get("area") or value.get("answer") or "")


def read(test: str, text: str) -> dict[str, Any]:
    """The value for this kind of test; ValueError says in plain words what was expected."""
    text = tidy(text, limit=80)
    match test:
        case RuleTest.IS_TRUE | RuleTest.IS_PRESENT:
            return {}
        case RuleTest.AREA_IS:
            return {"area": _area(text)}
        case RuleTest.EQUALS:
            if not text:
                raise ValueError("Write the answer to compare with, such as unclear.")
            return {"answer": text.lower().replace(" ", "_")}
        case RuleTest.BUDGET_BETWEEN:
            return _budget_between(text)
        case RuleTest.BUDGET_OVER | RuleTest.BUDGET_BELOW_FOR_MAJOR_WORK:
            return _budget(text)
        case _:
            return _months(text)


def _area(text: str) -> str:
    choices = [area.value for area in Area if area != Area.UNKNOWN]
    if text.lower() not in choices:
        raise ValueError(f"Write one of: {', '.join(choices)}.")
    return text.lower()


def _numbers(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"[0-9]{1,12}", text.replace(",", ""))]


def _budget(text: str) -> dict[str, Any]:
    figures = _numbers(text)
    if len(figures) != 1 or figures[0] > LARGEST_POUNDS:
        raise ValueError("Write one sum in pounds, such as £100,000.")
    return {"pence": figures[0] * 100}


def _budget_between(text: str) -> dict[str, Any]:
    figures = _numbers(text)
    if len(figures) != 2 or not figures[0] <= figures[1] <= LARGEST_POUNDS:
        raise ValueError("Write two sums, the lower first, such as £50,000 to £100,000.")
    return {"from_pence": figures[0] * 100, "to_pence": figures[1] * 100}


def _months(text: str) -> dict[str, Any]:
    figures = _numbers(text)
    if len(figures) == 1 and figures[0] <= 120:
        return {"months": figures[0]}
    if len(figures) == 2 and figures[0] < figures[1] <= 120:
        return {"months": figures[1], "over_months": figures[0]}
    raise ValueError("Write a number of months, such as 3, or two, such as 3 to 6.")
