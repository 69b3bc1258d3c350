"""One planner per kind of list. Each looks up all it needs first, then walks the lines."""

from collections.abc import Callable, Iterable

from homecare.accounts.models import User
from homecare.exchange.plan import care, houses, organisation
from homecare.exchange.plan.base import Line, Plan

Planner = Callable[[Iterable[Line], User], Plan]

PLANNERS: dict[str, Planner] = {
    "units": organisation.plan_units,
    "staff": organisation.plan_staff,
    "property_owners": houses.plan_owners,
    "entrances": houses.plan_entrances,
    "recipients": care.plan_recipients,
    "representatives": care.plan_representatives,
    "contacts": care.plan_contacts,
    "keys": care.plan_keys,
}
