"""manage.py ensure_staff_login: a first login for the office, printed once."""

import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from hampstead.core.models import StaffUser


class Command(BaseCommand):
    help = "Make a staff login if there is none, and print its password once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", default="office")
        parser.add_argument("--new-password", action="store_true", help="set and print a new one")

    def handle(self, *args: Any, username: str, new_password: bool, **options: Any) -> None:
        if StaffUser.objects.filter(is_superuser=True).exists() and not new_password:
            self.stdout.write(
                "A staff login exists already (manage.py ensure_staff_login --new-password "
                "prints a fresh one)."
            )
            return
        user, _ = StaffUser.objects.get_or_create(username=username)
        password = f"{secrets.token_hex(3)}-{secrets.token_hex(3)}-{secrets.token_hex(3)}"
        user.is_staff = user.is_superuser = True
        user.set_password(password)
        user.save()
        self.stdout.write(
            f"Staff login: {settings.PUBLIC_URL}/admin/  user {username}  password {password}"
        )
