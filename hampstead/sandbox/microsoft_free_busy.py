"""getSchedule: when mailboxes are busy, one error per mailbox that cannot be read."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from hampstead.sandbox.door import Door
from hampstead.sandbox.microsoft_calendars import Calendars, Event
from hampstead.sandbox.microsoft_conduct import Conduct
from hampstead.sandbox.microsoft_errors import GraphRefusalError
from hampstead.sandbox.microsoft_gate import Gate, GraphCall
from hampstead.sandbox.microsoft_times import local_time, shown
from hampstead.sandbox.reply import Reply

JsonObject = dict[str, Any]
MOST_MAILBOXES = 20
LONGEST = timedelta(days=62)
MOST_ENTRIES = 1000
DIGITS = {"free": "0", "workingElsewhere": "0", "tentative": "1", "busy": "2", "oof": "3"}
WORKING_HOURS = {
    "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
    "startTime": "08:00:00.0000000",
    "endTime": "17:00:00.0000000",
    "timeZone": {"name": "GMT Standard Time"},
}


class FreeBusy:
    def __init__(self, calendars: Calendars, conduct: Conduct) -> None:
        self._calendars = calendars
        self._conduct = conduct

    def add_routes(self, app: web.Application, door: Door, gate: Gate) -> None:
        path = "/microsoft/v1.0/users/{user}/calendar/getSchedule"
        app.router.add_post(path, gate.open(door, self.schedules, reads_free_busy=True))

    async def schedules(self, asked: GraphCall) -> Reply:
        body = asked.body()
        starts, ends = schedule_window(body)
        minutes = interval(body)
        failing = (asked.call.fault.mailbox_errors if asked.call.fault else None) or {}
        value = []
        for mailbox in schedule_ids(body):
            error = failing.get(mailbox.lower()) or self._error(mailbox.lower())
            found = self._calendars.between(mailbox.lower(), starts, ends)
            if not error and len(found) > MOST_ENTRIES:
                error = "5006"
            value.append(
                {"scheduleId": mailbox, "error": explained(mailbox, error)}
                if error
                else {
                    "scheduleId": mailbox,
                    "availabilityView": digits(found, starts, ends, minutes),
                    "scheduleItems": [item(event, asked.wishes.zone) for event in found],
                    "workingHours": WORKING_HOURS,
                }
            )
        context = asked.context("Collection(microsoft.graph.scheduleInformation)")
        return Reply(body={"@odata.context": context, "value": value})

    def _error(self, mailbox: str) -> str:
        if mailbox in self._conduct.unreadable or not self._conduct.exists(mailbox):
            return "5009"
        return ""


def schedule_ids(body: JsonObject) -> list[str]:
    found = body.get("schedules")
    if not isinstance(found, list) or not found or not all(isinstance(m, str) for m in found):
        text = "The schedules parameter must hold at least one address."
        raise GraphRefusalError(400, "ErrorInvalidParameter", text)
    if len(found) > MOST_MAILBOXES:
        text = f"At most {MOST_MAILBOXES} schedules can be looked up at once."
        raise GraphRefusalError(400, "ErrorInvalidParameter", text)
    return found


def schedule_window(body: JsonObject) -> tuple[datetime, datetime]:
    starts, _ = local_time(body.get("startTime"), "startTime")
    ends, _ = local_time(body.get("endTime"), "endTime")
    starts, ends = starts.astimezone(UTC), ends.astimezone(UTC)
    if ends <= starts:
        raise GraphRefusalError(400, "ErrorInvalidParameter", "The end is not after the start.")
    if ends - starts >= LONGEST:
        text = "The requested time duration is too long. The allowed limit is 62 days."
        raise GraphRefusalError(400, "ErrorTimeIntervalTooBig", text)
    return starts, ends


def interval(body: JsonObject) -> int:
    minutes = body.get("availabilityViewInterval", 30)
    if minutes is None:
        raise GraphRefusalError(500)
    if not isinstance(minutes, int) or not 5 <= minutes <= 1440:
        text = "The availabilityViewInterval must be between 5 and 1440."
        raise GraphRefusalError(400, "ErrorInvalidParameter", text)
    return minutes


def explained(mailbox: str, code: str) -> JsonObject:
    texts = {
        "5006": "The result set contains too many calendar entries.",
        "5009": f"Unable to resolve e-mail address {mailbox} to an Active Directory object.",
    }
    return {"message": texts.get(code, "The mailbox could not be read."), "responseCode": code}


def digits(events: list[Event], starts: datetime, ends: datetime, minutes: int) -> str:
    """The busiest status of each slot. Hours of work are not applied: a night is free."""
    view = ""
    while starts < ends:
        after = starts + timedelta(minutes=minutes)
        within = [status(event) for event in events if event.span.overlaps(starts, after)]
        view += max((DIGITS.get(name, "2") for name in within), default="0")
        starts = after
    return view


def status(event: Event) -> str:
    is_off = event.is_cancelled or event.content.get("response") == "declined"
    return "free" if is_off else str(event.content["showAs"])


def item(event: Event, zone: str) -> JsonObject:
    """No id, and neither subject nor place of what is private."""
    is_private = event.content["sensitivity"] == "private"
    found: JsonObject = {
        "isPrivate": is_private,
        "status": status(event),
        "isMeeting": bool(event.content["attendees"]),
        "isRecurring": False,
        "isException": False,
        "isReminderSet": event.content["isReminderOn"],
        "start": shown(event.span.starts, zone),
        "end": shown(event.span.ends, zone),
    }
    if not is_private:
        found["subject"] = event.content["subject"]
        found["location"] = event.content["location"].get("displayName", "")
    return found
