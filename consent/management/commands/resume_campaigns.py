from typing import Any

from django.core.management.base import BaseCommand

from consent import actions


class Command(BaseCommand):
    help = "Go on with mailings that were asked for and not finished."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(actions.resume_campaigns()))
