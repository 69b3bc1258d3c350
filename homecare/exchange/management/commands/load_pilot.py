from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from homecare.accounts.models import User
from homecare.exchange.pilot.story import PASSWORD, Pilot


class Command(BaseCommand):
    help = "Fill an empty database with the pilot in Årsta: its lists, then its months."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SECURE:
            raise CommandError("The pilot is for trying out, never for a place with real people.")
        if User.objects.exists():
            raise CommandError("The database is not empty: the pilot is loaded into an empty one.")
        people = Pilot(self.stdout.write).load()
        call_command("make_report", "--by", people[0][1].email)
        lines = [f"  {role:<34} {user.email}" for role, user in people]
        text = "\n".join(["Sign in as (password: " + PASSWORD + "):", *lines, ""])
        (settings.DATA_DIR / "accounts.txt").write_text(text, encoding="utf-8")
