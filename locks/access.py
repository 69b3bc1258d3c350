"""The doors to locks, orders, keys and receipts. Forbidden and missing look the same: 404.

A home's door, and all that is about it, is passed only by those who may see who lives behind it,
and each of those who live there gets the reading written in the access log first.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from homecare.accounts.access import may, units_where
from homecare.audit.models import Kind
from homecare.audit.trail import note, note_reading
from homecare.core import clock
from homecare.organisation.models import CareUnit
from homecare.recipients.access import may_see, note_list, unit_of
from homecare.recipients.models import Recipient, Representative, Residence
from homecare.recipients.querysets import (
    CLOSING_PERIOD,
    RecipientQuerySet,
    doors_visible_to,
)
from homecare.staff.models import StaffMember
from locks.models import (
    Handout,
    Installation,
    Key,
    KeySlip,
    LockModel,
    Receipt,
    WorkOrder,
)
from locks.querysets import doors_left_behind
from locks.states import OrderState
from properties.models import Entrance, HomeDoor


def _the(rows: QuerySet, ref: UUID) -> Any:
    found = rows.filter(ref=ref).first()
    if found is None:
        raise Http404
    return found


# --- homes ---------------------------------------------------------------------------------------


def _lived_at(homes: Iterable[HomeDoor]) -> QuerySet[Recipient]:
    """Those who live behind the doors, or did until lately: whom a page about them tells of."""
    residences = Residence.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=clock.today() - CLOSING_PERIOD), home_door__in=homes
    )
    return Recipient.objects.filter(pk__in=residences.values("recipient")).order_by("pk")


def _note_home(user: Any, home: HomeDoor | None, *, what: str, about: Any, right: str) -> None:
    if home is None:
        return
    for person in _lived_at([home]):
        note_reading(user, person, what=what, about=about, unit=unit_of(person, user, right))


def note_homes(user: Any, homes: Iterable[HomeDoor], *, what: str) -> None:
    """Write that a list of home doors was shown, and of whom it tells."""
    homes = list(homes)
    if homes:
        note_list(user, list(_lived_at(homes)), what=what)


def homes_seen_by(user: Any) -> QuerySet[HomeDoor]:
    """The home doors in the user's list of doors."""
    if not may(user, "see_locks"):
        return HomeDoor.objects.none()
    return _doors_visible_to(user, "see_recipients")


def _doors_visible_to(user: Any, right: str) -> QuerySet[HomeDoor]:
    """Those of people whom the user sees, and those where only our lock or an order is left."""
    return doors_visible_to(user, Recipient.objects.all(), right) | doors_left_behind(user, right)


# --- doors ---------------------------------------------------------------------------------------


def entrance_to_see(user: Any, ref: UUID, right: str = "see_locks") -> Entrance:
    """An entrance with its owner of today, for those with the right anywhere. Otherwise 404."""
    if not may(user, right):
        raise Http404
    entrance: Entrance = _the(Entrance.objects.with_owner().select_related("real_property"), ref)
    return entrance


def home_door_to_see(user: Any, ref: UUID) -> HomeDoor:
    """The door of a home of somebody that `user` sees; the reading is logged. Otherwise 404."""
    home: HomeDoor = _the(homes_seen_by(user).select_related("real_property"), ref)
    _note_home(user, home, what="home_door.read", about=home, right="see_recipients")
    return home


def home_door_to_order_at(user: Any, ref: UUID) -> HomeDoor:
    """The door of a home at which `user` may order work; the reading is logged. Otherwise 404."""
    homes = _doors_visible_to(user, "order_work")
    home: HomeDoor = _the(homes.select_related("real_property"), ref)
    _note_home(user, home, what="home_door.read", about=home, right="order_work")
    return home


def who_lives_there(user: Any, home: HomeDoor) -> list[Recipient]:
    """Those of the home that `user` sees, for a link. The door has logged the reading."""
    return list(Recipient.objects.visible_to(user).filter(pk__in=_lived_at([home])))


# --- locks ---------------------------------------------------------------------------------------


def lock_model_to_change(user: Any, ref: UUID) -> LockModel:
    """A product that `user` may change. Otherwise 404."""
    if not may(user, "order_work"):
        raise Http404
    model: LockModel = _the(LockModel.objects.all(), ref)
    return model


def installation_to_manage(user: Any, ref: UUID) -> Installation:
    """A lock that `user` may put in operation or order down; the reading is logged."""
    locks = Installation.objects.visible_to(user, "order_work").with_door()
    installation: Installation = _the(locks.select_related("unit__model"), ref)
    _note_home(
        user,
        installation.home_door,
        what="installation.read",
        about=installation,
        right="order_work",
    )
    return installation


# --- orders --------------------------------------------------------------------------------------


def order_to_see(user: Any, ref: UUID, right: str = "see_locks") -> WorkOrder:
    """An order at a door that `user` sees; at a home the reading is logged. Otherwise 404."""
    orders = WorkOrder.objects.visible_to(user, right).with_door()
    order: WorkOrder = _the(orders.select_related("lock_model", "assigned_to", "ordered_by"), ref)
    right_to_person = "see_recipients" if right == "see_locks" else right
    _note_home(user, order.home_door, what="order.read", about=order, right=right_to_person)
    return order


def order_to_manage(user: Any, ref: UUID) -> WorkOrder:
    """An order that `user` may book and cancel; at a home the reading is logged."""
    return order_to_see(user, ref, right="order_work")


def jobs_of(user: Any) -> QuerySet[WorkOrder]:
    """The technician's own jobs, with all that a list of them shows."""
    return WorkOrder.objects.to_do_by(user).with_door().select_related("lock_model")


def job_to_do(user: Any, ref: UUID) -> WorkOrder:
    """One of the technician's own jobs; at a home the reading is logged. Otherwise 404."""
    job: WorkOrder = _the(jobs_of(user), ref)
    _note_home(user, job.home_door, what="job.read", about=job, right="do_work")
    return job


def people_at(user: Any, job: WorkOrder) -> QuerySet[Recipient]:
    """Whom the technician is going to meet; only while the job is still to be done."""
    if job.home_door is None or job.state != OrderState.BOOKED:
        return Recipient.objects.none()
    living = Residence.objects.on(clock.today()).filter(home_door=job.home_door)
    seen = Recipient.objects.visible_to(user, "do_work").filter(residences__in=living)
    return seen.filter(died_on=None).order_by("pk")


def person_of_job_to_call(user: Any, job_ref: UUID, ref: UUID) -> tuple[WorkOrder, Recipient]:
    """Somebody whom the technician is going to meet, whose phone number will be shown: that it
    was, is logged first. Otherwise 404.
    """
    job: WorkOrder = _the(jobs_of(user), job_ref)
    person: Recipient = _the(people_at(user, job), ref)
    note_reading(
        user,
        person,
        what="recipient.phone_revealed",
        about=job,
        unit=unit_of(person, user, "do_work"),
    )
    return job, person


def entrances_to(job: WorkOrder) -> QuerySet[Entrance]:
    """The entrances on the way to a job, from the street: its own door when that is one."""
    if job.home_door_id is None:
        return Entrance.objects.filter(orders=job)
    return Entrance.objects.filter(home_doors=job.home_door_id).order_by("paths__position")


def entrance_of_job_to_reveal(user: Any, job_ref: UUID, ref: UUID) -> tuple[WorkOrder, Entrance]:
    """An entrance on the way to a job still to be done, whose code will be shown: that it was,
    is logged first. Otherwise 404.
    """
    job: WorkOrder = _the(jobs_of(user).filter(state=OrderState.BOOKED), job_ref)
    entrance: Entrance = _the(entrances_to(job).exclude(entrance_code=""), ref)
    note(Kind.READ, user, "entrance.code_revealed", entrance, job=str(job.ref))
    return job, entrance


# --- keys ----------------------------------------------------------------------------------------


def key_to_see(user: Any, ref: UUID, right: str = "see_keys") -> Key:
    """A key of the user's units, with its holder. Otherwise 404."""
    keys = Key.objects.visible_to(user, right).with_holder()
    key: Key = _the(keys.select_related("unit", "recipient"), ref)
    return key


def owner_of_key(user: Any, key: Key) -> Recipient | None:
    """Whose key it is, once the reading is on record; None for those who may not see the person."""
    person = key.recipient
    if not may(user, "see_recipients") or not may_see(user, person):
        return None
    note_reading(user, person, what="key.read", about=key, unit=key.unit)
    return person


def slip_to_see(user: Any, ref: UUID) -> KeySlip:
    """What was signed for a key, once the reading is on record; only for those who may see whose
    key it is. Otherwise 404.
    """
    slips = KeySlip.objects.filter(key__in=Key.objects.visible_to(user))
    slip: KeySlip = _the(slips.select_related("key__unit", "key__recipient"), ref)
    person = slip.key.recipient
    if not may(user, "see_recipients") or not may_see(user, person):
        raise Http404
    note_reading(user, person, what="key_slip.read", about=slip, unit=slip.key.unit)
    return slip


def who_hands_over(user: Any, person: Recipient) -> list[str]:
    """Who may hand over the person's keys or get them back, by name: whoever acts for the person
    first, then the person, while alive. The person came through a door of its own.
    """
    acting = Representative.objects.on(clock.today()).filter(recipient=person)
    own = [person.name] if person.died_on is None else []
    return [*acting.order_by("pk").values_list("name", flat=True), *own]


def recipients_to_take_keys_from(user: Any) -> RecipientQuerySet:
    """Those whose keys `user` may put in the register."""
    found: RecipientQuerySet = Recipient.objects.visible_to(user, "change_keys")
    return found


def units_that_take_keys_from(user: Any, recipient: Recipient) -> QuerySet[CareUnit]:
    """The user's units that care for the recipient today."""
    running = recipient.commissions.model.objects.on(clock.today()).filter(recipient=recipient)
    return units_where(user, "change_keys").filter(pk__in=running.values("unit"))


def keys_to_hand_out(user: Any) -> QuerySet[Key]:
    """The keys that `user` hands out and takes back."""
    return Key.objects.visible_to(user, "hand_out_keys").select_related("unit", "recipient")


def open_handout_of(key: Key) -> Handout | None:
    """The loan that a key is out on. The key came through a door of its own."""
    loans = Handout.objects.open().select_related("key__unit", "key__recipient", "staff_member")
    return loans.filter(key=key).first()


def staff_to_hand_to(user: Any) -> QuerySet[StaffMember]:
    """Those employed today in the units where `user` hands out keys."""
    units = units_where(user, "hand_out_keys")
    return StaffMember.objects.employed_now().in_units(units)


# --- receipts ------------------------------------------------------------------------------------


def receipt_to_see(user: Any, ref: UUID) -> Receipt:
    """A receipt of the user's units, or the user's own. Otherwise 404."""
    receipt: Receipt = _the(
        Receipt.objects.visible_to(user).select_related("unit", "staff_member", "reverses"), ref
    )
    return receipt


def receipt_to_reverse(user: Any, ref: UUID) -> Receipt:
    """A receipt of a unit where `user` hands out keys. Otherwise 404."""
    receipts = Receipt.objects.visible_to(user).filter(unit__in=units_where(user, "hand_out_keys"))
    receipt: Receipt = _the(receipts.select_related("unit", "staff_member"), ref)
    return receipt
