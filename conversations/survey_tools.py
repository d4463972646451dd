"""The tools that arrange surveys, as the catalogue offers them."""

from conversations import survey_deeds, survey_finding
from conversations.tooling import ENQUIRIES, SORTED_IN, TEXT, Tool, only

_slot = {"type": "string", "description": "a slot as find_slots returned it, letter by letter"}
_visit = {
    "type": "string",
    "description": "which visit, if they have several: its slot as the situation prints it",
}
_proof = {
    "type": "string",
    "description": "on the phone: the whole postcode of the property, as the caller has just said",
}

SURVEY_TOOLS: tuple[Tool, ...] = (
    Tool(
        name="find_slots",
        description="Find up to three times at which a surveyor could visit. The only source of "
        "times to offer; call it again when the customer asks for another time.",
        properties=only(
            preferred_time={**TEXT, "description": "when it suits, in the customer's words"},
            postcode={"type": "string", "description": "of the property, only if not known yet"},
        ),
        required=(),
        run=survey_finding.find,
        states=ENQUIRIES,
    ),
    Tool(
        name="hold_slot",
        description="Keep an offered time for a few minutes while the customer decides.",
        properties=only(slot=_slot),
        required=("slot",),
        run=survey_deeds.hold,
        states=ENQUIRIES,
    ),
    Tool(
        name="book_survey",
        description="Book the offered time the customer has agreed to. The result says whether it "
        "is booked or only provisional: say exactly that. Call it again with the same slot when "
        "they give the address, or notes for the surveyor, later.",
        properties=only(
            slot=_slot,
            address={**TEXT, "description": "house and street, as the customer gave them"},
            access_notes={**TEXT, "description": "for the surveyor: parking, the bell, the dog"},
        ),
        required=("slot",),
        run=survey_deeds.book,
        states=ENQUIRIES,
    ),
    Tool(
        name="move_survey",
        description="Move the customer's survey to an offered time.",
        properties=only(slot=_slot, visit=_visit, postcode=_proof),
        required=("slot",),
        run=survey_deeds.move,
        states=ENQUIRIES,
    ),
    Tool(
        name="cancel_survey",
        description="Cancel the customer's survey, or give up the time held for them.",
        properties=only(slot=_visit, reason=TEXT, postcode=_proof),
        required=(),
        run=survey_deeds.cancel,
        states=SORTED_IN,
    ),
)
