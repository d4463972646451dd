"""Words Deepgram should expect: what the firm sells and where it works."""

from string import capwords

from leads.models import Firm
from leads.prices import price_book
from leads.service_area import outcodes_by_area
from leads.spoken.places import OUTCODES
from leads.terms import Area

MOST_TERMS = 50  # more of them make it hear worse; 500 tokens are refused
TRADE = (
    "side return", "party wall", "bifold doors", "steelwork", "planning permission",
    "building regulations", "conservation area", "grade two listed", "survey",
)  # fmt: skip


def keyterms() -> tuple[str, ...]:
    """The firm, its price book, the trade's words, then places from the heart of the area out."""
    projects = [row.get_project_type_display().lower() for row in price_book()]
    terms = [Firm.current().name, *projects, *TRADE, *_places()]
    return tuple(dict.fromkeys(terms))[:MOST_TERMS]


def _places() -> list[str]:
    served = outcodes_by_area()
    places: dict[str, str] = {}  # two spellings of one sound are one place
    for area in (Area.PRIMARY, Area.SECONDARY, Area.BORDERLINE):
        for outcode in served.get(area, []):
            for name in OUTCODES.get(outcode, "").split(", "):
                places.setdefault(name.replace("'", ""), capwords(name))
    return [name for name in places.values() if name]
