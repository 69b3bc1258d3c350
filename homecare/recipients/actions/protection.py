"""Protected identity, and who is named to see a protected person."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.recipients.access import NAME, unit_of
from homecare.recipients.actions.rules import refuse_end_before_start
from homecare.recipients.models import NamedGrant, ProtectionLevel, Recipient

LEVELS = list(ProtectionLevel.values)  # from none to the strongest
# A protection is looked over each year, so nobody is named for longer.
LONGEST = timedelta(days=366)


@transaction.atomic
def change_protection(*, recipient: Recipient, level: str, by: Any, reason: str = "") -> Recipient:
    """Give a person another protection level, at once.

    From then on only those with a named grant see a protected person, whoever raised it not
    excepted. Lowering needs a reason; without protection the grants have no use and end.
    """
    recipient = locked(recipient)
    before = recipient.protection_level
    if level == before:
        raise RuleBroken(_("Personen har redan det skyddet."))
    is_lowered = LEVELS.index(level) < LEVELS.index(before)
    if is_lowered and not reason.strip():
        raise RuleBroken(_("Skriv varför skyddet sänks, och på vems beslut."))
    unit = unit_of(recipient, by)
    recipient.protection_level = level
    save_as(recipient, by, fields=["protection_level"], reason=reason)
    if level == ProtectionLevel.NONE:
        for grant in recipient.named_grants.filter(ended_at=None):
            grant.ended_at = clock.now()
            save_as(grant, by, fields=["ended_at"], reason=reason)
    verb = "recipient.protection_lowered" if is_lowered else "recipient.protection_raised"
    record(
        by,
        verb,
        recipient,
        person=recipient,
        unit=unit,
        reason=reason,
        before=before,
        after=level,
    )
    return recipient


@transaction.atomic
def name_staff(
    *,
    recipient: Recipient,
    user: User,
    starts_on: date,
    ends_on: date,
    reason: str,
    by: User | None,
) -> NamedGrant:
    """Let one named person see one protected recipient, from a day to a day, for a reason.

    Nobody names themselves. Refused for somebody who is not protected, for an account that cannot
    sign in or has no role where the person is cared for, for longer than a year, and for an
    account that is named already.
    """
    recipient = locked(recipient)
    if not recipient.is_protected:
        raise RuleBroken(_("Personen har inte skyddade personuppgifter. Ingen behöver namnges."))
    if by is not None and by.pk == user.pk:
        raise RuleBroken(_("Du kan inte namnge dig själv. Be en annan chef."))
    if not user.is_active:
        raise RuleBroken(_("Kontot är spärrat."))
    if not Recipient.objects.in_units_of(user, "see_recipients").filter(pk=recipient.pk).exists():
        raise RuleBroken(
            _("%(name)s har ingen roll i en enhet med uppdrag hos personen. Tilldela rollen först.")
            % {"name": user}
        )
    if not reason.strip():
        raise RuleBroken(_("Skriv varför personen behöver se uppgifterna."))
    refuse_end_before_start(starts_on, ends_on)
    if ends_on < clock.today():
        raise RuleBroken(_("Den sista dagen har redan varit."))
    if ends_on > starts_on + LONGEST:
        raise RuleBroken(_("Högst ett år åt gången. Namnge igen när skyddet har prövats."))
    if recipient.named_grants.not_over().filter(user=user).exists():
        raise RuleBroken(
            _("%(name)s är redan namngiven. Avsluta den åtkomsten först.") % {"name": user}
        )
    _end_those_that_ran_out(recipient, user, by)
    grant: NamedGrant = save_as(
        NamedGrant(
            recipient=recipient,
            user=user,
            decided_by=by,
            reason=reason.strip(),
            starts_on=starts_on,
            ends_on=ends_on,
        ),
        by,
    )
    record(
        by,
        "recipient.staff_named",
        grant,
        person=recipient,
        unit=unit_of(recipient, by, NAME),
        reason=reason,
        named=str(user.ref),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return grant


def _end_those_that_ran_out(recipient: Recipient, user: User, by: Any) -> None:
    """Close earlier grants whose days are over: the database keeps one open per account."""
    for old in recipient.named_grants.filter(user=user, ended_at=None):
        old.ended_at = clock.now()
        save_as(old, by, fields=["ended_at"])


@transaction.atomic
def end_grant(*, grant: NamedGrant, by: Any, reason: str = "") -> NamedGrant:
    """End a named grant at once. Refused when it has ended."""
    grant = locked(grant)
    if grant.ended_at is not None:
        raise RuleBroken(_("Åtkomsten är redan avslutad."))
    grant.ended_at = clock.now()
    save_as(grant, by, fields=["ended_at"], reason=reason)
    recipient = grant.recipient
    record(
        by,
        "recipient.named_staff_ended",
        grant,
        person=recipient,
        unit=unit_of(recipient, by, NAME),
        reason=reason,
        named=str(grant.user.ref),
    )
    return grant
