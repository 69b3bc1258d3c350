"""Which unit cares for whom, and that somebody has died."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.organisation.models import CareUnit
from homecare.recipients.access import unit_of
from homecare.recipients.actions.rules import refuse_dead, refuse_far_ahead
from homecare.recipients.models import Commission, CommissionEnd, Recipient


@transaction.atomic
def start_commission(
    *, recipient: Recipient, unit: CareUnit, by: Any, starts_on: date | None = None
) -> Commission:
    """Let a unit care for a person from a day on (today). Several units may at once.

    Refused when the unit does so then already or is closed, and when the person has died.
    """
    recipient = locked(recipient)
    refuse_dead(recipient)
    starts_on = starts_on or clock.today()
    refuse_far_ahead(starts_on)
    if unit.closed_on is not None and unit.closed_on <= starts_on:
        raise RuleBroken(_("Enheten är avslutad från %(day)s.") % {"day": unit.closed_on})
    if recipient.commissions.filter(
        Q(ends_on=None) | Q(ends_on__gte=starts_on), unit=unit
    ).exists():
        raise RuleBroken(_("%(unit)s har redan uppdraget.") % {"unit": unit})
    commission: Commission = save_as(
        Commission(recipient=recipient, unit=unit, starts_on=starts_on), by
    )
    record(by, "commission.started", commission, person=recipient, unit=unit, starts_on=starts_on)
    return commission


@transaction.atomic
def end_commission(
    *, commission: Commission, on: date, because: str, by: Any, reason: str = ""
) -> Commission:
    """Let `on` be the last day of a commission, and say why. It may lie ahead.

    The unit sees the person for a while more, to bring home keys and locks. Refused when it has
    ended, when `on` is before it began, and for a death, which is recorded as such.
    """
    commission = locked(commission)
    recipient = commission.recipient
    refuse_dead(recipient)
    if commission.ends_on is not None and commission.ends_on < clock.today():
        raise RuleBroken(
            _("Uppdraget är redan avslutat den %(day)s.") % {"day": commission.ends_on}
        )
    if because == CommissionEnd.DIED:
        raise RuleBroken(_("Registrera dödsfallet i stället: då avslutas allt på en gång."))
    if on < commission.starts_on:
        raise RuleBroken(
            _("Uppdraget började %(day)s. Det kan inte sluta tidigare.")
            % {"day": commission.starts_on}
        )
    refuse_far_ahead(on)
    commission.ends_on, commission.ended_because = on, because
    save_as(commission, by, reason=reason)
    record(
        by,
        "commission.ended",
        commission,
        person=recipient,
        unit=commission.unit,
        reason=reason,
        ends_on=on,
        because=because,
    )
    return commission


@transaction.atomic
def record_death(*, recipient: Recipient, on: date, by: Any) -> Recipient:
    """Record that a person died, and end what ends with it: commissions, home, representatives.

    After that nothing about the person can be changed. Keys and locks are brought home from the
    tasks that follow. Refused when it is recorded, and for a day that has not been.
    """
    recipient = locked(recipient)
    if recipient.died_on is not None:
        raise RuleBroken(_("Dödsfallet är redan registrerat."))
    if on > clock.today():
        raise RuleBroken(_("Dagen har inte varit ännu."))
    unit = unit_of(recipient, by)
    recipient.died_on = on
    save_as(recipient, by, fields=["died_on"])
    for commission in recipient.commissions.filter(Q(ends_on=None) | Q(ends_on__gt=on)):
        commission.ends_on = max(on, commission.starts_on)
        commission.ended_because = CommissionEnd.DIED
        save_as(commission, by)
    for parts in (recipient.residences, recipient.representatives):
        for part in parts.filter(Q(ends_on=None) | Q(ends_on__gt=on)):
            part.ends_on = max(on, part.starts_on)
            save_as(part, by, fields=["ends_on"])
    record(by, "recipient.died", recipient, person=recipient, unit=unit, personal={"on": on})
    return recipient


@transaction.atomic
def take_back_death(*, recipient: Recipient, by: Any, reason: str) -> Recipient:
    """Take back a death that was recorded for the wrong person, and what it ended.

    Commissions, homes and mandates get back the last day they had before, or none. Refused without
    a reason, and when no death is recorded.
    """
    recipient = locked(recipient)
    if recipient.died_on is None:
        raise RuleBroken(_("Inget dödsfall är registrerat."))
    if not reason.strip():
        raise RuleBroken(_("Skriv varför dödsfallet tas tillbaka."))
    died_on, recorded_at = recipient.died_on, _death_recorded_at(recipient)
    recipient.died_on = None
    save_as(recipient, by, fields=["died_on"], reason=reason)
    for commission in recipient.commissions.filter(ended_because=CommissionEnd.DIED):
        before = _before_death(commission, recorded_at)
        commission.ends_on = before.ends_on if before else None
        commission.ended_because = before.ended_because if before else ""
        save_as(commission, by, reason=reason)
    parts: list[Any] = [*recipient.residences.all(), *recipient.representatives.all()]
    for part in parts:
        before = _before_death(part, recorded_at)
        if before and part.ends_on == max(died_on, part.starts_on):
            part.ends_on = before.ends_on
            save_as(part, by, fields=["ends_on"], reason=reason)
    unit = unit_of(recipient, by)
    record(by, "recipient.death_taken_back", recipient, person=recipient, unit=unit, reason=reason)
    return recipient


def _death_recorded_at(recipient: Recipient) -> datetime:
    """When the death that is recorded now was recorded."""
    rows = recipient.history.order_by("history_date", "history_id")
    alive = rows.filter(died_on=None).last()
    dead = rows.filter(died_on__isnull=False)
    row = dead.filter(history_id__gt=alive.history_id).first() if alive else dead.first()
    return row.history_date if row else clock.now()


def _before_death(part: Any, recorded_at: datetime) -> Any:
    """The history row of what a commission, home or mandate was before a death ended it.

    None when the death did not touch it.
    """
    rows = list(part.history.order_by("-history_date", "-history_id")[:2])
    return rows[1] if len(rows) == 2 and rows[0].history_date >= recorded_at else None
