from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from homecare.core.encryption import EncryptedField, blind_index
from homecare.core.masks import masked_email, masked_personal_id_number, masked_phone_number
from homecare.core.models import Period, PeriodQuerySet, Row, ends_after_it_starts
from homecare.organisation.models import CareUnit
from homecare.recipients.querysets import (
    CommissionQuerySet,
    ContactPersonQuerySet,
    NamedGrantQuerySet,
    RecipientQuerySet,
    ResidenceQuerySet,
)
from properties.models import HomeDoor


class ProtectionLevel(models.TextChoices):
    NONE = "none", _("Ingen")
    MARKED = "marked", _("Sekretessmarkering")
    PROTECTED_REGISTRATION = "protected_registration", _("Skyddad folkbokföring")


class Recipient(Row):
    """A person cared for (hemtjänsttagare).

    Address and doors are in `Residence`, the unit in `Commission`. With a protection level other
    than none nobody sees the person without a `NamedGrant`.
    """

    personal_number = EncryptedField(
        _("personnummer"), help_text=_("Tolv siffror, även samordningsnummer.")
    )
    personal_number_index = models.CharField(max_length=64, unique=True, editable=False)
    first_name = models.CharField(_("förnamn"), max_length=80)
    last_name = models.CharField(_("efternamn"), max_length=80)
    customer_number = models.CharField(
        _("kundnummer"), max_length=30, null=True, blank=True, unique=True
    )
    phone = EncryptedField(_("telefon"), blank=True, default="")
    protection_level = models.CharField(
        _("skydd av personuppgifter"),
        max_length=24,
        choices=ProtectionLevel,
        default=ProtectionLevel.NONE,
    )
    died_on = models.DateField(_("avliden"), null=True, blank=True)

    objects = RecipientQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        verbose_name = _("hemtjänsttagare")
        default_permissions = ()

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def is_protected(self) -> bool:
        return self.protection_level != ProtectionLevel.NONE

    @property
    def masked_personal_number(self) -> str:
        return masked_personal_id_number(self.personal_number)

    @property
    def masked_phone(self) -> str:
        return masked_phone_number(self.phone)

    def save(self, *args, **kwargs):
        self.personal_number_index = blind_index("recipient.personal_number", self.personal_number)
        super().save(*args, **kwargs)


class NamedGrant(Row, Period):
    """That one named person may see one protected recipient: from, to, decided by whom and why."""

    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="named_grants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="named_grants",
        verbose_name=_("medarbetare"),
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reason = models.CharField(_("motivering"), max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = NamedGrantQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("namngiven åtkomst")
        constraints = [
            ends_after_it_starts("recipients_grant_ends_after_start"),
            models.UniqueConstraint(
                fields=["recipient", "user"],
                condition=Q(ended_at=None),
                name="recipients_one_open_grant_per_user",
            ),
        ]

    def __str__(self):
        return str(self.user)


class CommissionEnd(models.TextChoices):
    SERVICE_ENDED = "service_ended", _("Insatsen har upphört")
    OTHER_PROVIDER = "other_provider", _("Byte av utförare")
    MOVED = "moved", _("Flytt")
    DIED = "died", _("Avliden")
    OTHER = "other", _("Annat")


class Commission(Row, Period):
    """Which unit cares for a recipient, from a day to a day (uppdrag). Several may run at once."""

    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="commissions")
    unit = models.ForeignKey(
        CareUnit, on_delete=models.PROTECT, related_name="commissions", verbose_name=_("enhet")
    )
    ended_because = models.CharField(
        _("upphörde därför att"), max_length=16, choices=CommissionEnd, blank=True
    )

    objects = CommissionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("uppdrag")
        constraints = [
            ends_after_it_starts("recipients_commission_ends_after_start"),
            models.UniqueConstraint(
                fields=["recipient", "unit"],
                condition=Q(ends_on=None),
                name="recipients_one_open_commission_per_unit",
            ),
        ]

    def __str__(self):
        return str(self.unit)


class Residence(Row, Period):
    """Behind which home door a recipient lives, from a day to a day. One home at a time."""

    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="residences")
    home_door = models.ForeignKey(
        HomeDoor, on_delete=models.PROTECT, related_name="residences", verbose_name=_("bostadsdörr")
    )

    objects = ResidenceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("bostad")
        constraints = [
            ends_after_it_starts("recipients_residence_ends_after_start"),
            models.UniqueConstraint(
                fields=["recipient"], condition=Q(ends_on=None), name="recipients_one_home_now"
            ),
        ]

    def __str__(self):
        return str(self.home_door)


class RepresentativeKind(models.TextChoices):
    GOOD_MAN = "good_man", _("God man")
    ADMINISTRATOR = "administrator", _("Förvaltare")
    LASTING_POWER = "lasting_power", _("Framtidsfullmakt")
    POWER = "power", _("Fullmakt")


class OwnView(models.TextChoices):
    AGREES = "agrees", _("Personen vill själv")
    NOT_POSSIBLE = "not_possible", _("Gick inte att fråga personen")
    OBJECTS = "objects", _("Personen vill inte")


class Representative(Row, Period):
    """Who may act for a recipient (ställföreträdare), on what evidence (föräldrabalken 11 kap.)."""

    recipient = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, related_name="representatives"
    )
    kind = models.CharField(_("typ"), max_length=16, choices=RepresentativeKind)
    name = models.CharField(_("namn"), max_length=120)
    phone = EncryptedField(_("telefon"), blank=True, default="")
    email = EncryptedField(_("e-postadress"), blank=True, default="")
    evidence = models.CharField(
        _("underlag"), max_length=160, help_text=_("Till exempel förordnande från överförmyndaren.")
    )
    evidence_seen_on = models.DateField(_("underlaget kontrollerat"), null=True, blank=True)
    own_view = models.CharField(
        _("personens egen inställning"), max_length=16, choices=OwnView, blank=True
    )

    objects = PeriodQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("ställföreträdare")
        constraints = [ends_after_it_starts("recipients_representative_ends_after_start")]

    def __str__(self):
        return f"{self.name} ({self.get_kind_display()})"

    @property
    def masked_phone(self) -> str:
        return masked_phone_number(self.phone)

    @property
    def masked_email(self) -> str:
        return masked_email(self.email)


class ContactPerson(Row):
    """A relative or another person close to a recipient (närstående)."""

    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("namn"), max_length=120)
    relation = models.CharField(_("relation"), max_length=60, blank=True)
    phone = EncryptedField(_("telefon"), blank=True, default="")
    # A cohabiting relative must consent too when the lock monitors (lag 2001:454, 9 §).
    lives_with = models.BooleanField(_("bor tillsammans med personen"), default=False)
    ended_on = models.DateField(_("inte längre från"), null=True, blank=True)

    objects = ContactPersonQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("närstående")

    def __str__(self):
        return self.name

    @property
    def masked_phone(self) -> str:
        return masked_phone_number(self.phone)
