"""What several of the actions refuse."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from homecare.core import clock
from homecare.core.errors import RuleBroken

# What is answered when the reason is a home that the reader may not see: it tells of nobody.
NOT_HERE = gettext_lazy("Det går inte att ändra här. Fråga systemförvaltaren.")
# A day further away than this is a slip of the pen.
FURTHEST_AHEAD = timedelta(days=366)


def refuse_far_ahead(day: date) -> None:
    if day > clock.today() + FURTHEST_AHEAD:
        raise RuleBroken(_("Dagen ligger mer än ett år fram. Kontrollera årtalet."))
