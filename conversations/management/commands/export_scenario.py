from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from conversations.models import Conversation
from conversations.scenario_export import scenario_of


class Command(BaseCommand):
    help = "Print a stored conversation as a scenario file, with personal data replaced."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("conversation", type=int, help="its number, as in the admin's address")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Conversation.objects.select_related("person", "lead")
        found = rows.filter(pk=options["conversation"]).first()
        if found is None:
            raise CommandError(f"there is no conversation {options['conversation']}")
        self.stdout.write(scenario_of(found), ending="")
