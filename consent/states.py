"""The states of a request for consent (domain.md 8.2) and every move it can make."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    SENT = "sent", _("Skickad")
    REMINDED = "reminded", _("Påmind")
    DEFERRED = "deferred", _("Väntar på beslut")
    ANSWERED = "answered", _("Besvarad")
    NO_ANSWER = "no_answer", _("Inget svar")
    CANCELLED = "cancelled", _("Avbruten")


# What is not listed cannot happen. While an owner is asked it may be reminded, answer, say that its
# board decides later, get a new link (which closes the one before), or never answer.
_ASKED = {
    CaseState.SENT,
    CaseState.REMINDED,
    CaseState.DEFERRED,
    CaseState.ANSWERED,
    CaseState.NO_ANSWER,
    CaseState.CANCELLED,
}
MOVES = {
    CaseState.DRAFT: {CaseState.SENT, CaseState.CANCELLED},
    CaseState.SENT: _ASKED,
    CaseState.REMINDED: _ASKED,
    CaseState.DEFERRED: _ASKED,
    # The owner may answer late: the link works until it runs out.
    CaseState.NO_ANSWER: _ASKED - {CaseState.REMINDED, CaseState.NO_ANSWER},
    CaseState.ANSWERED: set(),
    CaseState.CANCELLED: set(),
}
# The owner can still answer.
OPEN = {CaseState.SENT, CaseState.REMINDED, CaseState.DEFERRED, CaseState.NO_ANSWER}
# Somebody waits for the owner, and the sweep may remind.
WAITING = {CaseState.SENT, CaseState.REMINDED, CaseState.DEFERRED}


# The case still claims its entrances: they are not asked about in another.
LIVE = {*OPEN, CaseState.DRAFT}


class CaseKind(models.TextChoices):
    FITTING = "fitting", _("Medgivande till montering")
    # The lock sits there since before: the new owner is asked to let it stay.
    TAKE_OVER = "take_over", _("Medgivande från ny ägare")


class AnswerChoice(models.TextChoices):
    YES = "yes", _("Ja")
    NO = "no", _("Nej")
    BOARD = "board", _("Styrelsen beslutar")  # no answer yet: it comes on a day


# What an answer says for good.
SETTLED = {AnswerChoice.YES, AnswerChoice.NO}


class TextLanguage(models.TextChoices):
    SWEDISH = "sv", _("Svenska")
    ENGLISH = "en", _("Engelska")
    SIMPLE = "sv-simple", _("Lättläst svenska")


class TextState(models.TextChoices):
    DRAFT = "draft", _("Utkast")
    APPROVED = "approved", _("Godkänd")


class StepKind(models.TextChoices):
    """What must be done before a withdrawal is closed (domain.md 8.2), in this order."""

    METAL_KEY = "metal_key", _("Metallnyckel eller annan väg in finns för hemmen bakom dörren")
    STOP_USE = "stop_use", _("Låset används inte längre")
    TELL = "tell", _("Enheterna är informerade")
    REMOVAL = "removal", _("Låset är demonterat och dörren återställd")


class ConsentKind(models.TextChoices):
    FITTING_HOME = "fitting_home", _("Montering på bostadsdörr")
    FITTING_ENTRANCE = "fitting_entrance", _("Montering på port")
    DATA = "data", _("Samtycke till personuppgiftsbehandling, 9 § lagen (2001:454)")
    SPARE_KEY = "spare_key", _("Reservnyckel hos hemtjänsten")
    ALARM = "alarm", _("Trygghetslarmet får öppna")
    PHOTO = "photo", _("Foto av dörren")


class ConsentForm(models.TextChoices):
    SIGNED_ON_SCREEN = "signed_on_screen", _("Undertecknat på skärmen")
    PAPER = "paper", _("Undertecknat på papper")
    LINK = "link", _("Besvarat via länk")
    ORAL = "oral", _("Muntligt")


class Understanding(models.TextChoices):
    """How it was checked that a recipient understood what was asked."""

    OWN_WORDS = "own_words", _("Personen berättade med egna ord")
    QUESTIONS = "questions", _("Personen ställde frågor och fick svar")
    SIMPLE_TEXT = "simple_text", _("Vi läste den lättlästa texten tillsammans")
    INTERPRETER = "interpreter", _("Med tolk eller kommunikationsstöd")


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
    NOT_SAID = "not_said", _("Ingen orsak angiven")


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
    DEFERRED = "deferred", _("Väntar på beslut")
    NO_ANSWER = "no_answer", _("Inget svar")
    NO = "no", _("Nej eller återkallat")
    YES = "yes", _("Ja")
