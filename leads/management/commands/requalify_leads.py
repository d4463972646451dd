from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hampstead.core.errors import QualificationError
from leads.qualifying import requalify


class Command(BaseCommand):
    help = "Apply the published rules to every open lead. Overrides stay in force."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count what would change")

    def handle(self, *args: Any, **options: Any) -> None:
        is_dry_run = options["dry_run"]
        try:
            result = requalify(is_dry_run=is_dry_run)
        except QualificationError as error:
            raise CommandError(str(error)) from error
        for (before, after), count in sorted(result.moved.items()):
            self.stdout.write(f"{before} -> {after}: {count}")
        change = "would change" if is_dry_run else "changed"
        self.stdout.write(f"{result.examined} open leads examined, {result.changed} {change} band")
