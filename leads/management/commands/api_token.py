"""manage.py api_token portal: the token by which a program acts as this member of staff."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from rest_framework.authtoken.models import Token

from hampstead.core import audit
from hampstead.core.models import StaffUser
from hampstead.core.subjects import subject


class Command(BaseCommand):
    help = "Print the API token of a member of staff; it is made if there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--new", action="store_true", help="another one; the old one is void")

    @transaction.atomic
    def handle(self, *, username: str, new: bool, **_: Any) -> None:
        user = StaffUser.objects.select_for_update().filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no member of staff called {username}.")
        if not (user.is_active and user.is_staff and user.has_perm("leads.view_survey")):
            raise CommandError(f"{username} must be active staff who may view surveys.")
        if new:
            Token.objects.filter(user=user).delete()
        token, is_made = Token.objects.get_or_create(user=user)
        if is_made:
            audit.record(action="make API token", subject=subject("staff", user.pk), by=None)
        self.stdout.write(token.key)
