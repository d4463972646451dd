"""manage.py reconcile_calls: ask VAPI for what it never told us of our calls."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hampstead.core.clock import now
from hampstead.core.errors import CatalogueError
from voice.reconciling import ask_about_silent, compare_since, silent_calls
from voice.vapi import vapi


class Command(BaseCommand):
    help = (
        "Complete calls whose final report never came, and take over calls of the last days that "
        "we never heard of. Run it after the web servers or VAPI were away."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=2, help="how far back, 14 at most")
        parser.add_argument("--dry-run", action="store_true", help="only say which are silent")

    def handle(self, *args: Any, days: int, dry_run: bool, **options: Any) -> None:
        if dry_run:
            for call in silent_calls():
                self.stdout.write(f"{call.vendor_id}: silent since {call.heard_at:%d %b %H:%M} UTC")
            return
        try:
            silent = ask_about_silent(vapi())
            all_of_them = compare_since(vapi(), now() - timedelta(days=min(days, 14)))
        except CatalogueError as error:
            raise CommandError(str(error), returncode=1) from error
        completed = silent.completed + all_of_them.completed
        self.stdout.write(
            f"{silent.asked + all_of_them.asked} calls asked about, {completed} completed, "
            f"{all_of_them.found} of which we had heard nothing."
        )
