from django.core.management.base import BaseCommand

from locks import actions


class Command(BaseCommand):
    help = "Order down every lock whose consents are no longer in force. Safe to run again."

    def handle(self, *args: object, **options: object) -> None:
        placed = actions.react_to_lost_consents()
        noun = "removal" if placed == 1 else "removals"
        self.stdout.write(f"{placed} {noun} ordered.")
