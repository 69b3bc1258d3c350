from typing import Any

from django.core.management.base import BaseCommand

from homecare.audit.actions import seal_trail


class Command(BaseCommand):
    help = "Seal what waits in the trail. The scheduler does it each minute."

    def handle(self, *args: Any, **options: Any) -> None:
        for seal in seal_trail():
            self.stdout.write(str(seal))
