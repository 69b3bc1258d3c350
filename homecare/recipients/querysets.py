from datetime import date, timedelta
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from homecare.accounts.access import rights_of
from homecare.core import clock
from homecare.core.encryption import blind_indexes
from homecare.core.models import PeriodQuerySet, TrackedQuerySet
from homecare.core.numbers import NumberRefused, personal_id_number
from properties.models import HomeDoor

# How long a unit still sees a recipient after its commission ended, to bring home keys and locks.
CLOSING_PERIOD = timedelta(days=90)


class RecipientQuerySet(TrackedQuerySet):
    def visible_to(self, user: Any, right: str = "see_recipients") -> Self:
        """Those whom the user's units care for now or did lately, and of the protected only
        those that the user has a named grant for (domain.md 3.8).
        """
        return self.in_units_of(user, right).filter(self._unprotected_or_named(user))

    def in_units_of(self, user: Any, right: str) -> Self:
        """Those in the user's units, protected or not. Only for naming staff and for counting."""
        rights = rights_of(user)
        if right in rights.everywhere:
            return self
        commissions = self.model._meta.get_field("commissions").related_model
        running = commissions._default_manager.filter(
            rights.unit_filter(right, "unit__"),
            Q(ends_on=None) | Q(ends_on__gte=clock.today() - CLOSING_PERIOD),
            recipient=OuterRef("pk"),
        )
        return self.filter(Exists(running))

    def _unprotected_or_named(self, user: Any) -> Q:
        grants = self.model._meta.get_field("named_grants").related_model
        named = grants._default_manager.in_force().filter(
            recipient=OuterRef("pk"), user=getattr(user, "pk", None)
        )
        return Q(protection_level="none") | Exists(named)

    def protected_and_not_named(self, user: Any) -> Self:
        """Those whom the user may not see, wherever they are cared for."""
        return self.exclude(self._unprotected_or_named(user))

    def found_by(self, text: str) -> Self:
        """Search by name, personnummer or customer number only (förordning 2001:637, 15 §)."""
        text = text.strip()
        try:
            number = personal_id_number(text)
        except NumberRefused:
            number = ""
        if number:
            return self.filter(
                personal_number_index__in=blind_indexes("recipient.personal_number", number)
            )
        found = self
        for word in text.split():
            found = found.filter(
                Q(first_name__icontains=word)
                | Q(last_name__icontains=word)
                | Q(customer_number__iexact=word)
            )
        return found

    def cared_for_on(self, day: date) -> Self:
        commissions = self.model._meta.get_field("commissions").related_model
        return self.filter(
            Exists(commissions._default_manager.on(day).filter(recipient=OuterRef("pk"))),
            Q(died_on=None) | Q(died_on__gt=day),
        )


class NamedGrantQuerySet(TrackedQuerySet):
    def in_force(self, day: date | None = None) -> Self:
        day = day or clock.today()
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day, ended_at=None
        )


class ResidenceQuerySet(PeriodQuerySet):
    pass


def doors_visible_to(user: Any, recipients: QuerySet, right: str) -> QuerySet[HomeDoor]:
    """The home doors behind which somebody lives whom the user may see, and nobody they may not.

    A door where a protected recipient lives is hidden also from those who may see another person
    in the same home: that the door is there would tell.
    """
    residences = recipients.model._meta.get_field("residences").related_model
    today = clock.today()
    lives_here = residences._default_manager.filter(
        Q(ends_on=None) | Q(ends_on__gte=today - CLOSING_PERIOD), home_door=OuterRef("pk")
    )
    hidden = lives_here.exclude(recipient__protection_level="none").exclude(
        recipient__in=recipients.visible_to(user, right)
    )
    return HomeDoor.objects.filter(
        Exists(lives_here.filter(recipient__in=recipients.visible_to(user, right))),
        ~Exists(hidden),
    )
