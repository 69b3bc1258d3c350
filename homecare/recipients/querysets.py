from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.db.models import (
    Case,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from homecare.accounts.access import rights_of
from homecare.core import clock
from homecare.core.encryption import blind_indexes
from homecare.core.models import PeriodQuerySet, TrackedQuerySet
from homecare.core.numbers import NumberRefused, personal_id_number
from properties.models import HomeDoor

# How long a unit still sees a recipient after its commission ended, to bring home keys and locks.
CLOSING_PERIOD = timedelta(days=90)


def _rows(model: str) -> Any:
    """All rows of another model of the room, which cannot be imported from beneath the models."""
    return apps.get_model("recipients", model)._default_manager.all()


def running_or_closing() -> Q:
    """The condition on a period for not having ended before the closing period."""
    return Q(ends_on=None) | Q(ends_on__gte=clock.today() - CLOSING_PERIOD)


class RecipientQuerySet(TrackedQuerySet):
    def visible_to(self, user: Any, right: str = "see_recipients") -> Self:
        """Those whom the user's units care for now or did lately, and of the protected only
        those that the user has a named grant for (domain.md 3.8).
        """
        return self.in_units_of(user, right).filter(self._unprotected_or_named(user))

    def in_units_of(self, user: Any, right: str) -> Self:
        """Those in the user's units, protected or not. Only for naming staff and for counting."""
        if right in rights_of(user).everywhere:
            return self
        commissions = _rows("Commission").in_units_of(user, right).filter(recipient=OuterRef("pk"))
        return self.filter(Exists(commissions))

    def _unprotected_or_named(self, user: Any) -> Q:
        named = (
            _rows("NamedGrant")
            .in_force()
            .filter(recipient=OuterRef("pk"), user=getattr(user, "pk", None))
        )
        return Q(protection_level="none") | Q(Exists(named))

    def protected(self) -> Self:
        return self.exclude(protection_level="none")

    def protected_and_not_named(self, user: Any) -> Self:
        """Those whom the user may not see, wherever they are cared for."""
        return self.exclude(self._unprotected_or_named(user))

    def found_by(self, text: str) -> Self:
        """Search by name, personnummer or customer number only (förordning 2001:637, 15 §)."""
        try:
            return self.with_number(personal_id_number(text))
        except NumberRefused:
            pass
        found = self
        for word in text.split():
            found = found.filter(
                Q(first_name__icontains=word)
                | Q(last_name__icontains=word)
                | Q(customer_number__iexact=word)
            )
        return found

    def with_number(self, number: str) -> Self:
        """The one with this personnummer (12 digits), whichever key it was indexed with."""
        return self.filter(
            personal_number_index__in=blind_indexes("recipient.personal_number", number)
        )

    def cared_for_on(self, day: date) -> Self:
        return self.filter(
            Exists(_rows("Commission").on(day).filter(recipient=OuterRef("pk"))),
            Q(died_on=None) | Q(died_on__gt=day),
        )

    def to_be_cared_for(self) -> Self:
        """Those whose care is yet to begin."""
        today = clock.today()
        coming = _rows("Commission").filter(starts_on__gt=today, recipient=OuterRef("pk"))
        running = _rows("Commission").on(today).filter(recipient=OuterRef("pk"))
        return self.filter(Exists(coming), ~Exists(running), died_on=None)

    def no_longer_cared_for(self) -> Self:
        """Those who died, and those whose last commission has ended."""
        going_on = _rows("Commission").filter(
            Q(ends_on=None) | Q(ends_on__gte=clock.today()), recipient=OuterRef("pk")
        )
        return self.filter(Q(died_on__isnull=False) | ~Exists(going_on))

    def in_unit(self, unit: Any) -> Self:
        """Those whom the unit cares for, or did lately."""
        return self.filter(
            Exists(
                _rows("Commission").filter(
                    running_or_closing(), unit=unit, recipient=OuterRef("pk")
                )
            )
        )

    def with_home(self, user: Any) -> Self:
        """Add `home_address` and `apartment_number` of today, "" where the user may not see it."""
        home = (
            _rows("Residence")
            .on(clock.today())
            .hiding_nobody_from(user)
            .filter(recipient=OuterRef("pk"))
        )
        return self.annotate(
            home_address=Coalesce(Subquery(home.values("home_door__address")[:1]), Value("")),
            apartment_number=Coalesce(
                Subquery(home.values("home_door__apartment_number")[:1]), Value("")
            ),
        )

    def with_care(self) -> Self:
        """Add `care`: "now", "coming", "ended" or "died", as of today."""
        today = clock.today()
        mine = _rows("Commission").filter(recipient=OuterRef("pk"))
        return self.annotate(
            care=Case(
                When(died_on__isnull=False, then=Value("died")),
                When(Exists(mine.on(today)), then=Value("now")),
                When(Exists(mine.filter(starts_on__gt=today)), then=Value("coming")),
                default=Value("ended"),
            )
        )

    def with_commissions(self, user: Any, right: str = "see_recipients") -> Self:
        """Each with `seen_commissions`, those in the user's units: one query for all rows."""
        seen = _rows("Commission").in_units_of(user, right).select_related("unit")
        return self.prefetch_related(Prefetch("commissions", seen, to_attr="seen_commissions"))


class CommissionQuerySet(PeriodQuerySet):
    def in_units_of(self, user: Any, right: str) -> Self:
        """Those of the user's units that run, will run or ended lately; of others none."""
        rights = rights_of(user)
        if right in rights.everywhere:
            return self
        return self.filter(rights.unit_filter(right, "unit__"), running_or_closing())


class NamedGrantQuerySet(PeriodQuerySet):
    def in_force(self, day: date | None = None) -> Self:
        day = day or clock.today()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day, ended_at=None)

    def not_over(self) -> Self:
        """Those in force, and those to come."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=clock.today()), ended_at=None)


class ResidenceQuerySet(PeriodQuerySet):
    def hiding_nobody_from(self, user: Any) -> Self:
        """Without those behind whose door somebody protected lives whom the user is not named for.

        The door is hidden also from those who may see another person in the same home: that the
        door is there would tell.
        """
        named = (
            _rows("NamedGrant")
            .in_force()
            .filter(recipient=OuterRef("recipient"), user=getattr(user, "pk", None))
        )
        hidden = (
            _rows("Residence")
            .filter(running_or_closing(), home_door=OuterRef("home_door"))
            .exclude(recipient__protection_level="none")
            .exclude(Exists(named))
        )
        return self.exclude(Exists(hidden))


class ContactPersonQuerySet(TrackedQuerySet):
    def current(self) -> Self:
        """Those who have not been ended."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=clock.today()))


def doors_visible_to(user: Any, recipients: Any, right: str) -> QuerySet[HomeDoor]:
    """The home doors behind which somebody lives whom the user may see, and nobody they may not.

    A door where a protected recipient lives is hidden also from those who may see another person
    in the same home: that the door is there would tell.
    """
    residences: Any = recipients.model._meta.get_field("residences").related_model
    lives_here = residences._default_manager.filter(running_or_closing(), home_door=OuterRef("pk"))
    hidden = lives_here.exclude(recipient__protection_level="none").exclude(
        recipient__in=recipients.visible_to(user, right)
    )
    return HomeDoor.objects.filter(
        Exists(lives_here.filter(recipient__in=recipients.visible_to(user, right))),
        ~Exists(hidden),
    )


def refs_of(people: Iterable[Any]) -> list[str]:
    """The opaque references of people, for the trail."""
    return [str(person.ref) for person in people]
