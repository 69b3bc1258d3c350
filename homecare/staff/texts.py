"""The user agreement (användaravtal), version by version.

A version that somebody has accepted is never changed: a new text is a new version, added first.
The test pins each version's words.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Duty:
    """One part of the agreement: a heading, and what the user undertakes."""

    heading: Any
    points: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of the user agreement."""

    version: str
    valid_from: date
    lead: Any
    duties: tuple[Duty, ...]

    @property
    def sha256(self) -> str:
        """The checksum of the words, in the language that is active."""
        lines = [str(self.lead)]
        for duty in self.duties:
            lines += [str(duty.heading), *map(str, duty.points)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


AGREEMENTS = (
    Agreement(
        version="2026-1",
        valid_from=date(2026, 1, 1),
        lead=_(
            "Du får använda systemet, nycklarna och de digitala låsen för ditt arbete i "
            "hemtjänsten. Genom att godkänna avtalet lovar du att följa det som står här."
        ),
        duties=(
            Duty(
                _("Ditt konto är personligt"),
                (
                    _("Du loggar in bara med ditt eget konto och lånar inte ut det."),
                    _("Du håller ditt lösenord hemligt och loggar ut när du lämnar skärmen."),
                    _("Du säger till din chef genast om någon annan kan ha kommit åt ditt konto."),
                ),
            ),
            Duty(
                _("Tystnadsplikt"),
                (
                    _("Du berättar inte för någon utanför arbetet vem som har hemtjänst."),
                    _("Tystnadsplikten gäller även när du har slutat."),
                    _("Uppgifter om personer med skyddad identitet lämnar du aldrig vidare."),
                ),
            ),
            Duty(
                _("Du läser bara det du behöver"),
                (
                    _("Du öppnar bara uppgifter om personer som du arbetar med just nu."),
                    _("Nyfikenhet är aldrig ett skäl, inte heller för dina egna uppgifter."),
                    _(
                        "Allt som läses, söks och ändras sparas i en logg, och loggen följs upp. "
                        "Att läsa utan skäl kan leda till åtgärder och kan vara ett brott."
                    ),
                ),
            ),
            Duty(
                _("Nycklar och lås"),
                (
                    _("Du skriver under när du får en nyckel och lämnar tillbaka den i tid."),
                    _("Du bär nyckeln på dig. Du lämnar den aldrig i bilen eller hos någon annan."),
                    _("Du skriver inte namn eller adress på nyckeln eller nära den."),
                    _("Du lämnar inte över en nyckel till en kollega utan ny kvittens."),
                    _("Du anmäler genast om en nyckel, en tagg eller en telefon kommer bort."),
                    _("Du öppnar en dörr bara för det besök eller larm som du har fått."),
                ),
            ),
            Duty(
                _("När du slutar"),
                (
                    _("Du lämnar tillbaka allt du har fått senast sista arbetsdagen."),
                    _("Kontot och rätten att öppna lås upphör samma dag."),
                ),
            ),
        ),
    ),
)
CURRENT = AGREEMENTS[0]


def agreement_of(version: str) -> Agreement | None:
    """The version by its name, or None when there is no such version."""
    return next((one for one in AGREEMENTS if one.version == version), None)
