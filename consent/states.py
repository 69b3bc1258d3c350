"""The states of a request for consent (domain.md 8.2) and every move it can make."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    SENT = "sent", _("Skickad")
    REMINDED = "reminded", _("Påmind")
    ANSWERED = "answered", _("Besvarad")
    NO_ANSWER = "no_answer", _("Inget svar")
    CANCELLED = "cancelled", _("Avbruten")


# What is not listed cannot happen.
MOVES = {
    CaseState.DRAFT: {CaseState.SENT, CaseState.CANCELLED},
    # From sent to sent: a new link, which closes the one before.
    CaseState.SENT: {
        CaseState.SENT,
        CaseState.REMINDED,
        CaseState.ANSWERED,
        CaseState.NO_ANSWER,
        CaseState.CANCELLED,
    },
    CaseState.REMINDED: {
        CaseState.SENT,
        CaseState.REMINDED,
        CaseState.ANSWERED,
        CaseState.NO_ANSWER,
        CaseState.CANCELLED,
    },
    # The owner may answer late: the link works until it runs out.
    CaseState.NO_ANSWER: {CaseState.SENT, CaseState.ANSWERED, CaseState.CANCELLED},
    CaseState.ANSWERED: set(),
    CaseState.CANCELLED: set(),
}
# The owner can still answer.
OPEN = {CaseState.SENT, CaseState.REMINDED, CaseState.NO_ANSWER}
# Somebody waits for the owner, and the sweep may remind.
WAITING = {CaseState.SENT, CaseState.REMINDED}


# The case still claims its entrances: they are not asked about in another.
LIVE = {*OPEN, CaseState.DRAFT}


class AnswerChoice(models.TextChoices):
    YES = "yes", _("Ja")
    NO = "no", _("Nej")


class ConsentKind(models.TextChoices):
    FITTING_HOME = "fitting_home", _("Montering på bostadsdörr")
    FITTING_ENTRANCE = "fitting_entrance", _("Montering på port")
    DATA = "data", _("Samtycke till personuppgiftsbehandling, 9 § lagen (2001:454)")


class ConsentForm(models.TextChoices):
    SIGNED_ON_SCREEN = "signed_on_screen", _("Undertecknat på skärmen")
    PAPER = "paper", _("Undertecknat på papper")
    LINK = "link", _("Besvarat via länk")
    ORAL = "oral", _("Muntligt")


class ConsentEnd(models.TextChoices):
    REVOKED = "revoked", _("Återkallat")
    SOLD = "sold", _("Fastigheten har sålts")
    MOVED = "moved", _("Personen har flyttat")
    DIED = "died", _("Personen har avlidit")
    REPLACED = "replaced", _("Ersatt av ett nytt")
    EXPIRED = "expired", _("Tiden har gått ut")


class RefusalReason(models.TextChoices):
    """Why an owner or a recipient says no (domain.md 4.8)."""

    PRIVACY = "privacy", _("Oro för integritet")
    SECURITY = "security", _("Oro för inbrott eller försäkring")
    DAMAGE = "damage", _("Oro för åverkan")
    HERITAGE = "heritage", _("Kulturhistorisk dörr")
    OWN_SOLUTION = "own_solution", _("Egen digital lösning")
    BOARD = "board", _("Styrelsen har beslutat nej")
    WAIT = "wait", _("Vill vänta")
    NO_NEED = "no_need", _("Ser inget behov")
    OTHER = "other", _("Annan orsak")


class NeedState(models.TextChoices):
    """How it stands with one consent that a home needs. Computed, never stored."""

    COVERED = "covered", _("Medgivande finns")
    WAITING = "waiting", _("Väntar på svar")
    DECLINED = "declined", _("Nej eller återkallat")
    MISSING = "missing", _("Inte tillfrågad")


class ConsentPath(models.TextChoices):
    """Where an entrance is on the way to its owner's yes. Computed, never stored."""

    NOT_ASKED = "not_asked", _("Inte tillfrågad")
    ASKED = "asked", _("Tillfrågad")
    REMINDED = "reminded", _("Påmind")
    NO_ANSWER = "no_answer", _("Inget svar")
    NO = "no", _("Nej eller återkallat")
    YES = "yes", _("Ja")
