from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.db.models import (
    Case,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from homecare.accounts.access import may, rights_of
from homecare.core import clock
from homecare.core.models import TrackedQuerySet
from homecare.recipients.models import Commission, NamedGrant, Recipient, Residence
from homecare.recipients.querysets import doors_visible_to, running_or_closing
from locks.states import ORDER_OPEN, InstallationState, OrderState, TestPoint
from properties.models import HomeDoor

# How long a technician may look back at a job that is done.
LOOK_BACK = timedelta(days=7)


class DoorThingQuerySet(TrackedQuerySet):
    """Rows about one door: an `entrance`, or a `home_door` that only some may see."""

    def visible_to(self, user: Any, right: str = "see_locks") -> Self:
        if not may(user, right):
            return self.none()
        # Who sees locks in the whole municipality does not thereby see who is cared for.
        right_to_person = "see_recipients" if right == "see_locks" else right
        doors = doors_visible_to(user, Recipient.objects.all(), right_to_person)
        left = doors_left_behind(user, right_to_person)
        return self.filter(Q(home_door=None) | Q(home_door__in=doors) | Q(home_door__in=left))

    def at(self, door: Any) -> Self:
        """Those about this door, an `Entrance` or a `HomeDoor`."""
        field = "home_door" if door._meta.model_name == "homedoor" else "entrance"
        return self.filter(**{field: door})

    def with_door(self) -> Self:
        return self.select_related("entrance", "home_door")


class InstallationQuerySet(DoorThingQuerySet):
    def sitting(self) -> Self:
        """Those not taken down."""
        return self.filter(removed_at=None)

    def with_failed_test(self) -> Self:
        """Those that sit on a door though a point of the function test was not passed."""
        passed = [str(point) for point in TestPoint]
        return self.filter(state=InstallationState.FITTED).exclude(tests_passed=passed)


class WorkOrderQuerySet(DoorThingQuerySet):
    def to_do_by(self, user: Any) -> Self:
        """The orders given to this technician, where the technician's right reaches; at a
        protected person's only with a named grant.

        A job that is over stays for some days, so that the technician can look back at it.
        """
        return self.visible_to(user, "do_work").filter(
            Q(state=OrderState.BOOKED) | Q(finished_at__gte=clock.now() - LOOK_BACK),
            assigned_to=user,
        )

    def open(self) -> Self:
        return self.filter(state__in=ORDER_OPEN)

    def on_day(self, day: date) -> Self:
        return self.filter(booked_on=day)


class KeyQuerySet(TrackedQuerySet):
    def visible_to(self, user: Any, right: str = "see_keys") -> Self:
        """The keys of the user's units; never a protected person's without a named grant."""
        return self.filter(rights_of(user).unit_filter(right, "unit__")).exclude(
            recipient__in=Recipient.objects.protected_and_not_named(user)
        )

    def with_holder(self) -> Self:
        """Add `open_handout`, `holder`, the name of who has the key now, or None, and `is_due_to`:
        to whom it is to go, as nobody is to go in with it any more ("estate", "owner" or "").
        """
        return self.annotate(
            open_handout=FilteredRelation("handouts", condition=Q(handouts__returned_at=None)),
            holder=F("open_handout__staff_member__name"),
            held_since=F("open_handout__handed_out_at"),
            due_back_at=F("open_handout__due_back_at"),
            is_due_to=_is_due_to(),
        )

    def blocked(self) -> Self:
        """Those `with_holder` that are in keeping, and to be given back and not handed out."""
        return self.in_keeping().exclude(is_due_to="")

    def in_keeping(self) -> Self:
        """Those the unit answers for: not given back, not destroyed."""
        return self.filter(given_back_at=None)


def _is_due_to() -> Case:
    """The same as `locks.queries.stops` says in words; a test holds the two together."""
    running = Commission.objects.on(clock.today()).filter(
        recipient=OuterRef("recipient"), unit=OuterRef("unit")
    )
    return Case(
        When(recipient__died_on__isnull=False, then=Value("estate")),
        When(~Exists(running), then=Value("owner")),
        default=Value(""),
    )


class HandoutQuerySet(TrackedQuerySet):
    def open(self) -> Self:
        """Keys that are out."""
        return self.filter(returned_at=None)

    def overdue(self) -> Self:
        return self.open().filter(due_back_at__lt=clock.now())


class SignedQuerySet(QuerySet):
    """What somebody signed is only added: what would change or remove it is refused."""

    def _refuse(self, *_args: Any, **_kwargs: Any) -> Any:
        raise TypeError("What was signed is never changed or deleted. Reverse a receipt instead.")

    update = delete = bulk_update = bulk_create = _refuse


class ReceiptQuerySet(SignedQuerySet):
    """Receipts of the staff."""

    def visible_to(self, user: Any) -> Self:
        """Those of the user's units whose keys the user may see, every one, and the user's own."""
        own = Q(staff_member__user=user)
        if not may(user, "see_keys"):
            return self.filter(own)
        loans: Any = self.model._meta.get_field("handouts").related_model
        hidden = loans._default_manager.filter(
            Q(receipt=OuterRef("pk")) | Q(receipt=OuterRef("reverses")),
            key__recipient__in=Recipient.objects.protected_and_not_named(user),
        )
        in_units = rights_of(user).unit_filter("see_keys", "unit__")
        return self.filter(own | (in_units & ~Q(Exists(hidden))))


def doors_left_behind(user: Any, right: str) -> QuerySet[HomeDoor]:
    """The home doors where nobody is cared for any more, but a lock sits or an order is open.

    What hangs there must come down, however long ago the care ended: so those see it whose units
    cared for somebody there, and of doors where somebody protected lived only those named.
    """
    if not may(user, right):
        return HomeDoor.objects.none()
    locks = _rows("Installation").sitting().filter(home_door=OuterRef("pk"))
    orders = _rows("WorkOrder").open().filter(home_door=OuterRef("pk"))
    lived = Residence.objects.filter(home_door=OuterRef("pk"))
    commissions = Commission.objects.filter(recipient=OuterRef("recipient"))
    cared_for = lived.filter(running_or_closing(), Exists(commissions.filter(running_or_closing())))
    ours = commissions.filter(rights_of(user).unit_filter(right, "unit__"))
    named = NamedGrant.objects.in_force().filter(recipient=OuterRef("recipient"), user=user)
    hidden = lived.exclude(recipient__protection_level="none").exclude(Exists(named))
    return HomeDoor.objects.filter(
        Exists(locks) | Exists(orders),
        Exists(lived.filter(Exists(ours))),
        ~Exists(cared_for),
        ~Exists(hidden),
    )


def _rows(model: str) -> Any:
    """All rows of a model of the room, which cannot be imported from beneath the models."""
    return apps.get_model("locks", model)._default_manager.all()
