"""What the firm says of itself: taken once for each turn, so that one answer rests on one state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from conversations.prompting import Playbook, filled
from hampstead.core.kept import Kept
from hampstead.core.phone import spoken
from leads.models import Firm, OpeningHours, PriceRange, ServiceArea
from leads.office_hours import Hours, hours_of, spoken_hours, week
from leads.prices import price_book
from leads.service_area import outcodes_by_area

EMERGENCY_NUMBERS = ("0800 111 999", "999")  # the first is the national gas emergency line


@dataclass(frozen=True)
class FirmFacts:
    firm: Firm
    spoken_hours: str
    opening: tuple[tuple[int, time, time], ...]  # weekday, opens, closes
    hours: Hours  # without the days by appointment
    price_book: tuple[PriceRange, ...]
    outcodes: Mapping[str, Sequence[str]]  # by area

    @classmethod
    def read(cls) -> "FirmFacts":
        return _firm_facts()

    def texts(self, playbook: Playbook) -> tuple[str, ...]:
        """What any customer may be told."""
        firm = self.firm
        phones = (firm.office_phone, firm.emergency_phone, firm.whatsapp_phone)
        return (
            firm.name,
            firm.notice_text,
            firm.outside_area_advice,
            *map(spoken, phones),
            *EMERGENCY_NUMBERS,
            self.spoken_hours,
            *(filled(lane.reply, firm) for lane in playbook.lanes if lane.reply),
        )


def _read() -> FirmFacts:
    rows = week()
    opened = ((row.weekday, row.opens, row.closes) for row in rows)
    return FirmFacts(
        firm=Firm.current(),
        spoken_hours=spoken_hours(rows),
        opening=tuple((day, opens, closes) for day, opens, closes in opened if opens and closes),
        hours=hours_of(rows),
        price_book=tuple(price_book()),
        outcodes=outcodes_by_area(),
    )


_firm_facts = Kept(_read, Firm, OpeningHours, PriceRange, ServiceArea)
