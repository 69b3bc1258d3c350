"""What the room can tell: whether a gate is open, what stops a hand-out, what the report counts."""

from locks.queries.consents import (
    conditions_at,
    consents_missing,
    gate,
    gates,
    missing_consents,
    residents_of,
)
from locks.queries.counts import fittings_per_month, handouts_without_receipt, keys_out
from locks.queries.doors import fitted_on
from locks.queries.handing_out import stops, who_can_receive
from locks.queries.lost import lost_consents, without_consent
from locks.queries.technicians import (
    clashes,
    jobs_on,
    may_do,
    technicians_for,
    units_to_call,
)

__all__ = [
    "clashes",
    "conditions_at",
    "consents_missing",
    "fitted_on",
    "fittings_per_month",
    "gate",
    "gates",
    "handouts_without_receipt",
    "jobs_on",
    "keys_out",
    "lost_consents",
    "may_do",
    "missing_consents",
    "residents_of",
    "stops",
    "technicians_for",
    "units_to_call",
    "who_can_receive",
    "without_consent",
]
