"""How far each recipient has come on the way to keyless home care: computed, never typed.

One chain of steps, from consent to the day when the metal keys are back. The start page, the
recipient's page, the area's page and the report all read it from here. The cost is a fixed number
of questions to the database, however many recipients are asked about.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consent.queries import Need, needs_of_homes
from consent.states import ConsentKind, NeedState
from homecare.core import clock
from homecare.recipients.models import Commission, Recipient, Residence
from locks.models import FallbackRoute, Installation, Key, WorkOrder
from locks.states import ORDER_OPEN, InstallationState, OrderKind, OrderState, TestPoint
from properties.models import DoorPath, Entrance, HomeDoor

Door = Entrance | HomeDoor


class StepState(models.TextChoices):
    DONE = "done", gettext_lazy("Klart")
    TO_DO = "to_do", gettext_lazy("Att göra")
    WAITING = "waiting", gettext_lazy("Väntar")
    BLOCKED = "blocked", gettext_lazy("Hinder")
    LATER = "later", gettext_lazy("Senare")


class StepCode(models.TextChoices):
    RECIPIENT = "recipient", gettext_lazy("Personens medgivande")
    OWNER = "owner", gettext_lazy("Ägarens medgivande")
    ORDERED = "ordered", gettext_lazy("Montering beställd")
    FITTED = "fitted", gettext_lazy("Monterat och provat")
    IN_OPERATION = "in_operation", gettext_lazy("I drift")
    KEYS_MAY_GO = "keys_may_go", gettext_lazy("Nycklar får lämnas tillbaka")
    KEYLESS = "keyless", gettext_lazy("Nyckelfri")


class Stage(models.TextChoices):
    """Where the whole home stands (domain.md 8.2)."""

    KEY = "key", gettext_lazy("Nyckel")
    PARTLY = "partly", gettext_lazy("Delvis digital")
    DIGITAL = "digital", gettext_lazy("Helt digital")
    KEYS_MAY_GO = "keys_may_go", gettext_lazy("Metallnyckel kan återlämnas")
    KEYLESS = "keyless", gettext_lazy("Nyckelfri")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its state, a sentence on what it waits for, and since when."""

    code: StepCode
    state: StepState
    text: str = ""
    since: datetime | None = None
    # What to open to do something about it: the name of an address and the reference in it.
    link: tuple[str, UUID] | None = None

    @property
    def name(self) -> str:
        return str(self.code.label)


@dataclass(slots=True)
class DoorState:
    """One door on the path: the consent it needs, its open order and the lock on it."""

    door: Door
    need: Need | None = None
    order: WorkOrder | None = None
    failed_order: WorkOrder | None = None
    installation: Installation | None = None

    @property
    def is_home(self) -> bool:
        return isinstance(self.door, HomeDoor)

    @property
    def is_tested(self) -> bool:
        return (
            self.installation is not None
            and self.installation.signed_at is not None
            and set(TestPoint) <= set(self.installation.tests_passed)
        )

    @property
    def is_in_operation(self) -> bool:
        return (
            self.installation is not None
            and self.installation.state == InstallationState.IN_OPERATION
        )


@dataclass(slots=True)
class Readiness:
    """The chain of one recipient."""

    recipient: Recipient
    residence: Residence | None
    doors: list[DoorState] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    keys: int = 0
    stage: Stage = Stage.KEY

    @property
    def current(self) -> Step | None:
        """The first step that is not done: what the home waits for now."""
        return next((step for step in self.steps if step.state != StepState.DONE), None)


def readiness_of(
    recipients: Iterable[Recipient], *, on: date | None = None, seen_by: Any = None
) -> dict[int, Readiness]:
    """Recipient pk → the chain, on a day (today).

    `seen_by` is the user whom it is shown to: a home where somebody protected lives too whom the
    user is not named for is left out, with its doors, since it would tell where that person is.
    """
    day = on or clock.today()
    people = {one.pk: one for one in recipients}
    facts = _Facts(list(people), day, seen_by)
    return {pk: facts.chain_of(person) for pk, person in people.items()}


class _Facts:
    """What the chain is computed from, fetched once for all recipients."""

    def __init__(self, recipient_ids: list[int], day: date, seen_by: Any) -> None:
        self.day = day
        living = Residence.objects.on(day).filter(recipient__in=recipient_ids)
        shown = living if seen_by is None else living.hiding_nobody_from(seen_by)
        self.residences = {
            one.recipient_id: one for one in shown.select_related("home_door", "recipient")
        }
        self.hidden: set[int] = set()
        if seen_by is not None:
            self.hidden = set(living.values_list("recipient_id", flat=True)) - {*self.residences}
        homes = [one.home_door_id for one in self.residences.values()]
        self.path: dict[int, list[Entrance]] = defaultdict(list)
        for part in DoorPath.objects.filter(home_door__in=homes).select_related("entrance"):
            self.path[part.home_door_id].append(part.entrance)
        entrances = {one.pk for path in self.path.values() for one in path}
        here = Q(home_door__in=homes) | Q(entrance__in=entrances)

        self.installations = {
            _key(one): one
            for one in Installation.objects.filter(here, removed_at=None).select_related(
                "unit__model"
            )
        }
        self.orders: dict[tuple[int | None, int | None], WorkOrder] = {}
        self.failed: dict[tuple[int | None, int | None], WorkOrder] = {}
        for order in (
            WorkOrder.objects.filter(
                here,
                kind=OrderKind.FITTING,
                state__in=[*ORDER_OPEN, OrderState.NOT_POSSIBLE],
            )
            .select_related("assigned_to", "lock_model")
            .order_by("ordered_at", "pk")
        ):
            into = self.orders if order.state in ORDER_OPEN else self.failed
            into[_key(order)] = order
        self.needs = needs_of_homes(self.residences.values(), on=day, monitoring=self._monitoring())
        self.commissions: dict[int, list[Commission]] = defaultdict(list)
        for held in (
            Commission.objects.on(day)
            .filter(recipient__in=recipient_ids)
            .select_related("unit__provider")
        ):
            self.commissions[held.recipient_id].append(held)
        self.keys: dict[int, int] = dict(
            Key.objects.in_keeping()
            .filter(recipient__in=recipient_ids)
            .order_by()
            .values_list("recipient")
            .annotate(n=Count("pk"))
        )
        self.fallbacks = set(
            FallbackRoute.objects.filter(home_door__in=homes).values_list("home_door", flat=True)
        )

    def _monitoring(self) -> set[int]:
        """The home doors whose lock, fitted or ordered, monitors (lag 2001:454, 9 §)."""
        found = set()
        for (_entrance, home), lock in self.installations.items():
            if home and lock.unit.model.has_monitoring_function:
                found.add(home)
        for (_entrance, home), order in self.orders.items():
            if home and order.lock_model and order.lock_model.has_monitoring_function:
                found.add(home)
        return found

    def chain_of(self, recipient: Recipient) -> Readiness:
        residence = self.residences.get(recipient.pk)
        chain = Readiness(recipient, residence, keys=self.keys.get(recipient.pk, 0))
        if residence is None:
            why = (
                _("Bostaden visas inte. Fråga enhetschefen.")
                if recipient.pk in self.hidden
                else _("Ingen bostad är registrerad.")
            )
            chain.steps = [Step(StepCode.RECIPIENT, StepState.BLOCKED, why)] + [
                Step(code, StepState.LATER) for code in list(StepCode)[1:]
            ]
            return chain
        chain.needs = self.needs.get(residence.pk, [])
        chain.doors = list(self._doors(residence, chain.needs))
        chain.steps = list(self._steps(chain))
        chain.stage = _stage(chain)
        return chain

    def _doors(self, residence: Residence, needs: list[Need]) -> Iterator[DoorState]:
        by_door = {
            (need.door._meta.label, need.door.pk): need
            for need in needs
            if need.kind != ConsentKind.DATA
        }
        way: list[Door] = [*self.path[residence.home_door_id], residence.home_door]
        for door in way:
            key = (door.pk, None) if isinstance(door, Entrance) else (None, door.pk)
            yield DoorState(
                door,
                need=by_door.get((door._meta.label, door.pk)),
                order=self.orders.get(key),
                failed_order=self.failed.get(key),
                installation=self.installations.get(key),
            )

    def _steps(self, chain: Readiness) -> Iterator[Step]:
        makers = (
            self._recipient_step,
            self._owner_step,
            self._ordered_step,
            self._fitted_step,
            self._operation_step,
            self._keys_may_go_step,
            self._keyless_step,
        )
        # Both consents may be asked for at once; from there on each step waits for the one before.
        open_before = False
        for code, make in zip(StepCode, makers, strict=True):
            step = make(chain)
            if open_before and step.state != StepState.DONE and code not in CONSENT_STEPS:
                step = Step(code, StepState.LATER)
            open_before = open_before or step.state != StepState.DONE
            yield step

    def _recipient_step(self, chain: Readiness) -> Step:
        own = [need for need in chain.needs if need.recipient_id is not None]
        link = ("consent:recipient_consent", chain.recipient.ref)
        return _consent_step(
            StepCode.RECIPIENT,
            own,
            link=link,
            missing=_("Personen är inte tillfrågad."),
            declined=_("Personen har tackat nej."),
        )

    def _owner_step(self, chain: Readiness) -> Step:
        needs = [need for need in chain.needs if need.recipient_id is None]
        without_owner = [need.door for need in needs if need.owner is None]
        if without_owner:
            return Step(
                StepCode.OWNER,
                StepState.BLOCKED,
                _("%(door)s saknar ägare i registret.") % {"door": without_owner[0]},
                link=_property_link(without_owner[0]),
            )
        return _consent_step(
            StepCode.OWNER,
            needs,
            link=None,
            missing=_("Ägaren är inte tillfrågad."),
            declined=_("Ägaren har tackat nej."),
        )

    def _ordered_step(self, chain: Readiness) -> Step:
        left = [one for one in chain.doors if one.installation is None]
        for one in left:
            if one.order is None and one.failed_order is not None:
                return Step(
                    StepCode.ORDERED,
                    StepState.BLOCKED,
                    _("%(reason)s (%(door)s).")
                    % {
                        "door": _named(one),
                        "reason": one.failed_order.get_not_possible_reason_display(),
                    },
                    since=one.failed_order.finished_at,
                    link=("locks:order", one.failed_order.ref),
                )
        unordered = [one for one in left if one.order is None]
        if unordered:
            return Step(
                StepCode.ORDERED,
                StepState.TO_DO,
                _("Beställ montering: %(doors)s.") % {"doors": _listed(unordered)},
                link=_door_link(unordered[0].door),
            )
        return Step(StepCode.ORDERED, StepState.DONE)

    def _fitted_step(self, chain: Readiness) -> Step:
        left = [one for one in chain.doors if not one.is_tested]
        if not left:
            return Step(StepCode.FITTED, StepState.DONE)
        first = left[0]
        if first.order is None:
            return Step(
                StepCode.FITTED,
                StepState.BLOCKED,
                _("Funktionsprovet är inte godkänt: %(door)s.") % {"door": first.door},
                link=_door_link(first.door),
            )
        if first.order.state == OrderState.PLANNED:
            return Step(
                StepCode.FITTED,
                StepState.TO_DO,
                _("Boka montör: %(doors)s.") % {"doors": _listed(left)},
                since=first.order.ordered_at,
                link=("locks:order", first.order.ref),
            )
        return Step(
            StepCode.FITTED,
            StepState.WAITING,
            _("Väntar på montören %(day)s.") % {"day": first.order.booked_on},
            since=first.order.ordered_at,
            link=("locks:order", first.order.ref),
        )

    def _operation_step(self, chain: Readiness) -> Step:
        left = [one for one in chain.doors if not one.is_in_operation]
        if not left:
            last = max(
                (
                    one.installation.in_operation_at
                    for one in chain.doors
                    if one.installation and one.installation.in_operation_at
                ),
                default=None,
            )
            return Step(StepCode.IN_OPERATION, StepState.DONE, since=last)
        first = left[0]
        return Step(
            StepCode.IN_OPERATION,
            StepState.TO_DO,
            _("Driftsätt: %(doors)s.") % {"doors": _listed(left)},
            since=first.installation.fitted_at if first.installation else None,
            link=_door_link(first.door),
        )

    def _keys_may_go_step(self, chain: Readiness) -> Step:
        missing = list(self.what_keeps_the_keys(chain))
        if missing:
            return Step(StepCode.KEYS_MAY_GO, StepState.BLOCKED, " ".join(missing))
        return Step(StepCode.KEYS_MAY_GO, StepState.DONE)

    def what_keeps_the_keys(self, chain: Readiness) -> Iterator[str]:
        """The conditions for giving metal keys back that are not met (domain.md 4.3)."""
        residence = chain.residence
        if any(not need.is_covered for need in chain.needs):
            yield _("Ett medgivande gäller inte.")
        if residence is not None and residence.home_door_id not in self.fallbacks:
            yield _("Reservväg saknas.")
        for provider in {held.unit.provider for held in self.commissions[chain.recipient.pk]}:
            if not provider.has_support_all_hours:
                yield _("%(provider)s har inte stöd dygnet runt.") % {"provider": provider}
            if provider.fallback_practised_on is None:
                yield _("%(provider)s har inte övat reservrutinen.") % {"provider": provider}

    def _keyless_step(self, chain: Readiness) -> Step:
        # Without a lock in operation, having no key here is not the end of the way.
        if chain.keys == 0 and all(one.is_in_operation for one in chain.doors):
            return Step(StepCode.KEYLESS, StepState.DONE)
        return Step(
            StepCode.KEYLESS,
            StepState.TO_DO,
            _("Lämna tillbaka nycklarna (%(number)s).") % {"number": chain.keys},
            link=("desk:recipient", chain.recipient.ref),
        )


CONSENT_STEPS = frozenset({StepCode.RECIPIENT, StepCode.OWNER})


def _key(row: Installation | WorkOrder) -> tuple[int | None, int | None]:
    return row.entrance_id, row.home_door_id


def _listed(doors: list[DoorState]) -> str:
    return ", ".join(_named(one) for one in doors)


def _named(one: DoorState) -> str:
    """A door by name, the home itself without its flat number: the chain is read by many."""
    return _("bostadsdörren") if one.is_home else str(one.door)


def _door_link(door: Door) -> tuple[str, UUID]:
    return ("locks:home_door" if isinstance(door, HomeDoor) else "locks:entrance_door", door.ref)


def _property_link(door: Door) -> tuple[str, UUID]:
    return ("properties:real_property", door.real_property.ref)


def _consent_step(
    code: StepCode,
    needs: list[Need],
    *,
    link: tuple[str, UUID] | None,
    missing: str,
    declined: str,
) -> Step:
    """One step for several consents: the worst of them decides what is shown."""
    by_state: dict[str, list[Need]] = defaultdict(list)
    for need in needs:
        by_state[need.state].append(need)
    if said_no := by_state[NeedState.DECLINED]:
        worst, state, text = said_no, StepState.BLOCKED, declined
    elif not_asked := by_state[NeedState.MISSING]:
        worst, state, text = not_asked, StepState.TO_DO, missing
    elif waits := by_state[NeedState.WAITING]:
        owners = {str(need.owner) for need in waits}
        worst, state = waits, StepState.WAITING
        text = _("Väntar på %(owners)s.") % {"owners": ", ".join(sorted(owners))}
    else:
        last = max((need.since for need in needs if need.since), default=None)
        return Step(code, StepState.DONE, since=last)
    first = worst[0]
    if link is None:
        link = (
            ("consent:case", first.case.ref)
            if first.case is not None
            else ("properties:owner", first.owner.ref)
            if first.owner is not None
            else None
        )
    doors = [str(need.door) for need in worst if isinstance(need.door, Entrance)]
    if doors:
        text = f"{text} ({', '.join(doors)})"
    since = min((need.since for need in worst if need.since), default=None)
    return Step(code, state, text, since=since, link=link)


def _stage(chain: Readiness) -> Stage:
    done = {step.code for step in chain.steps if step.state == StepState.DONE}
    if StepCode.IN_OPERATION not in done:
        digital = any(one.is_in_operation for one in chain.doors)
        return Stage.PARTLY if digital else Stage.KEY
    if chain.keys == 0:
        return Stage.KEYLESS
    return Stage.KEYS_MAY_GO if StepCode.KEYS_MAY_GO in done else Stage.DIGITAL
