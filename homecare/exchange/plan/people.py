"""The recipients a list names: who they are, who may be changed, of whom values may be told."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from homecare.accounts.access import may_everywhere
from homecare.accounts.models import User
from homecare.core import clock
from homecare.core.encryption import blind_indexes
from homecare.exchange.plan.base import About, Line, Plan
from homecare.organisation.models import CareUnit
from homecare.recipients.models import Commission, Recipient

PURPOSE = "recipient.personal_number"
NAMED_AT_MOST = 5_000  # looked up by number; longer lists read the whole register once


class People:
    """The recipients a list names, and which of them the one who brings it in may change."""

    def __init__(self, lines: list[Line], by: User) -> None:
        self.by = by
        numbers = {line.get("personal_number") for line in lines}
        wanted = {index for number in numbers for index in blind_indexes(PURPOSE, number)}
        rows = Recipient.objects.all()
        if len(wanted) <= NAMED_AT_MOST:
            rows = rows.filter(personal_number_index__in=wanted)
        self.by_index = {one.personal_number_index: one for one in rows}
        # A protected person is changed by nobody without a named grant, whatever their rights.
        # They are few: all of them are asked for, however long the list is.
        hidden = pks_of(Recipient.objects.protected_and_not_named(by))
        within = (
            {one.pk for one in self.by_index.values()}
            if may_everywhere(by, "import_lists")
            else pks_of(Recipient.objects.in_units_of(by, "import_lists"))
        )
        self.changeable = within - hidden
        # Their rows in the municipality's own list are passed over, always in the same way: what
        # is registered of them shows in no outcome. Their data are changed on their page.
        self.left_alone = within & hidden
        # Whose data may be told: whoever brings in whole lists need not read people.
        self.shown = pks_of(Recipient.objects.visible_to(by))

    @cached_property
    def units(self) -> dict[int, str]:
        """Recipient → the reference of a unit, for the trail: one that cares now, if any does."""
        today = clock.today()
        found: dict[int, tuple[bool, str]] = {}
        held = Commission.objects.in_units_of(self.by, "import_lists").order_by("starts_on", "pk")
        rows = held.values_list("recipient_id", "unit__ref", "starts_on", "ends_on")
        for pk, unit, starts_on, ends_on in rows.iterator():
            is_now = starts_on <= today and (ends_on is None or ends_on >= today)
            if is_now or not found.get(pk, (False, ""))[0]:
                found[pk] = (is_now, str(unit))
        return {pk: unit for pk, (_is_now, unit) in found.items()}

    def find(self, number: str) -> Recipient | None:
        return next(
            (
                self.by_index[index]
                for index in blind_indexes(PURPOSE, number)
                if index in self.by_index
            ),
            None,
        )

    def to_change(self, plan: Plan, line: Line) -> Recipient | None:
        """The person, if registered and theirs to change. Otherwise a fault that tells neither."""
        found = self.find(line.get("personal_number"))
        if found is not None and found.pk in self.changeable:
            plan.is_about(line, self.about(found))
            return None if _is_dead(plan, line, found) else found
        if found is not None:
            plan.refused["import.person_refused"].add(str(found.ref))
        plan.fault(
            line,
            _("Personnummer"),
            masked(line.get("personal_number")),
            _("Personen finns inte bland dem du får ändra."),
            _("Läs in hemtjänsttagarna först, eller be systemförvaltaren om hjälp."),
        )
        return None

    def about(self, person: Recipient, unit: CareUnit | None = None) -> About:
        """The person for a plan. Without a unit one that cares for them."""
        ref = str(unit.ref) if unit is not None else self.units.get(person.pk, "")
        return About(person, ref, person.pk in self.shown)


def pks_of(people: Any) -> set[int]:
    return set(people.order_by().values_list("pk", flat=True))


def _is_dead(plan: Plan, line: Line, person: Recipient) -> bool:
    """Whether nothing can be changed any more. The fault does not say why to those who read it
    without reading people.
    """
    if person.died_on is None:
        return False
    plan.fault(
        line,
        _("Personnummer"),
        masked(line.get("personal_number")),
        _("Personens uppgifter kan inte längre ändras."),
        _("Ta bort raden. Varför står på personens sida."),
    )
    return True


def masked(number: str) -> str:
    """A personnummer as faults show it: enough to find the row, not to use it."""
    return f"{number[:8]}-••••"
