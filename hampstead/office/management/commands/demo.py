"""manage.py demo: play the demo story against the running stack."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from hampstead.office.story import Story, StoryError, was_played


class Command(BaseCommand):
    help = "Play a customer's enquiry through the sandbox and tell what happened."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="only if it was never played")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        story = Story(tell=self._tell)
        if once and was_played():
            self._tell("The demo story was played before.")
            self._run(story.tell_again)
            return
        live = [name for name, vendor in settings.VENDORS.items() if vendor["mode"] == "live"]
        if live:
            raise CommandError(
                f"These vendors are live: {', '.join(live)}. The demo is for the sandbox."
            )
        self._run(story.play)

    def _run(self, part: Callable[[], object]) -> None:
        try:
            part()
        except StoryError as error:
            raise CommandError(f"The story stopped: {error}") from error

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
