from typing import Any

from django.core.management.base import BaseCommand

from consent import actions


class Command(BaseCommand):
    help = "Ask owners whether what they said yes to two years ago still holds."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(actions.ask_to_confirm()))
