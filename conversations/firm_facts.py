"""What the firm says of itself: read once for each turn, so that one answer rests on one state."""

from dataclasses import dataclass
from datetime import time

from conversations.prompting import Playbook, filled
from hampstead.core.phone import spoken
from leads.models import Firm, OpeningHours
from leads.office_hours import spoken_hours

EMERGENCY_NUMBERS = ("0800 111 999", "999")  # the first is the national gas emergency line


@dataclass(frozen=True)
class FirmFacts:
    firm: Firm
    spoken_hours: str
    opening: tuple[tuple[int, time, time], ...]  # weekday, opens, closes

    @classmethod
    def read(cls) -> "FirmFacts":
        rows = OpeningHours.objects.order_by("weekday").values_list("weekday", "opens", "closes")
        opening = tuple((day, opens, closes) for day, opens, closes in rows if opens and closes)
        return cls(Firm.current(), spoken_hours(), opening)

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
