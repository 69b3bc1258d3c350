"""What several of the actions refuse."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from homecare.core import clock
from homecare.core.errors import RuleBroken

# A day further away than this is a slip of the pen.
FURTHEST_AHEAD = timedelta(days=366)


def refuse_far_ahead(day: date) -> None:
    if day > clock.today() + FURTHEST_AHEAD:
        raise RuleBroken(_("Dagen ligger mer än ett år fram. Kontrollera årtalet."))
