from django.core.management.base import BaseCommand

from homecare.mailing import actions


class Command(BaseCommand):
    help = "Skicka de meddelanden som väntar. Kan köras hur ofta som helst."

    def handle(self, *args, **options):
        self.stdout.write(f"Skickade: {actions.send_waiting()}")
