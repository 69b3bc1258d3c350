"""Asking a new owner whether what hangs on its entrances may stay."""

from collections import defaultdict

from consent import fitted
from consent.actions.cases import ask_and_send
from consent.models import Consent
from consent.queries import to_be_confirmed, with_path
from consent.states import CaseKind, ConsentPath
from homecare.accounts.models import User
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.workdays import is_office_hours
from properties.models import Entrance, PropertyOwner


def ask_new_owners() -> int:
    """Ask each new owner of an entrance where a lock hangs since before; how many were asked.

    In office hours only. Safe to run twice: who is asked is not asked again. An owner that cannot
    be written to is left: its entrances show as without consent.
    """
    if not is_office_hours(clock.now()):
        return 0
    rows = with_path(Entrance.objects.in_use().filter(to_be_confirmed()))
    sold = list(rows.filter(path=ConsentPath.NOT_ASKED, owner_id_now__isnull=False))
    hanging = {one.door.pk for one in fitted.on(sold)}
    by_owner: dict[int, list[Entrance]] = defaultdict(list)
    for entrance in sold:
        if entrance.pk in hanging:
            by_owner[entrance.owner_id_now].append(entrance)
    return sum(_ask(owner, entrances) for owner, entrances in by_owner.items())


def _ask(owner_id: int, entrances: list[Entrance]) -> bool:
    handler = _handler_before(entrances)
    if handler is None:
        return False
    try:
        ask_and_send(
            owner=PropertyOwner.objects.get(pk=owner_id),
            entrances=entrances,
            by=handler,
            kind=CaseKind.TAKE_OVER,
        )
    except RuleBroken:
        return False
    return True


def _handler_before(entrances: list[Entrance]) -> User | None:
    """Who handled the consent of the owner before, if still active: it goes on with that person."""
    consents = Consent.objects.filter(covers__entrance__in=entrances) | Consent.objects.filter(
        covers__real_property__in=[one.real_property_id for one in entrances]
    )
    for consent in consents.select_related("case__handler", "recorded_by").order_by("-given_at"):
        handler = consent.case.handler if consent.case else consent.recorded_by
        if handler and handler.is_active:
            return handler
    return None
