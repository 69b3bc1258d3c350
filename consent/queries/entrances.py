"""Entrances by where they are on the way to their owner's yes: for lists, filters and counts."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from consent.models import CaseItem, Consent, ConsentCover
from consent.queries.needs import PATH_OF_CASE, PATH_TONES, Door
from consent.states import (
    LIVE,
    SETTLED,
    AnswerChoice,
    CaseState,
    ConsentEnd,
    ConsentKind,
    ConsentPath,
)
from homecare.core import clock
from homecare.recipients.models import ProtectionLevel, Recipient, Residence
from homecare.ui.parts import Bar
from properties.models import DoorPath, Entrance, HomeDoor, Ownership, Property, PropertyOwner

# After a no, or no answer, an owner is not asked of the same entrance by routine for so long.
QUARANTINE = timedelta(days=182)


# How long a lock stays after a sale while the new owner is asked.
CONFIRM_WITHIN = timedelta(days=60)


def needed_entrances(
    *, visible_to: Any = None, right: str = "see_consents", day: date | None = None
) -> QuerySet[Entrance]:
    """The entrances in use on the way to the home of somebody who is cared for.

    With a user, of those whom the user may see; without, of all but people with protected
    personal details: that an entrance stands in a list must not tell that somebody lives there.
    """
    day = day or clock.today()
    people = Recipient.objects.cared_for_on(day)
    if visible_to is None:
        people = people.filter(protection_level=ProtectionLevel.NONE)
    else:
        people = people.filter(pk__in=Recipient.objects.visible_to(visible_to, right).values("pk"))
    at_home = Residence.objects.on(day).filter(
        home_door__path__entrance=OuterRef("pk"), recipient__in=people
    )
    if visible_to is not None:
        at_home = at_home.hiding_nobody_from(visible_to)
    return Entrance.objects.in_use(day).filter(Exists(at_home))


def homes_without_protection(user: Any, right: str) -> QuerySet[Residence]:
    """The homes of today of those cared for whom `user` sees by `right`.

    Not of people with protected personal details, whoever asks: what an owner is asked, and how
    many wait for it, must not tell that they live there.
    """
    today = clock.today()
    people = Recipient.objects.visible_to(user, right).cared_for_on(today)
    return (
        Residence.objects.on(today)
        .hiding_nobody_from(user)
        .filter(recipient__in=people.filter(protection_level=ProtectionLevel.NONE))
    )


def people_behind(homes: QuerySet[Residence]) -> dict[int, set[int]]:
    """Entrance pk → those who live in the homes and whose way goes through it. Two queries."""
    at_home: dict[int, set[int]] = defaultdict(set)
    for person, home in homes.values_list("recipient", "home_door"):
        at_home[home].add(person)
    behind: dict[int, set[int]] = defaultdict(set)
    steps = DoorPath.objects.filter(home_door__in=homes.values("home_door"))
    for home, entrance in steps.values_list("home_door", "entrance"):
        behind[entrance] |= at_home[home]
    return behind


def with_path(entrances: QuerySet[Entrance], day: date | None = None) -> Any:
    """Add `path`, where on the way to a yes each entrance is (ConsentPath), and its owner.

    Says the same as `entrance_needs`, in the database, for filters and counts. Each condition is a
    set that is found once for all entrances, not once for each.
    """
    return with_path_only(entrances.with_owner(day or clock.today()), day)  # type: ignore[attr-defined]


def with_path_only(entrances: QuerySet[Entrance], day: date | None = None) -> Any:
    """The same without the owner, which costs as much as the rest: for whole cities."""
    day = day or clock.today()
    revoked = Consent.objects.filter(ended_because=ConsentEnd.REVOKED)
    return entrances.annotate(
        path=Case(
            When(_covered_by(Consent.objects.in_force(day), day), then=Value(ConsentPath.YES)),
            *(
                When(_asked(day, _WAITS, case__state=state), then=Value(path))
                for state, path in reversed(PATH_OF_CASE.items())
            ),
            When(
                _asked(day, answer=AnswerChoice.NO) | _covered_by(revoked, day),
                then=Value(ConsentPath.NO),
            ),
            default=Value(ConsentPath.NOT_ASKED),
        )
    )


def _owned(day: date, to_property: str, by: str) -> Q:
    """The condition that the property is owned on `day` by whom the field `by` names."""
    held = f"{to_property}__ownerships__"
    return Q(
        Q(**{f"{held}ends_on": None}) | Q(**{f"{held}ends_on__gte": day}),
        **{f"{held}starts_on__lte": day, f"{held}owner": F(by)},
    )


# An item that the owner has not said yes or no to.
_WAITS = ~Q(answer__in=SETTLED)


def _asked(day: date, *conditions: Q, **of_item: Any) -> Q:
    """The condition on an entrance that its owner on `day` was asked about it in such an item."""
    owned = _owned(day, "entrance__real_property", "case__owner")
    return Q(pk__in=CaseItem.objects.filter(owned, *conditions, **of_item).values("entrance"))


def _covered_by(consents: QuerySet[Consent], day: date) -> Q:
    """The condition on an entrance that a consent of its owner on `day` is among these."""
    consents = consents.filter(kind=ConsentKind.FITTING_ENTRANCE, owner__isnull=False)
    covers = ConsentCover.objects.filter(consent__in=consents)
    doors = covers.filter(_owned(day, "entrance__real_property", "consent__owner"))
    properties = covers.filter(_owned(day, "real_property", "consent__owner"))
    blanket = consents.filter(covers_all_of_owner=True)
    all_of_owner = Ownership.objects.on(day).filter(owner__in=blanket.values("owner"))
    return (
        Q(pk__in=doors.values("entrance"))
        | Q(real_property__in=properties.values("real_property"))
        | Q(real_property__in=all_of_owner.values("real_property"))
    )


def entrances_to_ask(*, visible_to: Any = None, right: str = "ask_consents") -> Any:
    """Those on the way to a home that nobody has said yes to, nor is asked about just now, nor
    has said no to of late. Those without an owner in the register are not among them.
    """
    today = clock.today()
    lately = clock.now() - QUARANTINE
    revoked = Consent.objects.filter(ended_because=ConsentEnd.REVOKED, ended_at__gte=lately)
    return (
        with_path(needed_entrances(visible_to=visible_to, right=right))
        .filter(path__in=[ConsentPath.NOT_ASKED, ConsentPath.NO], owner_id_now__isnull=False)
        .exclude(_asked(today, case__state=CaseState.DRAFT))
        .exclude(_asked(today, answer=AnswerChoice.NO, answered_at__gte=lately))
        .exclude(_covered_by(revoked, today))
    )


def to_be_confirmed(day: date | None = None) -> Q:
    """The condition on an entrance that was sold lately with a yes of the owner before.

    What hangs there stays while the new owner is asked (`waiting_for_new_owner`); after the time
    it comes down.
    """
    day = day or clock.today()
    new = Ownership.objects.on(day).filter(starts_on__gt=day - CONFIRM_WITHIN)
    consents = Consent.objects.in_force(day).filter(
        kind=ConsentKind.FITTING_ENTRANCE, owner__isnull=False
    )
    sold = Ownership.objects.filter(ends_on__lt=day, ends_on__gte=day - CONFIRM_WITHIN)
    covers = ConsentCover.objects.filter(consent__in=consents)
    blanket = consents.filter(covers_all_of_owner=True).values("owner")
    return Q(real_property__in=new.values("real_property")) & (
        Q(pk__in=covers.values("entrance"))
        | Q(real_property__in=covers.values("real_property"))
        | Q(real_property__in=sold.filter(owner__in=blanket).values("real_property"))
    )


def waiting_for_new_owner() -> Any:
    """The entrances to be confirmed whose new owner has not said no: what hangs there stays."""
    return with_path(Entrance.objects.filter(to_be_confirmed())).exclude(path=ConsentPath.NO)


def askable_entrances_of(owner: PropertyOwner) -> Any:
    """The owner's entrances that can be asked about: not covered, nor in a request already."""
    live = CaseItem.objects.filter(
        _WAITS, entrance=OuterRef("pk"), case__owner=owner, case__state__in=LIVE
    )
    return (
        with_path(entrances_of(owner))
        .exclude(path=ConsentPath.YES)
        .exclude(Exists(live))
        .order_by("address", "name", "pk")
    )


def entrances_of(owner: PropertyOwner) -> Any:
    """The entrances in use that the owner owns today."""
    doors: Any = Entrance.objects.in_use().with_owner().select_related("real_property")
    return doors.filter(owner_id_now=owner.pk).order_by("address", "name", "pk")


def properties_of(owner: PropertyOwner) -> Any:
    """The properties that the owner owns today."""
    owned: Any = Property.objects.with_owner()
    return owned.filter(owner_id_now=owner.pk).order_by("designation")


def doors_covered_by(consent: Consent) -> list[Door]:
    """The doors that a consent covers or covered: named, of its properties, or all of the owner."""
    covers = list(consent.covers.select_related("entrance", "home_door"))
    doors: list[Door] = [one for cover in covers if (one := cover.entrance or cover.home_door)]
    owned = Q(real_property__in=[one.real_property_id for one in covers if one.real_property_id])
    if consent.covers_all_of_owner and consent.owner:
        owned |= Q(real_property__in=properties_of(consent.owner).values("pk"))
    model: Any = HomeDoor if consent.kind == ConsentKind.FITTING_HOME else Entrance
    return [*doors, *model.objects.filter(owned)]


def path_counts(entrances: QuerySet[Entrance] | None = None) -> dict[str, int]:
    """How many entrances on the way to homes are where: ConsentPath → number. One query."""
    rows = with_path(needed_entrances() if entrances is None else entrances)
    counts = dict(rows.order_by().values_list("path").annotate(Count("pk")))
    return {str(place): counts.get(place, 0) for place in ConsentPath}


def owner_funnel(entrances: QuerySet[Entrance] | None = None) -> list[Bar]:
    """The entrances on the way to homes by what their owners have said: all, then each part.

    Without `entrances`, of the whole municipality, save those that only lead to people with
    protected personal details.
    """
    counts = path_counts(entrances)
    url = reverse("consent:coverage")
    return [
        Bar(_("Portar som behöver medgivande"), sum(counts.values()), "neutral", url),
        *(
            Bar(place.label, counts[place], PATH_TONES[place], f"{url}?path={place}")
            for place in reversed(ConsentPath)
        ),
    ]
