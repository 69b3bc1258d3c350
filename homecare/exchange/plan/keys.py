"""Lists of keys to recipients' homes."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from homecare.accounts.models import User
from homecare.core import clock
from homecare.exchange.plan.base import Line, Plan
from homecare.exchange.plan.organisation import allowed_units, unit_of
from homecare.exchange.plan.people import People
from homecare.recipients.models import Commission
from locks.codes import generate
from locks.models import Key, KeyKind


def plan_keys(lines: Iterable[Line], by: User) -> Plan:
    """Keys to recipients' homes. Codes are drawn by the system; a line may stand for several keys.

    The same line again adds none: a person's keys of a kind, received the same day, are counted.
    """
    plan = Plan()
    lines = list(lines)
    people = People(lines, by)
    units = allowed_units(by)
    held: dict[tuple[int, str, date], int] = defaultdict(int)
    for recipient, kind, received_on in Key.objects.filter(
        recipient__in=people.changeable
    ).values_list("recipient", "kind", "received_on"):
        held[recipient, kind, received_on] += 1
    running = set(Commission.objects.on(clock.today()).values_list("recipient_id", "unit_id"))
    taken = set(Key.objects.values_list("code", flat=True))
    for line in lines:
        plan.begin(line)
        unit = unit_of(plan, line, units)
        person = people.to_change(plan, line)
        if unit is None or person is None:
            continue
        plan.is_about(line, people.about(person, unit))
        kind = line.get("kind") or KeyKind.METAL
        key = (person.pk, kind, line.get("received_on"))
        missing = (line.get("number") or 1) - held[key]
        if missing > 0 and (person.pk, unit.pk) not in running:
            plan.fault(
                line,
                _("Enhet"),
                unit,
                _("Enheten har inget pågående uppdrag för personen."),
                _("Rätta enheten, eller läs in personens uppdrag först."),
            )
            continue
        held[key] = max(held[key], line.get("number") or 1)
        for _one in range(missing):
            code = _free_code(taken)
            plan.create(
                Key(
                    code=code,
                    kind=kind,
                    unit=unit,
                    recipient=person,
                    cabinet=line.get("cabinet") or "",
                    hook=line.get("hook") or "",
                    received_on=line.get("received_on"),
                ),
                line,
            )
    return plan


def _free_code(taken: set[str]) -> str:
    """A drawn code that no key has, counted as taken from now on."""
    while (code := generate()) in taken:
        pass
    taken.add(code)
    return code
