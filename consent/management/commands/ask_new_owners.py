from typing import Any

from django.core.management.base import BaseCommand

from consent import actions


class Command(BaseCommand):
    help = "Ask new owners whether the locks on their entrances may stay. The scheduler does it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(actions.ask_new_owners()))
