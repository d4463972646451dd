import re

NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
SUFFIX = r"(?:\s*(k|thousand|grand|million|m)\b)?"
RANGE = re.compile(
    rf"(£?)\s*{NUMBER}{SUFFIX}\s*(?:to|and|-|–)\s*(£?)\s*{NUMBER}{SUFFIX}", re.IGNORECASE
)
AMOUNT = re.compile(rf"(£?)\s*{NUMBER}{SUFFIX}", re.IGNORECASE)
AT_MOST = re.compile(r"(?:up to|under|below|less than|no more than|maximum(?: of)?|max)\W*$", re.I)
AT_LEAST = re.compile(r"(?:at least|over|above|more than|from|minimum(?: of)?)\W*$", re.I)
FACTORS = {"k": 1_000, "thousand": 1_000, "grand": 1_000, "m": 1_000_000, "million": 1_000_000}


def budget_in(text: str, *, bare: bool) -> dict[str, str | int | bool]:
    """A number counts as money with a pound sign or a unit, or when a budget was asked for."""
    if found := RANGE.search(text):
        sign, low, low_unit, sign_2, high, high_unit = found.groups()
        if sign or sign_2 or is_money(low_unit) or is_money(high_unit) or bare:
            return {
                "budget_min_pounds": pounds(low, low_unit or high_unit),
                "budget_max_pounds": pounds(high, high_unit),
            }
    for found in AMOUNT.finditer(text):
        sign, number, unit = found.groups()
        if sign or is_money(unit) or (bare and pounds(number, None) >= 1_000):
            return one_amount(pounds(number, unit), text[: found.start()])
    return {}


def is_money(unit: str | None) -> bool:
    """Without a pound sign "3m" is a length."""
    return unit is not None and unit.lower() != "m"


def one_amount(amount: int, before: str) -> dict[str, str | int | bool]:
    if AT_MOST.search(before):
        return {"budget_max_pounds": amount}
    if AT_LEAST.search(before):
        return {"budget_min_pounds": amount}
    return {"budget_min_pounds": amount, "budget_max_pounds": amount}


def pounds(number: str, unit: str | None) -> int:
    value = float(number.replace(",", "").rstrip("."))
    return round(value * FACTORS.get((unit or "").lower(), 1))
