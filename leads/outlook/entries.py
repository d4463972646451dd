"""Graph's event and our Entry."""

from typing import Any

from leads.outlook.graph import Json
from leads.outlook.shapes import Entry, EventDraft
from leads.outlook.zones import read_day, read_moment, write_moment

# Our tag on an entry, beside its transaction id: this one can be searched for.
TAG = "String {6f1d2c1e-5d0a-4c55-9a3e-6c8f8f1f7b21} Name HampsteadSurvey"
FIELDS = "id,subject,start,end,showAs,isAllDay,isCancelled,transactionId,changeKey,attendees"
KEPT_TIME = ("start", "end", "isAllDay", "showAs")
KEPT_SUBJECT = ("subject",)
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError)


def read_entry(event: Any) -> Entry:
    """Raises one of UNREADABLE for what is no event with an id and times."""
    is_all_day = event.get("isAllDay") is True
    starts = read_day(event["start"]) if is_all_day else read_moment(event["start"])
    ends = read_day(event["end"]) if is_all_day else read_moment(event["end"], is_end=True)
    if not isinstance(event["id"], str) or not event["id"]:
        raise ValueError("an entry without an id")
    if ends < starts:
        raise ValueError("an entry ends before it starts")
    return Entry(
        id=event["id"],
        starts=starts,
        ends=ends,
        show_as=str(event.get("showAs") or "unknown"),
        is_all_day=is_all_day,
        is_cancelled=event.get("isCancelled") is True,
        subject=str(event.get("subject") or ""),
        uid=str(event.get("transactionId") or ""),
        change_key=str(event.get("changeKey") or ""),
        has_attendees=bool(event.get("attendees")),
    )


def read_body(event: Json) -> str:
    body = event.get("body")
    return str(body.get("content") or "") if isinstance(body, dict) else ""


def shown(draft: EventDraft) -> Json:
    """What an update may set."""
    return {
        "subject": draft.subject,
        "body": {"contentType": "text", "content": draft.body},
        "location": {"displayName": draft.location},
        "start": write_moment(draft.starts),
        "end": write_moment(draft.ends),
        "isAllDay": False,
        "showAs": "busy",
    }


def created(draft: EventDraft) -> Json:
    """Without attendees, so that Outlook writes to nobody: we tell the customer ourselves."""
    return {
        **shown(draft),
        "isReminderOn": True,
        "reminderMinutesBeforeStart": 60,
        "transactionId": str(draft.uid),
        "singleValueExtendedProperties": [{"id": TAG, "value": str(draft.uid)}],
    }
