from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from homecare.audit.queries import exported
from homecare.audit.verifier import faults


class Command(BaseCommand):
    help = "Say whether the trail is intact, or which rows and seals are not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", default="", help="The digest of a seal kept elsewhere.")

    def handle(self, *args: Any, **options: Any) -> None:
        told = list(faults(exported(), options["head"]))
        for one in told:
            self.stdout.write(one)
        found = [one for one in told if not one.startswith("Obs:")]
        if found:
            raise CommandError("INTE HEL.", returncode=1)
        self.stdout.write("HEL: varje förseglad rad är som när den skrevs.")
