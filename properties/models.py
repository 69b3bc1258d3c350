from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from homecare.core.encryption import EncryptedField, blind_index
from homecare.core.models import (
    Period,
    PeriodQuerySet,
    Row,
    TrackedQuerySet,
    ends_after_it_starts,
)
from homecare.core.numbers import (
    shown_organisation_number,
    shown_phone_number,
    shown_postal_code,
)
from properties.querysets import (
    EntranceQuerySet,
    PropertyOwnerQuerySet,
    PropertyQuerySet,
)


class OwnerKind(models.TextChoices):
    PUBLIC_HOUSING = "public_housing", _("Allmännyttigt bostadsbolag")
    COMPANY = "company", _("Privat bolag")
    COOPERATIVE = "cooperative", _("Bostadsrättsförening")
    PERSON = "person", _("Privatperson")
    ASSOCIATION = "association", _("Samfällighet")
    FOUNDATION = "foundation", _("Stiftelse")
    MUNICIPALITY = "municipality", _("Kommun")
    ESTATE = "estate", _("Dödsbo")


class PropertyOwner(Row):
    """Who owns buildings (fastighetsägare): asked for consent, never told about a recipient."""

    name = models.CharField(_("namn"), max_length=160)
    kind = models.CharField(_("typ"), max_length=16, choices=OwnerKind)
    organisation_number = models.CharField(
        _("organisationsnummer"), max_length=12, null=True, blank=True, unique=True
    )
    # A private person's personnummer: encrypted, found by its index, shown on request only.
    personal_number = EncryptedField(_("personnummer"), blank=True, default="")
    personal_number_index = models.CharField(
        max_length=64, null=True, blank=True, editable=False, unique=True
    )
    postal_address = models.CharField(_("postadress"), max_length=160, blank=True)
    postal_code = models.CharField(_("postnummer"), max_length=6, blank=True)
    city = models.CharField(_("ort"), max_length=80, blank=True)
    do_not_contact = models.BooleanField(_("kontakta ej"), default=False)

    objects = PropertyOwnerQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("fastighetsägare")

    def __str__(self):
        return self.name

    @property
    def shown_organisation_number(self) -> str:
        number = self.organisation_number
        return shown_organisation_number(number) if number else ""

    @property
    def shown_postal_code(self) -> str:
        return shown_postal_code(self.postal_code) if self.postal_code else ""

    def save(self, *args, **kwargs):
        self.personal_number_index = (
            blind_index("owner.personal_number", self.personal_number)
            if self.personal_number
            else None
        )
        super().save(*args, **kwargs)


class OwnerContact(Row, Period):
    """Whom to write to at an owner, from a day to a day."""

    owner = models.ForeignKey(PropertyOwner, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(_("namn"), max_length=120)
    title = models.CharField(_("roll"), max_length=80, blank=True)
    email = models.EmailField(_("e-postadress"), blank=True)
    phone = EncryptedField(_("telefon"), blank=True, default="")

    objects = PeriodQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("kontaktperson")
        constraints = [ends_after_it_starts("properties_contact_ends_after_start")]

    def __str__(self):
        return self.name

    @property
    def shown_phone(self) -> str:
        return shown_phone_number(self.phone) if self.phone else ""


class Property(Row):
    """A real property (fastighet), known by its designation. Named `real_property` in fields."""

    designation = models.CharField(_("fastighetsbeteckning"), max_length=80, unique=True)

    objects = PropertyQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["designation"]
        verbose_name = _("fastighet")
        verbose_name_plural = _("fastigheter")

    def __str__(self):
        return self.designation


class Ownership(Row, Period):
    """Who owned a property, from a day to a day. One owner at a time; a sale ends one row."""

    real_property = models.ForeignKey(
        Property, on_delete=models.PROTECT, related_name="ownerships", verbose_name=_("fastighet")
    )
    owner = models.ForeignKey(
        PropertyOwner, on_delete=models.PROTECT, related_name="ownerships", verbose_name=_("ägare")
    )

    objects = PeriodQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name = _("ägande")
        constraints = [
            ends_after_it_starts("properties_ownership_ends_after_start"),
            models.UniqueConstraint(
                fields=["real_property"],
                condition=Q(ends_on=None),
                name="properties_one_owner_now",
            ),
        ]

    def __str__(self):
        return f"{self.real_property} – {self.owner}"


class AccessSolution(models.TextChoices):
    ENTRY_PHONE = "entry_phone", _("Porttelefon")
    CODE_LOCK = "code_lock", _("Kodlås")
    ACCESS_CONTROL = "access_control", _("Passersystem")
    KEY = "key", _("Nyckel")
    OPEN_BY_DAY = "open_by_day", _("Öppen dagtid")
    UNKNOWN = "unknown", _("Okänd")


class Entrance(Row):
    """A shared door of a property (port): the owner's, on the way to one or more homes."""

    real_property = models.ForeignKey(
        Property, on_delete=models.PROTECT, related_name="entrances", verbose_name=_("fastighet")
    )
    address = models.CharField(_("gatuadress"), max_length=120)
    name = models.CharField(
        _("benämning"), max_length=60, blank=True, help_text=_("Till exempel gårdsport.")
    )
    postal_code = models.CharField(_("postnummer"), max_length=6)
    city = models.CharField(_("ort"), max_length=80)
    access_solution = models.CharField(
        _("så öppnas porten i dag"),
        max_length=16,
        choices=AccessSolution,
        default=AccessSolution.UNKNOWN,
    )
    # A secret like a key: shown on request, each time logged, never in letters or e-mail.
    entrance_code = EncryptedField(_("portkod"), blank=True, default="")
    # All homes behind the entrance, not only those with home care: a letter about few of them
    # would single somebody out.
    homes = models.PositiveSmallIntegerField(_("antal bostäder"), null=True, blank=True)
    closed_on = models.DateField(_("används inte längre från"), null=True, blank=True)

    objects = EntranceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["address", "name", "pk"]
        verbose_name = _("port")
        constraints = [
            models.UniqueConstraint(
                fields=["real_property", "address", "name"], name="properties_entrance_once"
            )
        ]

    def __str__(self):
        return f"{self.address}, {self.name}" if self.name else self.address

    @property
    def shown_postal_code(self) -> str:
        return shown_postal_code(self.postal_code)


class Tenure(models.TextChoices):
    RENTAL = "rental", _("Hyresrätt")
    COOPERATIVE = "cooperative", _("Bostadsrätt")
    OWNED = "owned", _("Äganderätt")
    SECOND_HAND = "second_hand", _("Andrahand")


class HomeDoor(Row):
    """The door of one home (bostadsdörr).

    That it is registered may reveal that somebody there has help, so it is shown only to those
    who may see who lives behind it (`recipients.access`).
    """

    real_property = models.ForeignKey(
        Property, on_delete=models.PROTECT, related_name="home_doors", verbose_name=_("fastighet")
    )
    address = models.CharField(_("gatuadress"), max_length=120)
    postal_code = models.CharField(_("postnummer"), max_length=6)
    city = models.CharField(_("ort"), max_length=80)
    apartment_number = models.CharField(
        _("lägenhetsnummer"),
        max_length=4,
        blank=True,
        help_text=_("Fyra siffror, till exempel 1102."),
    )
    floor = models.CharField(_("våning"), max_length=10, blank=True)
    tenure = models.CharField(
        _("upplåtelseform"), max_length=12, choices=Tenure, default=Tenure.RENTAL
    )
    # Fitting leaves a mark (drilling, a new cylinder): then the owner must agree too
    # (domain.md 3.6).
    needs_owner_consent = models.BooleanField(
        _("kräver ägarens medgivande även för bostadsdörren"), default=False
    )
    entrances = models.ManyToManyField(Entrance, through="DoorPath", related_name="home_doors")

    objects = TrackedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["address", "apartment_number", "pk"]
        verbose_name = _("bostadsdörr")
        constraints = [
            models.UniqueConstraint(
                fields=["real_property", "address", "apartment_number"],
                name="properties_home_door_once",
            )
        ]

    def __str__(self):
        return (
            _("%(address)s, lgh %(number)s")
            % {"address": self.address, "number": self.apartment_number}
            if self.apartment_number
            else self.address
        )

    @property
    def shown_postal_code(self) -> str:
        return shown_postal_code(self.postal_code)


class DoorPath(models.Model):
    """One entrance on the way to a home door; `position` counts from the street, beginning at 1."""

    home_door = models.ForeignKey(HomeDoor, on_delete=models.CASCADE, related_name="path")
    entrance = models.ForeignKey(Entrance, on_delete=models.PROTECT, related_name="paths")
    position = models.PositiveSmallIntegerField(_("ordning"))

    objects = TrackedQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["home_door", "position"]
        verbose_name = _("port på vägen")
        constraints = [
            models.UniqueConstraint(fields=["home_door", "entrance"], name="properties_path_once"),
            models.UniqueConstraint(
                fields=["home_door", "position"], name="properties_path_position_once"
            ),
        ]

    def __str__(self):
        return f"{self.position}. {self.entrance}"
