"""manage.py replay_webhooks: process dead or quarantined posts again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hampstead.core import inbox
from hampstead.core.models import InboxEvent


class Command(BaseCommand):
    help = "Process dead (and, if asked, quarantined) webhook posts again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--source", default="")
        parser.add_argument("--quarantined", action="store_true", help="these as well")
        parser.add_argument("--dry-run", action="store_true")

    def handle(
        self, *args: Any, source: str, quarantined: bool, dry_run: bool, **options: Any
    ) -> None:
        states = [InboxEvent.Status.DEAD]
        if quarantined:
            states.append(InboxEvent.Status.QUARANTINED)
        events = InboxEvent.objects.filter(status__in=states)
        if source:
            events = events.filter(source=source)
        if dry_run:
            self.stdout.write(f"Would replay {events.count()} posts.")
            return
        done = sum(
            inbox.replay(event=event, by=None, reason="manage.py replay_webhooks")
            for event in events.iterator()
        )
        self.stdout.write(f"Replayed {done} posts.")
