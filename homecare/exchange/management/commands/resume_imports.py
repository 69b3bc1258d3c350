from typing import Any

from django.core.management.base import BaseCommand

from homecare.exchange.actions import resume


class Command(BaseCommand):
    help = "Go on with imports that were started and not finished. Safe to run at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(resume()))
