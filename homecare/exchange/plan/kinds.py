"""One planner per kind of list. Each looks up all it needs first, then walks the lines."""

from collections.abc import Callable, Iterable

from homecare.accounts.models import User
from homecare.exchange.plan import houses, keys, near, organisation, recipients
from homecare.exchange.plan.base import Line, Plan

Planner = Callable[[Iterable[Line], User], Plan]

PLANNERS: dict[str, Planner] = {
    "units": organisation.plan_units,
    "staff": organisation.plan_staff,
    "property_owners": houses.plan_owners,
    "entrances": houses.plan_entrances,
    "recipients": recipients.plan_recipients,
    "representatives": near.plan_representatives,
    "contacts": near.plan_contacts,
    "keys": keys.plan_keys,
}
