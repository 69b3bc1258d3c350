from typing import Any

from django.core.management.base import BaseCommand

from consent import actions


class Command(BaseCommand):
    help = "Write to each handler of consents what waits for them, once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(actions.send_digests()))
