"""The states of work orders, installations and lock units (domain.md 8.2), and their moves."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrderKind(models.TextChoices):
    FITTING = "fitting", _("Montering")
    REMOVAL = "removal", _("Demontering")


class OrderState(models.TextChoices):
    PLANNED = "planned", _("Planerad")
    BOOKED = "booked", _("Bokad")
    DONE = "done", _("Utförd")
    NOT_POSSIBLE = "not_possible", _("Ej möjlig")
    CANCELLED = "cancelled", _("Avbruten")


ORDER_MOVES = {
    OrderState.PLANNED: {OrderState.BOOKED, OrderState.CANCELLED},
    OrderState.BOOKED: {
        OrderState.BOOKED,
        OrderState.PLANNED,
        OrderState.DONE,
        OrderState.NOT_POSSIBLE,
        OrderState.CANCELLED,
    },
    # The lock did not pass the test and was taken down again.
    OrderState.DONE: {OrderState.NOT_POSSIBLE},
    OrderState.NOT_POSSIBLE: set(),
    OrderState.CANCELLED: set(),
}
ORDER_OPEN = {OrderState.PLANNED, OrderState.BOOKED}


class InstallationState(models.TextChoices):
    FITTED = "fitted", _("Monterad")
    IN_OPERATION = "in_operation", _("Driftsatt")
    REMOVED = "removed", _("Demonterad")


INSTALLATION_MOVES = {
    InstallationState.FITTED: {InstallationState.IN_OPERATION, InstallationState.REMOVED},
    InstallationState.IN_OPERATION: {InstallationState.REMOVED},
    InstallationState.REMOVED: set(),
}


class TestPoint(models.TextChoices):
    """The function test (domain.md 4.7): every point must be passed before operation."""

    __test__ = False

    UNLOCK_OUTSIDE = "unlock_outside", _("Låser upp utifrån med digital nyckel")
    LOCK = "lock", _("Låser ordentligt med stängd dörr")
    INSIDE_BY_HAND = "inside_by_hand", _("Öppnas inifrån för hand")
    OWN_KEY = "own_key", _("Den egna nyckeln fungerar som förut")
    POWER_LOSS = "power_loss", _("Går att öppna vid strömavbrott")


class NotPossibleReason(models.TextChoices):
    OLD_DOOR = "old_door", _("Dörren är för gammal eller skev")
    GLASS = "glass", _("För mycket glas")
    LOCK_CASE = "lock_case", _("Låshuset passar inte")
    OWN_DIGITAL = "own_digital", _("Eget digitalt lås")
    NO_CONSENT = "no_consent", _("Medgivande saknas")
    NOT_AT_HOME = "not_at_home", _("Ingen hemma")
    UNWILLING = "unwilling", _("Personen vill inte")
    DAMAGE = "damage", _("Kräver åverkan")
    OTHER = "other", _("Annat")


class Because(models.TextChoices):
    """Why a lock is to be taken down."""

    CONSENT_LOST = "consent_lost", _("Medgivandet gäller inte längre")
    SERVICE_ENDED = "service_ended", _("Insatsen har upphört")
    MOVED = "moved", _("Personen har flyttat")
    DIED = "died", _("Personen har avlidit")
    NOT_WANTED = "not_wanted", _("Personen eller ägaren vill inte ha kvar låset")
    OTHER_MODEL = "other_model", _("Byte till en annan modell")
    OTHER = "other", _("Annan orsak")


class Attended(models.TextChoices):
    """Who was there when the lock was fitted. A kind of person, never a name."""

    RECIPIENT = "recipient", _("Hemtjänsttagaren")
    RELATIVE = "relative", _("Närstående")
    STAFF = "staff", _("Personal från hemtjänsten")
    OWNER = "owner", _("Fastighetsägaren")
    NOBODY = "nobody", _("Ingen")
