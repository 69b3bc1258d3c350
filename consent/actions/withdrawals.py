"""What must be done when a yes was taken back, before that is over (domain.md 8.2)."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from consent import fitted
from consent.models import Consent, Withdrawal, WithdrawalStep
from consent.queries import Door, doors_covered_by, entrance_needs
from consent.states import ConsentEnd, StepKind
from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.core.workdays import next_working_day
from properties.models import Entrance, HomeDoor

REMOVE_WITHIN = timedelta(days=30)


def due_day() -> date:
    """The day on which a lock whose consent ends today is to be gone."""
    return next_working_day(clock.today() + REMOVE_WITHIN)


def end_now(consent: Consent, because: ConsentEnd, *, by: User | None, reason: str = "") -> None:
    """End a locked consent: not in force from this moment, whatever the days say."""
    consent.ended_at, consent.ends_on = clock.now(), clock.today()
    consent.ended_because = because
    save_as(consent, by, reason=reason[:100])


def open_withdrawal(consent: Consent, *, by: User | None) -> Withdrawal | None:
    """Open what follows when a consent has ended, where a lock hangs on a door it covered.

    In the transaction that ends the consent. None where nothing hangs there.
    """
    if not fitted.on(_left_bare(consent)):
        return None
    handler = by or consent.recorded_by or (consent.case.handler if consent.case else None)
    withdrawal = save_as(
        Withdrawal(consent=consent, opened_at=clock.now(), due_on=due_day(), handler=handler),
        by,
    )
    record(by or "owner", "withdrawal.opened", withdrawal, consent=str(consent.ref))
    return withdrawal


def _left_bare(consent: Consent) -> list[Door]:
    """The doors that the ended consent covered and no other covers now."""
    doors = doors_covered_by(consent)
    needs = entrance_needs([one for one in doors if isinstance(one, Entrance)])
    return [one for one in doors if isinstance(one, HomeDoor) or not needs[one.pk].is_covered]


@transaction.atomic
def take_step(*, withdrawal: Withdrawal, kind: str, by: User | None, note: str = "") -> Withdrawal:
    """Note that a step is done; the last one closes the withdrawal.

    The steps are taken in their order, save that units may be told at any time. Refuses a step
    that is done, one whose time has not come, and "removed" while a lock still hangs there.
    """
    withdrawal = locked(withdrawal)
    if kind not in StepKind.values:
        raise RuleBroken(_("Välj ett steg."))
    done = set(withdrawal.steps.values_list("kind", flat=True))
    if kind in done:
        raise RuleBroken(_("Steget är redan klart."))
    if kind == StepKind.STOP_USE and StepKind.METAL_KEY not in done:
        raise RuleBroken(_("Se först till att det finns en annan väg in."))
    if kind == StepKind.REMOVAL:
        if StepKind.STOP_USE not in done:
            raise RuleBroken(_("Sluta använda låset innan det demonteras."))
        if fitted.on(_left_bare(withdrawal.consent)):
            raise RuleBroken(
                _("Låset sitter kvar enligt registret. Beställ demontering och vänta på montören.")
            )
    try:
        with transaction.atomic():
            save_as(
                WithdrawalStep(
                    withdrawal=withdrawal,
                    kind=kind,
                    done_at=clock.now(),
                    done_by=by,
                    note=note.strip()[:200],
                ),
                by,
            )
    except IntegrityError as error:
        raise RuleBroken(_("Steget är redan klart.")) from error
    record(by, "withdrawal.step", withdrawal, step=str(kind))
    if done | {kind} == set(StepKind.values):
        withdrawal.closed_at, withdrawal.closed_by = clock.now(), by
        save_as(withdrawal, by, fields=["closed_at", "closed_by"])
        record(by, "withdrawal.closed", withdrawal)
    return withdrawal
