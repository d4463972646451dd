"""manage.py breaker: show, open or close the circuit breaker of a vendor."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hampstead.core import breaker
from hampstead.core.models import VendorHealth


class Command(BaseCommand):
    help = "Show the breakers; open or close one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["show", "open", "close"], nargs="?", default="show")
        parser.add_argument("vendor", nargs="?", choices=sorted(settings.VENDORS))
        parser.add_argument("--dry-run", action="store_true")

    def handle(
        self, *args: Any, action: str, vendor: str | None, dry_run: bool, **options: Any
    ) -> None:
        if action != "show" and vendor is None:
            raise CommandError("Name a vendor.")
        if vendor is not None and action != "show":
            if dry_run:
                self.stdout.write(f"Would {action} the breaker of {vendor}.")
                return
            if action == "close":
                breaker.reset(vendor=vendor, by=None, reason="manage.py breaker close")
            else:
                breaker.open_by_hand(vendor=vendor, by=None, reason="manage.py breaker open")
        for row in VendorHealth.objects.order_by("vendor"):
            until = f" until {row.until:%H:%M:%S} UTC" if row.until else ""
            self.stdout.write(f"{row.vendor}: {row.state}{until} {row.reason}".rstrip())
