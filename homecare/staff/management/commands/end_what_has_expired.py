from typing import Any

from django.core.management.base import BaseCommand

from homecare.staff import actions


class Command(BaseCommand):
    help = (
        "Ends what ended by the calendar: employments, accounts of those who left, roles and "
        "rights. Beat does it each hour; running it twice, or late, is harmless."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        changed = actions.end_what_has_expired()
        self.stdout.write(f"{changed} changed.")
