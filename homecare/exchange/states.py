"""The kinds of lists, and the states of an import with every move it can make."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListKind(models.TextChoices):
    """In the order in which a municipality brings them in: each stands on those before it."""

    UNITS = "units", _("Enheter och utförare")
    STAFF = "staff", _("Medarbetare")
    PROPERTY_OWNERS = "property_owners", _("Fastighetsägare")
    ENTRANCES = "entrances", _("Fastigheter och portar")
    RECIPIENTS = "recipients", _("Hemtjänsttagare")
    REPRESENTATIVES = "representatives", _("Ställföreträdare")
    CONTACTS = "contacts", _("Närstående")
    KEYS = "keys", _("Nycklar")


class ImportState(models.TextChoices):
    READ = "read", _("Kolumnerna ska granskas")
    TRYING = "trying", _("Provas")
    TRIED = "tried", _("Provad")
    BRINGING_IN = "bringing_in", _("Läses in")
    DONE = "done", _("Inläst")
    UNDONE = "undone", _("Ångrad")
    FAILED = "failed", _("Gick inte")
    GIVEN_UP = "given_up", _("Avbruten")


MOVES = {
    ImportState.READ: {ImportState.TRYING, ImportState.GIVEN_UP},
    ImportState.TRYING: {ImportState.TRIED, ImportState.FAILED},
    ImportState.TRIED: {
        ImportState.TRYING,
        ImportState.READ,
        ImportState.BRINGING_IN,
        ImportState.GIVEN_UP,
    },
    ImportState.BRINGING_IN: {ImportState.DONE, ImportState.TRIED, ImportState.FAILED},
    ImportState.FAILED: {ImportState.TRYING, ImportState.READ, ImportState.GIVEN_UP},
    ImportState.DONE: {ImportState.UNDONE},
    ImportState.UNDONE: set(),
    ImportState.GIVEN_UP: set(),
}
WORKING = {ImportState.TRYING, ImportState.BRINGING_IN}
