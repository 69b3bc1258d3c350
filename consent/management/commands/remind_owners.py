from django.core.management.base import BaseCommand

from consent import actions


class Command(BaseCommand):
    help = "Påminn ägare som inte har svarat. Kan köras hur ofta som helst."

    def handle(self, *args, **options):
        self.stdout.write(f"Åtgärdade förfrågningar: {actions.remind_owners()}")
