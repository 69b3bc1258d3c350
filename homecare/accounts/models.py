from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from homecare.accounts.querysets import AccountManager, RoleAssignmentQuerySet
from homecare.accounts.roles import RIGHTS_OF, Role
from homecare.core import clock
from homecare.core.models import Period, Row, ends_after_it_starts
from homecare.organisation.models import CareUnit, District, Provider


class User(Row, AbstractBaseUser, PermissionsMixin):
    """A personal account. Never shared, never deleted: what was done must stay answerable."""

    email = models.EmailField(_("e-postadress"), unique=True)
    name = models.CharField(_("namn"), max_length=120)
    is_active = models.BooleanField(_("kan logga in"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    language = models.CharField(_("språk"), max_length=5, default="sv")

    objects = AccountManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        verbose_name = _("konto")
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_one_per_email")]

    def __str__(self):
        return self.name

    def held_today(self) -> list["RoleAssignment"]:
        """The roles in force today, read once for as long as this object lives (one request)."""
        kept: list[RoleAssignment] | None = getattr(self, "kept_roles", None)
        if kept is None:
            kept = self.kept_roles = list(
                RoleAssignment.objects.in_force(clock.today()).filter(user_id=self.pk).order_by()
            )
        return kept

    def rights_given_today(self) -> dict[tuple[str, int], set[str]]:
        """What the roles of today give: per place ("unit" and its pk, …) the rights."""
        given: dict[tuple[str, int], set[str]] = {}
        for held in self.held_today():
            given.setdefault(held.where, set()).update(RIGHTS_OF[held.role])
        return given

    def forget_rights(self) -> None:
        """Read roles and rights anew when they are next asked for."""
        for kept in ("kept_roles", "kept_rights"):
            self.__dict__.pop(kept, None)

    @property
    def roles(self) -> frozenset[str]:
        """The roles in force today."""
        return frozenset(held.role for held in self.held_today())

    @property
    def trail_role(self) -> str:
        """The roles as the trail shows them, in the room it has for them."""
        return ", ".join(sorted(self.roles))[:64]


class Scope(models.TextChoices):
    UNIT = "unit", _("En enhet")
    PROVIDER = "provider", _("En utförare")
    DISTRICT = "district", _("Ett stadsdelsområde")
    WHOLE = "whole", _("Hela kommunen")


class RoleAssignment(Row, Period):
    """One role in one scope for one account, from a day to a day: who decided it and why.

    The source of every right; guardian's permissions are derived from it by `accounts.actions`.
    """

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("konto")
    )
    role = models.CharField(_("roll"), max_length=20, choices=Role)
    scope = models.CharField(_("gäller för"), max_length=10, choices=Scope)
    unit = models.ForeignKey(
        CareUnit, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("enhet")
    )
    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("utförare")
    )
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("stadsdelsområde")
    )
    decided_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,  # the first assignments, which no one inside could decide
        blank=True,
        verbose_name=_("beslutad av"),
    )
    reason = models.CharField(_("motivering"), max_length=200)
    last_reviewed_on = models.DateField(_("senast omprövad"), null=True, blank=True)
    # Ended by a person before its time: no right is left from this moment, whatever the days say.
    ended_at = models.DateTimeField(_("avslutad"), null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["user__name", "role"]
        verbose_name = _("rolltilldelning")
        constraints = [
            ends_after_it_starts("accounts_role_ends_after_start"),
            models.CheckConstraint(
                name="accounts_role_scope_is_whole",
                condition=Q(scope="unit", unit__isnull=False, provider=None, district=None)
                | Q(scope="provider", unit=None, provider__isnull=False, district=None)
                | Q(scope="district", unit=None, provider=None, district__isnull=False)
                | Q(scope="whole", unit=None, provider=None, district=None),
            ),
            models.CheckConstraint(
                name="accounts_nobody_gives_themselves_a_role",
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("user")),
            ),
        ]

    def __str__(self):
        return f"{self.get_role_display()} – {self.place}"

    @property
    def where(self) -> tuple[str, int]:
        """The scope as a kind and a key: ("unit", 7), or ("whole", 0)."""
        return self.scope, self.unit_id or self.provider_id or self.district_id or 0

    @property
    def target(self) -> CareUnit | Provider | District | None:
        """The unit, provider or district it holds for; None is the whole municipality."""
        return self.unit or self.provider or self.district

    @property
    def place(self) -> str:
        """The name of the scope, as shown to a person."""
        return str(self.target or Scope.WHOLE.label)
