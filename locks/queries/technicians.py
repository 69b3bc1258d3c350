"""Which technicians may be given a job at a door."""

from datetime import date, time

from django.db.models import F, Q, QuerySet

from homecare.accounts.models import RoleAssignment, Scope, User
from homecare.accounts.roles import RIGHTS_OF
from homecare.core import clock
from homecare.organisation.models import CareUnit
from homecare.recipients.models import Commission, NamedGrant
from locks.models import WorkOrder
from locks.queries.consents import Door, residents_of
from locks.states import OrderState
from properties.models import HomeDoor

ROLES = [role for role, rights in RIGHTS_OF.items() if "do_work" in rights]


def technicians_for(door: Door) -> QuerySet[User]:
    """Accounts that may do work at this door today.

    At a home the technician's scope must reach a unit that cares for whoever lives there, and
    somebody with protected personal details is met by technicians with a named grant only.
    """
    today = clock.today()
    held = RoleAssignment.objects.in_force(today).filter(role__in=ROLES)
    people = residents_of(door)
    if isinstance(door, HomeDoor):
        units = CareUnit.objects.filter(
            pk__in=Commission.objects.on(today).filter(recipient__in=people).values("unit")
        )
        held = held.filter(
            Q(scope=Scope.WHOLE)
            | Q(unit__in=units)
            | Q(provider__in=units.values("provider"))
            | Q(district__in=units.values("district"))
        )
    technicians = User.objects.filter(is_active=True, pk__in=held.values("user"))
    for person in people:
        if person.is_protected:
            named = NamedGrant.objects.in_force().filter(recipient=person)
            technicians = technicians.filter(pk__in=named.values("user"))
    return technicians.order_by("name", "pk")


def jobs_on(technician: User, day: date) -> QuerySet[WorkOrder]:
    """What the technician does on a day, in the order of time; what was called off apart."""
    jobs = WorkOrder.objects.on_day(day).filter(assigned_to=technician)
    return (
        jobs.filter(state__in=[OrderState.BOOKED, OrderState.DONE])
        .with_door()
        .order_by(F("window_from").asc(nulls_last=True), "pk")
    )


def clashes(technician: User, day: date, starts: time, ends: time) -> QuerySet[WorkOrder]:
    """The jobs still to be done at the same time. One without a time clashes with nothing."""
    return jobs_on(technician, day).filter(
        state=OrderState.BOOKED, window_from__lt=ends, window_to__gt=starts
    )


def units_to_call(job: WorkOrder) -> QuerySet[CareUnit]:
    """Whom the technician calls about a job: the units of whoever ordered it, and those that
    care for the one who lives there when it was ordered by the system.
    """
    today = clock.today()
    reachable = CareUnit.objects.exclude(phone="").order_by("name")
    roles = RoleAssignment.objects.in_force(today).filter(user=job.ordered_by_id)
    found = reachable.filter(pk__in=roles.values("unit"))
    if job.ordered_by_id and found.exists():
        return found
    caring = Commission.objects.on(today).filter(recipient__in=residents_of(job.door))
    return reachable.filter(pk__in=caring.values("unit"))


def may_do(technician: User, door: Door) -> bool:
    """Whether the account may be given a job at the door today."""
    return technicians_for(door).filter(pk=technician.pk).exists()
