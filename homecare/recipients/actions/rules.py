"""What several of the actions refuse."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.recipients.models import Recipient

# A day further away than this is a slip of the pen.
FURTHEST_AHEAD = timedelta(days=366)


def refuse_dead(recipient: Recipient) -> None:
    """After a death nothing is added or changed; what hangs is brought home and closed."""
    if recipient.died_on is not None:
        raise RuleBroken(_("Personen är avliden. Uppgifterna kan inte längre ändras."))


def refuse_far_ahead(day: date) -> None:
    if day > clock.today() + FURTHEST_AHEAD:
        raise RuleBroken(_("Dagen ligger mer än ett år fram. Kontrollera årtalet."))


def refuse_end_before_start(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken(_("Den sista dagen kan inte vara före den första."))
