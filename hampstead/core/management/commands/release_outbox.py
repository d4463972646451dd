"""manage.py release_outbox: send parked effects again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from hampstead.core import outbox
from hampstead.core.models import Outbox


class Command(BaseCommand):
    help = "Release held and failed effects; uncertain ones only one by one, by id."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", type=int, help="these effects, whatever their state")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, ids: list[int], dry_run: bool, **options: Any) -> None:
        effects = Outbox.objects.filter(status__in=[Outbox.Status.HELD, Outbox.Status.FAILED])
        if ids:
            effects = Outbox.objects.filter(pk__in=ids)
        if dry_run:
            self.stdout.write(f"Would release {effects.count()} effects.")
            return
        done = sum(
            outbox.release(effect=effect, by=None, reason="manage.py release_outbox")
            for effect in effects.iterator()
        )
        self.stdout.write(f"Released {done} effects.")
