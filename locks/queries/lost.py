"""Locks that sit on a door without the consents that it needs, found in the database.

Says the same as `locks.queries.consents`, which tells what is missing in words; a test holds the
two together. This one is for whole cities: lists, the sweep and the report.
"""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from consent.models import Consent, ConsentCover
from consent.queries import with_path
from consent.states import ConsentKind, ConsentPath
from homecare.core import clock
from homecare.recipients.models import ContactPerson
from locks.models import Installation
from locks.queries.consents import living
from locks.states import InstallationState
from properties.models import Entrance, HomeDoor, Ownership


def against_consent(day: date) -> Q:
    """The condition on an installation that a consent for it is missing or no longer in force."""
    return _entrances(day) | (Q(home_door__isnull=False) & _homes(day))


def _entrances(day: date) -> Q:
    covered = with_path(Entrance.objects.all(), day).filter(path=ConsentPath.YES)
    return Q(entrance__isnull=False) & ~Q(entrance__in=covered.values("pk"))


def _homes(day: date) -> Q:
    lived_in = living(day)
    silent = lived_in.filter(~_yes(ConsentKind.FITTING_HOME, day))
    unsaid = lived_in.filter(~_yes(ConsentKind.DATA, day) | _somebody_there_has_not(day))
    monitors = Q(unit__model__has_monitoring_function=True)
    needs_owner = Q(home_door__needs_owner_consent=True)
    return (
        ~Q(home_door__in=lived_in.values("home_door"))
        | Q(home_door__in=silent.values("home_door"))
        | (monitors & Q(home_door__in=unsaid.values("home_door")))
        | (needs_owner & ~Q(home_door__in=_owners_said_yes_to(day).values("pk")))
    )


def _yes(kind: str, day: date) -> Exists:
    """Whether the one of a residence has said yes: for any door, or for this one."""
    named = ConsentCover.objects.filter(consent=OuterRef("pk"), home_door__isnull=False)
    this_door = named.filter(home_door=OuterRef(OuterRef("home_door")))
    return Exists(
        Consent.objects.in_force(day).filter(
            ~Exists(named) | Exists(this_door),
            kind=kind,
            recipient=OuterRef("recipient"),
            contact_person=None,
        )
    )


def _somebody_there_has_not(day: date) -> Exists:
    """Whether a cohabiting relative has not consented to the data (lag 2001:454, 9 §)."""
    own = Consent.objects.in_force(day).filter(kind=ConsentKind.DATA, contact_person=OuterRef("pk"))
    living_there = ContactPerson.objects.current().filter(
        recipient=OuterRef("recipient"), lives_with=True
    )
    return Exists(living_there.filter(~Exists(own)))


def _owners_said_yes_to(day: date) -> QuerySet[HomeDoor]:
    """The home doors that a consent of whoever owns them on the day covers."""
    yes = Consent.objects.in_force(day).filter(kind=ConsentKind.FITTING_HOME, owner__isnull=False)
    held = Ownership.objects.on(day)
    covers = ConsentCover.objects.filter(consent__in=yes)
    by_owner = held.filter(owner=OuterRef("consent__owner"))
    doors = covers.filter(
        Exists(by_owner.filter(real_property=OuterRef("home_door__real_property"))),
        home_door__isnull=False,
    )
    properties = covers.filter(
        Exists(by_owner.filter(real_property=OuterRef("real_property"))),
        real_property__isnull=False,
    )
    blanket = held.filter(owner__in=yes.filter(covers_all_of_owner=True).values("owner"))
    return HomeDoor.objects.filter(
        Q(pk__in=doors.values("home_door"))
        | Q(real_property__in=properties.values("real_property"))
        | Q(real_property__in=blanket.values("real_property"))
    )


def lost_consents(on: date | None = None) -> QuerySet[Installation]:
    """Locks that sit on a door without the consents for it, in operation or not."""
    return Installation.objects.sitting().filter(against_consent(on or clock.today()))


def without_consent(on: date | None = None) -> QuerySet[Installation]:
    """Locks in operation without consents in force. Must be empty: list, alarm and report."""
    return lost_consents(on).filter(state=InstallationState.IN_OPERATION)
