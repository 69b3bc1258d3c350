from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from homecare.accounts.access import may
from homecare.accounts.models import User
from homecare.oversight.actions import make_report


class Command(BaseCommand):
    help = "Take the report Läget i införandet, on behalf of an account that may."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, metavar="E-MAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email__iexact=options["by"]).first()
        if by is None or not may(by, "make_reports"):
            raise CommandError("No account with that address may make reports.")
        self.stdout.write(str(make_report(by=by)))
