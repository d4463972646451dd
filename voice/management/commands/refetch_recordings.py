"""manage.py refetch_recordings: fetch recordings from VAPI again, now."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q, QuerySet

from hampstead.core.clock import now
from voice.consenting import want_recording
from voice.fetching import VAPI_KEEPS, sweep
from voice.models import Call, Recording
from voice.vapi import vapi

State = Recording.State
LACKING = (State.WANTED, State.GONE, State.REFUSED)


class Command(BaseCommand):
    help = (
        "Fetch recordings that we do not have, without waiting for their turn: after VAPI or the "
        "file storage was away, or one was refused. What callers did not want kept stays away."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", help="calls since this day, such as 2026-11-20")
        parser.add_argument("--call", help="one call, by VAPI's id or by ours")
        parser.add_argument("--dry-run", action="store_true", help="only say which are missing")

    def handle(
        self, *args: Any, since: str | None, call: str | None, dry_run: bool, **options: Any
    ) -> None:
        calls = _calls(since, call)
        if call and not calls.exists():
            raise CommandError(f"There is no call {call} that has ended.")
        if dry_run:
            for one in calls.filter(Q(recording=None) | Q(recording__state__in=LACKING)):
                self.stdout.write(f"{one.vendor_id}: {_why(one)}")
            return
        for one in calls.filter(recording=None).select_related("conversation__person"):
            want_recording(one)
        rows = Recording.objects.filter(call__in=calls)
        rows.filter(state__in=LACKING).update(state=State.WANTED, attempts=0, due_at=now())
        rows.filter(store=Recording.Store.WAITING).update(due_at=now())
        tried = stored = moved = 0
        due = rows.filter(due_at__lte=now()).select_related("call").order_by("due_at", "pk")
        while (done := sweep(vapi(), due)).tried:
            tried, stored, moved = tried + done.tried, stored + done.stored, moved + done.moved
        self.stdout.write(f"{tried} looked after: {stored} fetched, {moved} moved to the store.")
        for row in rows.filter(state__in=LACKING).select_related("call"):
            self.stdout.write(f"{row.call.vendor_id}: {row.get_state_display()}. {row.error}")


def _calls(since: str | None, call: str | None) -> QuerySet[Call]:
    ended = Call.objects.filter(reported_at__isnull=False)
    if call:
        ours = Q(pk=int(call)) if call.isdigit() and len(call) < 18 else Q(pk=None)
        return ended.filter(Q(vendor_id=call) | ours)
    return ended.filter(created_at__gte=_day(since) if since else now() - VAPI_KEEPS)


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC) - timedelta(hours=1)
    except ValueError as error:
        raise CommandError(f"{text} is not a day such as 2026-11-20.") from error


def _why(call: Call) -> str:
    recording = Recording.objects.filter(call=call).first()
    if recording is None:
        return "never asked for"
    return f"{recording.get_state_display()}. {recording.error}".strip()
