"""Lists of those who act for recipients, and of those who are close to them."""

from collections import defaultdict
from collections.abc import Iterable

from homecare.accounts.models import User
from homecare.exchange.plan.base import Line, Plan
from homecare.exchange.plan.people import People
from homecare.recipients.models import ContactPerson, Representative


def plan_representatives(lines: Iterable[Line], by: User) -> Plan:
    """Representatives of recipients that are registered already."""
    plan = Plan()
    lines = list(lines)
    people = People(lines, by)
    held: dict[int, list[Representative]] = defaultdict(list)
    for one in Representative.objects.filter(recipient__in=people.changeable):
        held[one.recipient_id].append(one)
    for line in lines:
        plan.begin(line)
        person = people.to_change(plan, line)
        if person is None:
            continue
        values = {
            "phone": line.get("phone"),
            "email": line.get("email"),
            "evidence_seen_on": line.get("evidence_seen_on"),
            "ends_on": line.get("ends_on"),
        }
        same = next(
            (
                one
                for one in held[person.pk]
                if one.kind == line.get("kind")
                and one.name.casefold() == line.get("name").casefold()
                and one.starts_on == line.get("starts_on")
            ),
            None,
        )
        if same is not None:
            plan.change(same, line, secret=True, **values)
            plan.change(same, line, evidence=line.get("evidence"))
            continue
        made = Representative(
            recipient=person,
            kind=line.get("kind"),
            name=line.get("name"),
            starts_on=line.get("starts_on"),
            evidence=line.get("evidence") or "",
            **{key: value for key, value in values.items() if value},
        )
        held[person.pk].append(made)
        plan.create(made, line)
    return plan


def plan_contacts(lines: Iterable[Line], by: User) -> Plan:
    """Those close to recipients that are registered already. The same name is the same contact."""
    plan = Plan()
    lines = list(lines)
    people = People(lines, by)
    held = {
        (one.recipient_id, one.name.casefold()): one
        for one in ContactPerson.objects.current().filter(recipient__in=people.changeable)
    }
    for line in lines:
        plan.begin(line)
        person = people.to_change(plan, line)
        if person is None:
            continue
        values = {"relation": line.get("relation"), "lives_with": line.get("lives_with")}
        key = (person.pk, line.get("name").casefold())
        if key in held:
            plan.change(held[key], line, **values)
            plan.change(held[key], line, secret=True, phone=line.get("phone"))
            continue
        held[key] = ContactPerson(
            recipient=person,
            name=line.get("name"),
            relation=values["relation"] or "",
            phone=line.get("phone") or "",
            lives_with=bool(values["lives_with"]),
        )
        plan.create(held[key], line)
    return plan
