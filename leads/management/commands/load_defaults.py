from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Create the business data that is absent; what staff changed stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        for loader in settings.DEFAULT_LOADERS:
            for kind, made in import_string(loader)().items():
                self.stdout.write(f"{kind}: {made} created")
