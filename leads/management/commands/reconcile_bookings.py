"""manage.py reconcile_bookings: compare surveys and calendars, and mend what is safe."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet

from hampstead.core.errors import CatalogueError
from leads.calendar_comparing import Difference, compare
from leads.calendar_following import BeingWrittenError
from leads.calendar_reading import concerned_surveyors
from leads.models import Surveyor


class Command(BaseCommand):
    help = (
        "Compare the surveyors' calendars with our surveys and mend what is safe: a missing entry "
        "is written, one that should be gone is removed, a moved one is followed, a deleted one "
        "becomes a staff task. Run it after a restore, before sending is released. Ends with 1 if "
        "something differs still."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only report what differs")
        parser.add_argument("--surveyor", default="", help="only this mailbox, such as tom@…")

    def handle(self, *args: Any, dry_run: bool, surveyor: str, **options: Any) -> None:
        left = 0
        for one in _chosen(surveyor):
            left += self._reconcile(one, is_dry=dry_run)
        if left:
            raise CommandError(f"{left} left to do.", returncode=1)

    def _reconcile(self, surveyor: Surveyor, *, is_dry: bool) -> int:
        """How many differences are left."""
        try:
            differences = compare(surveyor)
        except CatalogueError as error:
            self.stdout.write(f"{surveyor}: could not be read. {error}")
            return 1
        if not differences:
            self.stdout.write(f"{surveyor}: calendar and surveys agree.")
        return sum(not self._see_to(surveyor, one, is_dry=is_dry) for one in differences)

    def _see_to(self, surveyor: Surveyor, difference: Difference, *, is_dry: bool) -> bool:
        """Is it mended?"""
        is_mended, outcome = _mend(difference, is_dry=is_dry)
        self.stdout.write(f"{surveyor}: {difference.words}. {outcome}")
        return is_mended


def _chosen(mailbox: str) -> QuerySet[Surveyor]:
    if not mailbox:
        return concerned_surveyors().order_by("pk")
    chosen = Surveyor.objects.filter(mailbox__iexact=mailbox)
    if not chosen:
        raise CommandError(f"There is no surveyor with the mailbox {mailbox}.")
    return chosen


def _mend(difference: Difference, *, is_dry: bool) -> tuple[bool, str]:
    """Whether it is mended, and what an operator reads."""
    if difference.mend is None:
        return False, "A person must decide."
    if is_dry:
        return False, "Would be mended."
    try:
        difference.mend()
    except (CatalogueError, BeingWrittenError) as error:
        return False, f"Not mended: {error}."
    return True, "Mended."
