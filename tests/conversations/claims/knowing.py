"""What is known in the examples: Monday 23 November 2026, ten in the morning in London."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from conversations.claims import Known

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FIRM = (
    "Hampstead Renovations",
    "You are writing with the AI assistant of Hampstead Renovations. We use your messages to "
    "handle your enquiry and keep them for that purpose. To reach a person, say so here or ring "
    "020 7946 0100.",
    "I am sorry, that is outside the area we work in. The Federation of Master Builders lists "
    "vetted local builders at www.fmb.org.uk/find-a-builder.",
    "020 7946 0100",
    "020 7946 0199",
    "0800 111 999",
    "Please ring our emergency line now: 020 7946 0199. If you smell gas, go outside and ring 0800 "
    "111 999. If anyone is in danger, ring 999 first. I have marked this as an emergency for "
    "our team.",
)
PROMPT = (
    "You are the AI receptionist of a design-and-build firm in North West London. You are warm, "
    "brief and practical, and you write British English the way a good receptionist would text. "
    "Never state a price, a duration or a date that a tool did not return in this very turn. "
    "Offer nobody a time for a survey. Call get_price_range before you say anything about money."
)
OPENING = (*((day, time(8), time(18)) for day in range(5)), (5, time(9), time(13)))
NOTHING = Known(now=NOW, firm_texts=FIRM, secret_texts=(PROMPT,), opening=OPENING)

LOFT_TEXT = "£60,000 to £120,000 including VAT at 20%, usually 10 to 12 weeks"
DUE = "by 10:00 on Tuesday 24 November"


def tool(**content: Any) -> str:
    return json.dumps(content)


def knowing(**more: Any) -> Known:
    return replace(NOTHING, **more)


LOFT = knowing(tool_texts=(tool(available=True, text=LOFT_TEXT),))
KITCHEN = knowing(
    tool_texts=(
        tool(
            available=True,
            text="£80,000 to £140,000 including VAT at 20%, usually 10 to 14 weeks",
        ),
    )
)
PROMISED = knowing(
    tool_texts=(tool(promised=True, due=DUE, text=f"A colleague will ring {DUE}."),),
    has_promise=True,
)
STANDING = knowing(has_promise=True)
HANDED = knowing(
    tool_texts=(tool(accepted=True, advice="A colleague will take over this chat."),),
    has_handover=True,
)
BUDGET = knowing(budget_pence=(9_000_000,), customer_texts=("My budget is about 90k, maybe less",))
SURVEY = knowing(surveys=(datetime(2026, 12, 1, 10, 0, tzinfo=UTC),))
HELD = knowing(provisional=(datetime(2026, 12, 1, 10, 0, tzinfo=UTC),))
SLOTS = knowing(
    tool_texts=(tool(slots=["Tuesday 1 December at 10:00", "Wednesday 2 December at 14:30"]),)
)
EDGE = knowing(
    tool_texts=(
        tool(
            outcode="NW1",
            area="borderline",
            advice="NW1 is on the edge of our area: a colleague decides and lets you know.",
        ),
    )
)


def customer(*texts: str, **more: Any) -> Known:
    return knowing(customer_texts=texts, **more)
