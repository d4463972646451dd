"""Where we work: outcodes in, an answer for the customer out."""

from dataclasses import dataclass

from leads.models import Firm, ServiceArea
from leads.postcodes import outcode_of
from leads.terms import Area

__all__ = ["AreaAnswer", "find_area", "outcode_of"]


@dataclass(frozen=True)
class AreaAnswer:
    outcode: str | None
    area: Area
    advice: str


def outcodes_by_area() -> dict[str, list[str]]:
    """Where we work and where we do not, in a fixed order."""
    outcodes: dict[str, list[str]] = {}
    for area, outcode in ServiceArea.objects.order_by("outcode").values_list("area", "outcode"):
        outcodes.setdefault(area, []).append(outcode)
    return outcodes


def find_area(postcode: str) -> AreaAnswer:
    outcode = outcode_of(postcode)
    if outcode is None:
        return AreaAnswer(None, Area.UNKNOWN, "Please ask for the postcode of the property.")
    row = ServiceArea.objects.filter(outcode=outcode).first()
    if row is not None:
        return _served(outcode, Area(row.area))
    if not ServiceArea.objects.exists():
        # Nothing is loaded yet: turning everybody away would be a lie.
        return AreaAnswer(outcode, Area.UNKNOWN, "The office will confirm whether we work there.")
    return AreaAnswer(outcode, Area.OUTSIDE, Firm.current().outside_area_advice)


def _served(outcode: str, area: Area) -> AreaAnswer:
    if area == Area.BORDERLINE:
        advice = f"{outcode} is on the edge of our area: a colleague decides and lets you know."
    else:
        advice = f"Yes, we work in {outcode}."
    return AreaAnswer(outcode, area, advice)
