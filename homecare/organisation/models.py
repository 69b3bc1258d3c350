from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from homecare.core.models import Row
from homecare.organisation.querysets import CareUnitQuerySet, WithUnitsQuerySet

# The rights that a role can give in a scope. Each is declared on all three kinds of scope,
# so that django-guardian can hold them there; `accounts.roles` says which role has which.
RIGHTS: list[tuple[str, Any]] = [
    ("see_recipients", _("Se hemtjänsttagare")),
    ("change_recipients", _("Ändra hemtjänsttagare")),
    ("name_protected", _("Namnge personal för skyddade personuppgifter")),
    ("see_staff", _("Se medarbetare")),
    ("change_staff", _("Ändra medarbetare")),
    ("see_properties", _("Se fastigheter och ägare")),
    ("change_properties", _("Ändra fastigheter och ägare")),
    ("see_consents", _("Se medgivanden")),
    ("ask_consents", _("Fråga om och registrera medgivanden")),
    ("see_locks", _("Se dörrar och lås")),
    ("order_work", _("Beställa arbete på dörrar")),
    ("do_work", _("Utföra arbete på dörrar")),
    ("see_keys", _("Se nycklar")),
    ("change_keys", _("Registrera och ändra nycklar")),
    ("hand_out_keys", _("Lämna ut och ta emot nycklar")),
    ("see_reports", _("Se rapporter")),
    ("make_reports", _("Ta fram rapporter")),
    ("see_trail", _("Se spårloggen")),
    ("assign_roles", _("Tilldela roller")),
    ("import_lists", _("Läsa in listor")),
    ("see_mail", _("Se utgående meddelanden")),
    ("change_organisation", _("Ändra enheter och utförare")),
]


class ProviderKind(models.TextChoices):
    MUNICIPAL = "municipal", _("Kommunal regi")
    PRIVATE = "private", _("Privat regi (LOV)")
    CONTRACTED = "contracted", _("Entreprenad")


class District(Row):
    """An area of the municipality (stadsdelsområde) in which units work."""

    code = models.CharField(_("kod"), max_length=20, unique=True)
    name = models.CharField(_("namn"), max_length=120)

    objects = WithUnitsQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        verbose_name = _("stadsdelsområde")
        permissions = RIGHTS
        default_permissions = ()

    def __str__(self):
        return self.name


class Provider(Row):
    """A care provider (utförare): the municipality itself, a private or a contracted company.

    A private provider is the controller of its own personal data (förordning 2001:637, 17 §),
    so its users never see another provider's recipients.
    """

    name = models.CharField(_("namn"), max_length=160, unique=True)
    kind = models.CharField(_("regi"), max_length=12, choices=ProviderKind)
    organisation_number = models.CharField(
        _("organisationsnummer"), max_length=12, null=True, blank=True, unique=True
    )
    # Two of the three conditions for giving metal keys back (domain.md 4.3).
    has_support_all_hours = models.BooleanField(_("stöd dygnet runt finns"), default=False)
    fallback_practised_on = models.DateField(_("reservrutin övad"), null=True, blank=True)

    objects = WithUnitsQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        verbose_name = _("utförare")
        permissions = RIGHTS
        default_permissions = ()

    def __str__(self):
        return self.name


class CareUnit(Row):
    """A unit of one provider: the people who care for its commissions."""

    code = models.CharField(_("enhetskod"), max_length=20, unique=True)
    name = models.CharField(_("namn"), max_length=160)
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="units", verbose_name=_("utförare")
    )
    district = models.ForeignKey(
        District,
        on_delete=models.PROTECT,
        related_name="units",
        null=True,
        blank=True,
        verbose_name=_("stadsdelsområde"),
    )
    phone = models.CharField(_("telefon"), max_length=20, blank=True)
    closed_on = models.DateField(_("avslutad"), null=True, blank=True)

    objects = CareUnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name"]
        verbose_name = _("enhet")
        permissions = RIGHTS
        default_permissions = ()

    def __str__(self):
        return self.name


# Foreign-key permission models, for users and for groups: with the generic ones guardian
# compares keys as text, and with only the user's it still joins the groups' as text.
class CareUnitUserObjectPermission(UserObjectPermissionBase):
    """A right of one user in one unit, derived from a role assignment."""

    content_object = models.ForeignKey(CareUnit, on_delete=models.CASCADE)


class CareUnitGroupObjectPermission(GroupObjectPermissionBase):
    """Unused; guardian's queries stay on foreign keys because it exists."""

    content_object = models.ForeignKey(CareUnit, on_delete=models.CASCADE)


class ProviderUserObjectPermission(UserObjectPermissionBase):
    """A right of one user in all units of a provider, derived from a role assignment."""

    content_object = models.ForeignKey(Provider, on_delete=models.CASCADE)


class ProviderGroupObjectPermission(GroupObjectPermissionBase):
    """Unused; guardian's queries stay on foreign keys because it exists."""

    content_object = models.ForeignKey(Provider, on_delete=models.CASCADE)


class DistrictUserObjectPermission(UserObjectPermissionBase):
    """A right of one user in all units of a district, derived from a role assignment."""

    content_object = models.ForeignKey(District, on_delete=models.CASCADE)


class DistrictGroupObjectPermission(GroupObjectPermissionBase):
    """Unused; guardian's queries stay on foreign keys because it exists."""

    content_object = models.ForeignKey(District, on_delete=models.CASCADE)
