"""Surveyors' calendars at Microsoft 365. Errors become E009 with what should happen next."""

from leads.outlook.adapter import Outlook, outlook
from leads.outlook.refusals import CalendarConflictError, MailboxRefusedError, SyncStateLostError
from leads.outlook.shapes import (
    Block,
    Changes,
    Entry,
    EventDraft,
    FreeBusy,
    Subscription,
)

__all__ = [
    "Block",
    "CalendarConflictError",
    "Changes",
    "Entry",
    "EventDraft",
    "FreeBusy",
    "MailboxRefusedError",
    "Outlook",
    "Subscription",
    "SyncStateLostError",
    "outlook",
]
