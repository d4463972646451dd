"""An event as Graph shows it, in the zone and with the ids the caller wishes."""

from html import escape
from typing import Any

from hampstead.sandbox.microsoft_calendars import Event
from hampstead.sandbox.microsoft_times import shown, shown_day
from hampstead.sandbox.microsoft_wishes import TAGS, Options, Wishes, bad_query

JsonObject = dict[str, Any]
NEVER = "0001-01-01T00:00:00Z"
ALWAYS = ("@odata.etag", "id")
EVERY_TAG = frozenset({"*"})


def event_json(event: Event, wishes: Wishes, options: Options | None = None) -> JsonObject:
    options = options or Options()
    whole = {
        **identity(event, wishes),
        **state(event),
        **text(event, wishes),
        **times(event, wishes),
    }
    if options.select:
        unknown = options.select - whole.keys() - {TAGS, "transactionId"}
        if unknown:
            name = min(unknown)
            raise bad_query(f"Could not find a property named '{name}' on type 'Event'.")
        whole = {k: v for k, v in whole.items() if k in ALWAYS or k in options.select}
    # Never unasked, and not even then where the event has none of those asked for.
    tags = [
        {"id": name, "value": value}
        for name, value in event.tags.items()
        if options.tags == EVERY_TAG or name in options.tags
    ]
    return {**whole, TAGS: tags} if tags else whole


def shown_id(event: Event, wishes: Wishes) -> str:
    return event.id if wishes.is_immutable else event.folder_id


def identity(event: Event, wishes: Wishes) -> JsonObject:
    found: JsonObject = {
        "@odata.etag": event.etag,
        "id": shown_id(event, wishes),
        "createdDateTime": f"{event.created_at:%Y-%m-%dT%H:%M:%S}.0000000Z",
        "lastModifiedDateTime": f"{event.modified_at:%Y-%m-%dT%H:%M:%S}.0000000Z",
        "changeKey": event.change_key,
        "iCalUId": event.ical_uid,
        "type": "singleInstance",
        "seriesMasterId": None,
        "recurrence": None,
        "webLink": "https://outlook.office365.com/owa/?itemid=sandbox",
    }
    if event.transaction_id:
        found["transactionId"] = event.transaction_id
    return found


def state(event: Event) -> JsonObject:
    response = "organizer" if event.is_own else event.content.get("response", "notResponded")
    person = {"name": event.organizer, "address": event.organizer}
    return {
        "isCancelled": event.is_cancelled,
        "isOrganizer": event.is_own,
        "isDraft": False,
        "hasAttachments": False,
        "onlineMeetingUrl": None,
        "responseStatus": {"response": response, "time": NEVER},
        "organizer": {"emailAddress": person},
    }


def text(event: Event, wishes: Wishes) -> JsonObject:
    content = {name: value for name, value in event.content.items() if name != "response"}
    body = content["body"]
    written = str(body.get("content", ""))
    is_text = str(body.get("contentType", "text")).lower() == "text"
    if is_text and wishes.body_type != "text":
        # What was written as text comes back as a page, unless text is wished for.
        page = f"<html><head></head><body><div>{escape(written)}</div></body></html>"
        content["body"] = {"contentType": "html", "content": page}
    location = {"locationType": "default", "uniqueIdType": "unknown", **content["location"]}
    has_place = bool(location.get("displayName"))
    return {
        **content,
        "bodyPreview": written[:255],
        "location": location,
        "locations": [location] if has_place else [],
    }


def times(event: Event, wishes: Wishes) -> JsonObject:
    span = event.span
    show = shown_day if span.is_all_day else shown
    return {
        "isAllDay": span.is_all_day,
        "start": show(span.starts, wishes.zone),
        "end": show(span.ends, wishes.zone),
        "originalStartTimeZone": span.start_zone,
        "originalEndTimeZone": span.end_zone,
    }
