"""The roles, and what each may do in its scope (domain.md 10). Code, so that a change is reviewed.

A role says nothing about *where*: that is the scope of the `RoleAssignment`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    COORDINATOR = "coordinator", _("Samordnare")
    TECHNICIAN = "technician", _("Montör")
    UNIT_MANAGER = "unit_manager", _("Enhetschef")
    SYSTEM_MANAGER = "system_manager", _("Systemförvaltare")
    SECURITY_OFFICER = "security_officer", _("Informationssäkerhetssamordnare")
    AUDITOR = "auditor", _("Granskare")
    CARE_WORKER = "care_worker", _("Omsorgspersonal")


RIGHTS_OF: dict[str, frozenset[str]] = {
    Role.COORDINATOR: frozenset(
        {
            "see_recipients",
            "change_recipients",
            "see_staff",
            "change_staff",
            "see_properties",
            "change_properties",
            "see_consents",
            "ask_consents",
            "see_locks",
            "order_work",
            "see_keys",
            "change_keys",
            "hand_out_keys",
            "import_lists",
            "see_mail",
        }
    ),
    Role.TECHNICIAN: frozenset({"do_work"}),
    Role.UNIT_MANAGER: frozenset(
        {
            "see_recipients",
            "change_recipients",
            "name_protected",
            "see_staff",
            "change_staff",
            "see_properties",
            "see_consents",
            "see_locks",
            "see_keys",
            "see_reports",
            "make_reports",
            "assign_roles",  # decides on the authorities of the own unit's staff
        }
    ),
    # Reads no recipients by default: settings, roles and imports need none.
    Role.SYSTEM_MANAGER: frozenset(
        {
            "see_staff",
            "change_staff",
            "see_properties",
            "change_properties",
            "see_locks",
            "see_reports",
            "make_reports",
            "assign_roles",
            "import_lists",
            "see_mail",
            "change_organisation",
        }
    ),
    Role.SECURITY_OFFICER: frozenset({"see_trail", "see_reports", "make_reports", "see_staff"}),
    Role.AUDITOR: frozenset({"see_reports"}),
    # Own keys and own receipts only; those need no right over others.
    Role.CARE_WORKER: frozenset(),
}

# Lie with few (KLASSA BE-07): always for the whole municipality, and given only by somebody who
# assigns roles in all of it.
PRIVILEGED = frozenset({Role.SYSTEM_MANAGER, Role.SECURITY_OFFICER})
