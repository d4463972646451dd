from typing import Any

from django.core.management.base import BaseCommand

from leads.loading import load_defaults


class Command(BaseCommand):
    help = "Create the business data that is absent; what staff changed stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        for kind, made in load_defaults().items():
            self.stdout.write(f"{kind}: {made} created")
