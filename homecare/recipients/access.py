"""The doors to people in home care. Forbidden and missing look the same: 404.

Whoever passes a door has read something about a person, so the door writes the access log before
it gives the person out. There is no other way for a view to get one.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from homecare.accounts.access import may_in
from homecare.audit.models import Kind
from homecare.audit.trail import note, note_denied, note_reading, note_search
from homecare.core import clock
from homecare.core.numbers import NumberRefused, personal_id_number
from homecare.organisation.models import CareUnit
from homecare.recipients.models import (
    Commission,
    ContactPerson,
    NamedGrant,
    Recipient,
    Representative,
    Residence,
)
from homecare.recipients.querysets import doors_visible_to, refs_of, running_or_closing
from properties.models import HomeDoor

SEE, CHANGE, NAME = "see_recipients", "change_recipients", "name_protected"


def _the(rows: QuerySet) -> Any:
    found = rows.first()
    if found is None:
        raise Http404
    return found


def unit_of(recipient: Recipient, user: Any = None, right: str = SEE) -> CareUnit | None:
    """In which unit something is done with a person, for the trail: one of the user's units that
    cares for the person, the one that cares now before one that did.
    """
    commissions = list(recipient.commissions.select_related("unit"))
    if user is not None:
        own = [one for one in commissions if may_in(user, right, one.unit)]
        commissions = own or commissions
    today = clock.today()
    commissions.sort(key=lambda one: (one.holds_on(today), one.starts_on), reverse=True)
    return commissions[0].unit if commissions else None


# --- the person ----------------------------------------------------------------------------------


def recipient_to_read(
    user: Any, ref: UUID, *, what: str = "recipient.read", right: str = SEE, reason: str = ""
) -> Recipient:
    """The person, once the reading is on record. Otherwise 404.

    Seen by those with the right in a unit that cares for the person, or did until lately; somebody
    protected only with a named grant.
    """
    recipient: Recipient = _the(Recipient.objects.visible_to(user, right).filter(ref=ref))
    note_reading(user, recipient, what=what, unit=unit_of(recipient, user, right), reason=reason)
    return recipient


def recipient_to_change(user: Any, ref: UUID) -> Recipient:
    """A person that `user` may change, once the reading is on record. Otherwise 404."""
    return recipient_to_read(user, ref, what="recipient.read_to_change", right=CHANGE)


def recipient_for_consent(user: Any, ref: UUID) -> Recipient:
    """A person whose own consent `user` may ask for and record; the reading is logged.

    Otherwise 404.
    """
    return recipient_to_read(user, ref, what="recipient.consent_read", right="ask_consents")


def may_see(user: Any, recipient: Recipient) -> bool:
    """Whether `user` sees the person. For what is shown of somebody whom the user has met."""
    return Recipient.objects.visible_to(user).filter(pk=recipient.pk).exists()


def may_change(user: Any, recipient: Recipient) -> bool:
    """Whether `user` may change the person."""
    return Recipient.objects.visible_to(user, CHANGE).filter(pk=recipient.pk).exists()


# --- lists and searches --------------------------------------------------------------------------


def note_list(user: Any, people: Sequence[Any], *, what: str, **about: Any) -> None:
    """Write that `user` was shown a list of people: one entry, that says whom it showed."""
    note(
        Kind.READ,
        user,
        what,
        rows=len(people),
        personal={"shown": refs_of(people)} if people else None,
        **about,
    )


def note_found(user: Any, text: str, people: Sequence[Any], *, what: str, **about: Any) -> None:
    """Write that `user` searched for people, and whom the search showed.

    A personnummer that was searched for is not written down; who was found says whose it was.
    """
    try:
        personal_id_number(text)
    except NumberRefused:
        personal: dict[str, Any] = {"text": text}
    else:
        about["by_number"] = True
        personal = {}
    if people:
        personal["shown"] = refs_of(people)
    note_search(user, what=what, personal=personal or None, rows=len(people), **about)


# --- what belongs to a person --------------------------------------------------------------------


def _of_recipient(
    user: Any, rows: QuerySet, ref: UUID, *, right: str, what: str
) -> Commission | Representative | ContactPerson:
    """A row that belongs to a person whom `user` has the right over, once it is on record."""
    found = _the(
        rows.filter(
            ref=ref, recipient__in=Recipient.objects.visible_to(user, right)
        ).select_related("recipient")
    )
    person = found.recipient
    note_reading(user, person, what=what, about=found, unit=unit_of(person, user, right))
    return found


def commission_to_end(user: Any, ref: UUID) -> Commission:
    """A commission of a unit in which `user` may change recipients. Otherwise 404."""
    own = Commission.objects.in_units_of(user, CHANGE).select_related("unit")
    found: Any = _of_recipient(user, own, ref, right=CHANGE, what="recipient.read_to_change")
    return found


def representative_to_change(user: Any, ref: UUID) -> Representative:
    """A representative of a person that `user` may change. Otherwise 404."""
    rows = Representative.objects.all()
    found: Any = _of_recipient(user, rows, ref, right=CHANGE, what="recipient.read_to_change")
    return found


def representative_to_reveal(user: Any, ref: UUID, field: str) -> Representative:
    """A representative whose phone or e-mail address will be shown. Otherwise 404."""
    rows = Representative.objects.exclude(**{field: ""})
    what = f"representative.{field}_revealed"
    found: Any = _of_recipient(user, rows, ref, right=SEE, what=what)
    return found


def contact_person_to_change(user: Any, ref: UUID) -> ContactPerson:
    """A contact person of a person that `user` may change. Otherwise 404."""
    rows = ContactPerson.objects.all()
    found: Any = _of_recipient(user, rows, ref, right=CHANGE, what="recipient.read_to_change")
    return found


def contact_person_to_reveal(user: Any, ref: UUID) -> ContactPerson:
    """A contact person whose phone number will be shown. Otherwise 404."""
    rows = ContactPerson.objects.exclude(phone="")
    found: Any = _of_recipient(user, rows, ref, right=SEE, what="contact_person.phone_revealed")
    return found


# --- homes ---------------------------------------------------------------------------------------


def homes_seen_by(user: Any) -> QuerySet[HomeDoor]:
    """The home doors that `user` may see: of people the user sees, and hiding nobody protected."""
    return doors_visible_to(user, Recipient.objects.all(), SEE)


def home_door_to_change(user: Any, ref: UUID) -> HomeDoor:
    """The door of a home of somebody that `user` may change; each who lives there is logged.

    Otherwise 404, also when somebody protected lives there too whom the user is not named for.
    """
    doors = doors_visible_to(user, Recipient.objects.all(), CHANGE)
    door: HomeDoor = _the(doors.filter(ref=ref).select_related("real_property"))
    for person in people_behind(user, door):
        note_reading(
            user, person, what="home_door.read", about=door, unit=unit_of(person, user, CHANGE)
        )
    return door


def people_behind(user: Any, door: HomeDoor) -> Iterable[Recipient]:
    """Those whom `user` may change that live behind the door now."""
    living = door.residences.model.objects.on(clock.today()).filter(home_door=door)
    return (
        Recipient.objects.visible_to(user, CHANGE)
        .filter(residences__in=living)
        .order_by("last_name", "first_name", "pk")
    )


def _lived_at(door: HomeDoor) -> QuerySet[Recipient]:
    """Those who live behind the door, or did until lately, whoever asks."""
    residences = Residence.objects.filter(running_or_closing(), home_door=door)
    return Recipient.objects.filter(pk__in=residences.values("recipient")).order_by("pk")


def may_know_of(user: Any, door: HomeDoor) -> bool:
    """Whether nobody protected lives behind the door, whom the user is not named for."""
    people: Any = _lived_at(door)
    return not people.protected_and_not_named(user).exists()


def note_home_refused(user: Any, door: HomeDoor, *, what: str, unit: CareUnit | None) -> None:
    """Write that `user` met a home that is not theirs to know of, once for each who lives there.

    Call it outside the transaction: what is written in one that is undone goes with it.
    """
    people: list[Recipient | None] = [*_lived_at(door)]
    for person in people or [None]:
        note_denied(user, what=what, obj=door, person=person, unit=unit)


# --- protected people and those who are named for them -------------------------------------------


def protected_people(user: Any) -> QuerySet[Recipient]:
    """The protected people in the units where `user` names staff. Show name and customer number
    of them and nothing else.
    """
    return Recipient.objects.in_units_of(user, NAME).protected()


def protected_to_name(user: Any, ref: UUID) -> Recipient:
    """A protected person for whom `user` may name staff; the reading is logged. Otherwise 404.

    Show name and customer number, and nothing else.
    """
    recipient: Recipient = _the(protected_people(user).filter(ref=ref))
    unit = unit_of(recipient, user, NAME)
    note_reading(user, recipient, what="recipient.read_to_name_staff", unit=unit)
    return recipient


def grant_to_end(user: Any, ref: UUID) -> NamedGrant:
    """A named grant for a person for whom `user` may name staff. Otherwise 404."""
    grant: NamedGrant = _the(
        NamedGrant.objects.filter(ref=ref, recipient__in=protected_people(user)).select_related(
            "recipient", "user"
        )
    )
    person = grant.recipient
    unit = unit_of(person, user, NAME)
    note_reading(user, person, what="recipient.read_to_name_staff", about=grant, unit=unit)
    return grant
