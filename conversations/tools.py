"""The one tool catalogue: what the model may ask our code to do.

Arguments never carry ids of people, leads or surveys: a tool acts for the person of the
conversation. Most tools read rows and note wishes at the desk; the turn's one commit carries the
wishes out, so a turn that is tried again leaves nothing behind. Those that arrange surveys act at
once (`survey_tools`).
"""

from collections.abc import Mapping
from typing import Any

from conversations.desk import Desk, NewPromise, State, ToolResult
from conversations.models import EnquiryLane
from conversations.prompting import Playbook
from conversations.survey_tools import SURVEY_TOOLS
from conversations.surveying import standing_of
from conversations.tooling import ENQUIRIES, SORTED_IN, TEXT, Tool, only, words, wrong
from hampstead.core.clock import now
from leads.facts import parse_facts
from leads.models import EnquiryKind, ProjectType, Promise
from leads.prices import price_range
from leads.promises import callback_due, spoken_due, stands
from leads.service_area import find_area


def _note_facts(desk: Desk, arguments: Mapping[str, Any]) -> ToolResult:
    parsed = parse_facts(arguments)
    desk.wishes.facts.update(parsed.accepted)
    content = {"noted": sorted(key.value for key in parsed.accepted), "problems": parsed.problems}
    return ToolResult(content, is_error=not parsed.accepted)


def _check_service_area(desk: Desk, arguments: Mapping[str, Any]) -> ToolResult:
    answer = find_area(words(arguments, "postcode")[:60])
    content = {"outcode": answer.outcode, "area": answer.area, "advice": answer.advice}
    return ToolResult(content)


def _get_price_range(desk: Desk, arguments: Mapping[str, Any]) -> ToolResult:
    answer = price_range(words(arguments, "project_type"))
    if answer is None:
        advice = "No price range may be given for this. A colleague will advise after a survey."
        return ToolResult({"available": False, "text": advice})
    return ToolResult({"available": True, "text": answer.text})


def _request_human(desk: Desk, arguments: Mapping[str, Any]) -> ToolResult:
    desk.wishes.handover_reason = words(arguments, "reason") or "asked for a person"
    return ToolResult({"accepted": True, "advice": "A colleague will take over this chat."})


def _promise_callback(desk: Desk, arguments: Mapping[str, Any]) -> ToolResult:
    """Without a number nobody can ring: then a written reply is promised."""
    about, wish = words(arguments, "about"), words(arguments, "preferred_time")
    kind = Promise.Kind.CALL_BACK if desk.has_phone else Promise.Kind.REPLY
    standing = next((row for row in desk.open_promises if row.kind == kind), None)
    if standing is not None and stands(standing, wish):
        # Made again in the commit, in case somebody has closed it by then.
        again = NewPromise(standing.due_at, standing.about, standing.wish)
        desk.wishes.promises[kind] = again
        return _promised(kind, spoken_due(standing.due_at))
    due_at = callback_due(now(), wish)
    desk.wishes.promises[kind] = NewPromise(due_at, about, wish)
    return _promised(kind, spoken_due(due_at))


def _promised(kind: Promise.Kind, due: str) -> ToolResult:
    how = "ring" if kind == Promise.Kind.CALL_BACK else "reply here in writing"
    return ToolResult({"promised": True, "due": due, "text": f"A colleague will {how} {due}."})


def _stop_recording(desk: Desk, arguments: Mapping[str, Any]) -> ToolResult:
    """Carried out by the floor that records; here is only what may be said of it."""
    return ToolResult({"accepted": True, "text": NOT_RECORDED})


def _choose_lane(desk: Desk, arguments: Mapping[str, Any]) -> ToolResult:
    lane = desk.playbook.lane(words(arguments, "lane"))
    if lane is None:
        return ToolResult({"error": "there is no such lane"}, is_error=True)
    desk.wishes.lane = lane
    if lane.action == EnquiryLane.Action.HANDOVER:
        desk.wishes.handover_reason = lane.title
    return ToolResult({"lane": lane.code, "instructions": lane.instructions})


NOT_RECORDED = (
    "Of course. We do not keep the recording of this call: it is deleted when the call has ended, "
    "and your next calls will not be recorded. What you tell me is still written down."
)
_pounds = {
    "type": ["integer", "string"],
    "description": "whole pounds; in the customer's words if it is not clear how much they mean",
}
_project = {"type": "string", "enum": list(ProjectType.values)}


STOP_RECORDING = "stop_recording"

CATALOGUE: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(
            name="note_facts",
            description="Store what the customer has just said about themselves or the project. "
            "Give only the fields they spoke about.",
            properties=only(
                customer_name=TEXT,
                enquiry_kind={"type": "string", "enum": list(EnquiryKind.values)},
                project_type=_project,
                postcode={"type": "string", "description": "UK postcode or outcode"},
                address={**TEXT, "description": "house and street, as the customer gave them"},
                budget_min_pounds=_pounds,
                budget_max_pounds=_pounds,
                start_within_months={
                    "type": ["integer", "string"],
                    "description": "from today; or in the customer's words",
                },
                wants_survey={"type": "boolean"},
                just_looking={"type": "boolean"},
                decision_maker={"type": "string", "enum": ["sole", "joint", "unclear"]},
                requirements=TEXT,
                email=TEXT,
                preferred_time=TEXT,
            ),
            required=(),
            run=_note_facts,
        ),
        Tool(
            name="check_service_area",
            description="Find out whether we work at a postcode.",
            properties=only(postcode={"type": "string"}),
            required=("postcode",),
            run=_check_service_area,
            states=SORTED_IN,
        ),
        Tool(
            name="get_price_range",
            description="The firm's published price range for a kind of project. The only source "
            "of prices and durations; ask again in every turn in which you name one.",
            properties=only(project_type=_project),
            required=("project_type",),
            run=_get_price_range,
            states=ENQUIRIES,
        ),
        Tool(
            name="promise_callback",
            description="Promise that a colleague will ring the customer. The result says by when: "
            "tell the customer exactly that. The only way to promise to be in touch.",
            properties=only(
                about={**TEXT, "description": "what the call is about"},
                preferred_time={**TEXT, "description": "when it suits, in the customer's words"},
            ),
            required=("about",),
            run=_promise_callback,
            states=SORTED_IN,
        ),
        *SURVEY_TOOLS,
        Tool(
            name="choose_lane",
            description="Say which lane this message belongs to, and get the lane's instructions. "
            "Not needed for an ordinary enquiry about a project.",
            properties=lambda playbook: {
                "lane": {"type": "string", "enum": [lane.code for lane in playbook.lanes]}
            },
            required=("lane",),
            run=_choose_lane,
        ),
        Tool(
            name=STOP_RECORDING,
            description="The caller does not want the call to be recorded. Call it at once, then "
            "say its text; never say that the recording has stopped already.",
            properties=only(quote={**TEXT, "description": "what the caller said about it"}),
            required=(),
            run=_stop_recording,
            channels=frozenset({"phone"}),
        ),
        Tool(
            name="request_human",
            description="Pass the conversation to a colleague in the office.",
            properties=only(reason=TEXT),
            required=("reason",),
            run=_request_human,
        ),
    )
}


def schemas(channel: str, playbook: Playbook) -> list[dict[str, Any]]:
    """The tools of a channel in a fixed order (the prompt cache depends on it).

    A tool that the state forbids stays in the list, for the cache, and is refused when called.
    """
    tools = (tool for tool in CATALOGUE.values() if channel in tool.channels)
    return [tool.schema(playbook) for tool in tools if tool.name != "choose_lane" or playbook.lanes]


def run_tool(name: str, arguments: Mapping[str, Any], desk: Desk) -> ToolResult:
    """Run one tool. What is wrong with the call is told to the model, not raised."""
    tool = CATALOGUE.get(name)
    if tool is None or desk.channel not in tool.channels:
        return wrong(f"there is no tool named {name[:64]}")
    if desk.state not in tool.states and not _is_about_theirs(name, desk):
        return wrong(f"{name} is not for this kind of conversation")
    missing = [key for key in tool.required if key not in arguments]
    if missing:
        return wrong(f"missing: {', '.join(missing)}")
    return tool.run(desk, arguments)


def _is_about_theirs(name: str, desk: Desk) -> bool:
    """Whoever has a survey may move it, whatever else they write about."""
    if name not in ("find_slots", "move_survey") or desk.state != State.NOT_A_LEAD:
        return False
    chat = desk.conversation
    return chat is not None and standing_of(chat.person).booked is not None
