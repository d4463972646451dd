"""What a patient customer and the receptionist say to each other, for as many turns as wanted.

Lengths are those of real chats: customers write 60 to 200 characters, answers have 150 to 350.
Nothing said needs a check or leaves the ordinary lane, so every turn is a plain one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Call = dict[str, Any]

ROOMS = (
    "kitchen", "bathroom upstairs", "back bedroom", "hallway and stairs", "side return",
    "utility room", "loft room",
)  # fmt: skip
MATTERS = (
    "the colour of the tiles", "underfloor heating", "more sockets than there are now",
    "a wider opening to the garden", "storage along the longer wall", "the old floorboards",
    "soundproofing towards next door", "where the boiler goes", "taller doors",
)  # fmt: skip
ASKED = (
    "We have been looking at the {room} again and keep coming back to {matter}. Is that something "
    "your team usually thinks about early on?",
    "My husband is not so sure about {matter} in the {room}, he would keep it as it is.",
    "Another thing about the {room}: friends told us that {matter} made all the difference for "
    "them, and we rather liked the look of it when we visited.",
    "Sorry for all the messages! For the {room}, could you put down {matter} as well please?",
    "I measured the {room} this morning, it is a bit narrower than on the old plan. Does that "
    "change anything for {matter}, or is it too early to say?",
    "Do people normally decide on {matter} before anybody has looked at the {room}?",
    "We talked about the {room} over dinner. The children want it bright, and I care most about "
    "{matter}, so perhaps both can go on the list and we see what is sensible.",
    "Thanks, that makes sense. What else would you need from us about the {room} and {matter}?",
)
ANSWERED = (
    "That is a good thing to raise early. I have it on your list for the {room}, next to {matter}, "
    "so that whoever looks at your enquiry sees both together. Is there anything in the {room} "
    "that you would like to keep just as it is?",
    "I understand, and it is quite usual that two people see it differently at this stage. Both "
    "views on {matter} are on file for the {room}. Which of the two matters more to you if only "
    "one of them turns out to be possible?",
    "Thank you for telling me about the {room}. How {matter} works out depends on what our team "
    "finds when they see the place, so I would rather not guess. Could you tell me what you like "
    "least about it today?",
    "No need to be sorry, it helps to have it all in one place. {matter_first} is now on the list "
    "for the {room}. Would you like me to note who in the family uses it most, and for what?",
    "Good to know, and thank you for measuring. Whether it changes anything for {matter} is for "
    "our designers to say once they have seen the {room}. Do you still have the old plan, and are "
    "there later changes that are not on it?",
    "Many people do, and just as many leave it open. For the {room} it is enough to know what you "
    "hope for, and {matter} can stay a wish for the time being. Is there something you have "
    "already ruled out, so that nobody spends time on it?",
)
# What the customer says about themselves and the project, and the tools it takes.
OPENING: tuple[tuple[str, tuple[Call, ...]], ...] = (
    (
        "Hello, we are thinking about a kitchen extension into the side return and would like to "
        "know whether that is the kind of work you do.",
        ({"name": "note_facts", "input": {"project_type": "kitchen_extension"}},),
    ),
    (
        "The house is in Hampstead, NW3 2QG, a terrace with a small garden behind it. Is that an "
        "area you work in?",
        (
            {"name": "note_facts", "input": {"postcode": "NW3 2QG"}},
            {"name": "check_service_area", "input": {"postcode": "NW3 2QG"}},
        ),
    ),
    (
        "My name is Priya Shah, and my husband Tom decides with me, so please keep us both in mind "
        "for anything that has to be agreed.",
        (
            {
                "name": "note_facts",
                "input": {"customer_name": "Priya Shah", "decision_maker": "joint"},
            },
        ),
    ),
    (
        "We have about a hundred and twenty thousand put aside for it all, and could stretch a "
        "little for the right result.",
        (
            {
                "name": "note_facts",
                "input": {"budget_min_pounds": 110_000, "budget_max_pounds": 130_000},
            },
            {"name": "get_price_range", "input": {"project_type": "kitchen_extension"}},
        ),
    ),
    (
        "Spring would suit us best, and yes, somebody coming to see the house would be lovely. "
        "Mornings are easiest because of school.",
        (
            {
                "name": "note_facts",
                "input": {
                    "start_within_months": 5,
                    "wants_survey": True,
                    "preferred_time": "in the mornings",
                },
            },
        ),
    ),
)
TOOL_EVERY = 3  # later on, the customer adds to the requirements in every third turn
DIGEST = "\n".join(
    (
        "- name: Priya Shah",
        "- postcode: NW3 2QG",
        "- project: kitchen extension into the side return",
        "- budget: between 110,000 and 130,000 pounds, could stretch a little",
        "- start: in spring",
        "- who decides: together with her husband Tom",
        "- preferred time: in the mornings, because of school",
        "- survey: wanted",
        *(
            f"- requirements for the {room}: {MATTERS[number]} and {MATTERS[number + 1]}, both "
            f"still open"
            for number, room in enumerate(ROOMS)
        ),
        "- her husband would keep more of it as it is, and the children want it bright",
        "- the rooms are a little narrower than on the old plan, which they still have",
        "- asked and not answered: whether the opening to the garden changes what is possible",
        "- was told that designers look at all wishes once they have seen the place",
        "- was told that nobody needs to decide before somebody has looked at the rooms",
        "- feels well looked after, writes often and says sorry for it",
    )
)


@dataclass(frozen=True)
class Exchange:
    """One turn: what the customer writes, the tools it takes, and the answer."""

    asked: str
    calls: tuple[Call, ...]
    answered: str

    @property
    def model_answers(self) -> list[Any]:
        """For the sandbox: a round of tools if there are any, then the words."""
        blocks = [{"type": "tool_use", **call} for call in self.calls]
        return [{"content": blocks}, self.answered] if blocks else [self.answered]


def exchange(turn: int) -> Exchange:
    """Turn number `turn`, counted from 1; always the same."""
    words = _words(turn)
    answered = ANSWERED[turn % len(ANSWERED)].format(**words)
    if turn <= len(OPENING):
        asked, calls = OPENING[turn - 1]
        return Exchange(asked, calls, answered)
    asked = ASKED[turn % len(ASKED)].format(**words)
    if turn % TOOL_EVERY:
        return Exchange(asked, (), answered)
    wish = f"{words['room']}: {words['matter']}, so far only a wish"
    return Exchange(asked, ({"name": "note_facts", "input": {"requirements": wish}},), answered)


def _words(turn: int) -> dict[str, str]:
    matter = MATTERS[turn % len(MATTERS)]
    first = matter[0].upper() + matter[1:]
    return {"room": ROOMS[turn % len(ROOMS)], "matter": matter, "matter_first": first}
