import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from homecare.audit.queries import exported
from homecare.audit.trail import note_export


class Command(BaseCommand):
    help = "Write the trail as it is stored, a row a line, for verifier.py; that too is an entry."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, **options: Any) -> None:
        note_export(None, what="trail.exported")
        with Path(options["file"]).open("w", encoding="utf-8") as file:
            for kind, row in exported():
                file.write(json.dumps({"t": kind, **row}, ensure_ascii=False) + "\n")
