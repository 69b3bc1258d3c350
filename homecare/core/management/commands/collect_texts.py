"""Bring the English catalogue to what is in the source."""

from typing import Any

from django.core.management.base import BaseCommand

from homecare.core import texts


class Command(BaseCommand):
    help = (
        "Collect the texts of code and templates into the catalogue of English, and list what is "
        "still to be translated. Works without gettext."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        texts.collect("en")
        for fault in texts.faults("en"):
            self.stdout.write(fault)
