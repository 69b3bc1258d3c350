"""Keys out against a signed receipt, and back (design, rules 2 and 3)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.staff.models import StaffMember
from locks.actions.signed import the_signature
from locks.models import Handout, Key, Receipt, ReceiptSeries, duties
from locks.queries import stops


class KeyNotAvailable(RuleBroken):
    """A key cannot be handed out, to this person or at all. Nothing was handed out."""


@transaction.atomic
def hand_out_keys(
    *,
    keys: Iterable[Key],
    to: StaffMember,
    by: User,
    due_back_at: datetime,
    signature_png: bytes | None = None,
    scan: bytes | None = None,
) -> Receipt:
    """Lend keys to a staff member against one signed receipt: all of them, or none. It is signed
    on the screen, or on a paper that was scanned.

    Each key must be free and in keeping, `to` employed today in its unit with an accepted user
    agreement, and the unit must still care for whoever the key belongs to. The receipt, the loans
    and the trail are saved together.
    """
    now = clock.now()
    keys = list(
        Key.objects.select_for_update(of=("self",))
        .filter(pk__in=[key.pk for key in keys])
        .select_related("recipient", "unit")
        .order_by("pk")
    )
    if not keys:
        raise RuleBroken(_("Lägg till minst en nyckel."))
    if len({key.unit_id for key in keys}) > 1:
        raise RuleBroken(_("Nycklarna hör till olika enheter. Gör en kvittens per enhet."))
    if due_back_at <= now:
        raise RuleBroken(_("Tiden när nyckeln ska vara åter har redan varit."))
    signature = the_signature(signature_png, scan)
    _refuse_what_is_stopped(keys, to)
    receipt = _sign(
        Receipt(
            number=_next_number(),
            staff_member=to,
            unit=keys[0].unit,
            duties=duties(),
            signature=signature,
            signed_at=now,
            handed_out_by=by,
        ),
        [(key, due_back_at) for key in keys],
        by,
    )
    for key in keys:
        loan = Handout(
            key=key,
            staff_member=to,
            receipt=receipt,
            handed_out_at=now,
            handed_out_by=by,
            due_back_at=due_back_at,
        )
        save_as(loan, by)
        record(
            by,
            "key.handed_out",
            loan,
            person=key.recipient,
            unit=key.unit,
            key=str(key.ref),
            staff_member=str(to.ref),
            receipt=receipt.number,
            due_back_at=due_back_at,
            personal={"to": to.name},
        )
    return receipt


def _refuse_what_is_stopped(keys: list[Key], to: StaffMember) -> None:
    stopped = stops(keys, to)
    # What is true of the person is said once, not once for each key.
    for key in keys:
        if stopped[key.pk]:
            raise KeyNotAvailable(f"{key.code}: {' '.join(stopped[key.pk])}")


def _next_number() -> int:
    """The next number of the series, held until the transaction ends."""
    ReceiptSeries.objects.get_or_create(pk=1)
    series = ReceiptSeries.objects.select_for_update().get(pk=1)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last


def _sign(receipt: Receipt, keys: Iterable[tuple[Key, datetime]], by: User) -> Receipt:
    """Save a receipt together with the text that its checksum is over."""
    receipt.seal(keys)
    receipt.save()
    record(
        by,
        "receipt.reversed" if receipt.reverses else "receipt.signed",
        receipt,
        unit=receipt.unit,
        reason=receipt.reversal_reason,
        number=receipt.number,
        sha256=receipt.sha256,
        staff_member=str(receipt.staff_member.ref),
    )
    return receipt


@transaction.atomic
def return_key(*, handout: Handout, by: User) -> Handout:
    """Take a key back into the cabinet. Refused when it is back already."""
    handout = locked(handout)
    if handout.returned_at is not None:
        raise RuleBroken(_("Nyckeln är redan återlämnad."))
    return _close(handout, by, "key.returned")


def _close(handout: Handout, by: User, verb: str, reason: str = "") -> Handout:
    handout.returned_at = clock.now()
    handout.returned_to = by
    save_as(handout, by, reason=reason, fields=["returned_at", "returned_to"])
    record(
        by,
        verb,
        handout,
        person=handout.key.recipient,
        unit=handout.key.unit,
        reason=reason,
        key=str(handout.key.ref),
        staff_member=str(handout.staff_member.ref),
    )
    return handout


@transaction.atomic
def reverse_receipt(*, receipt: Receipt, reason: str, by: User) -> Receipt:
    """Undo a receipt that was wrong, by a receipt of its own with the reason (makulering).

    Its open loans are closed at the same moment; the wrong receipt itself stays as it was signed.
    """
    reason = reason.strip()
    if not reason:
        raise RuleBroken(_("Skriv varför kvittensen är fel."))
    receipt = locked(receipt)
    if receipt.reverses_id is not None:
        raise RuleBroken(_("Kvittensen är själv en makulering och kan inte makuleras."))
    if Receipt.objects.filter(reverses=receipt).exists():
        raise RuleBroken(_("Kvittensen är redan makulerad."))
    loans = list(
        receipt.handouts.select_for_update(of=("self",))
        .filter(returned_at=None)
        .select_related("key__recipient", "key__unit", "staff_member")
        .order_by("key")
    )
    reversal = _sign(
        Receipt(
            number=_next_number(),
            staff_member=receipt.staff_member,
            unit=receipt.unit,
            duties="",
            signature=b"",
            signed_at=clock.now(),
            handed_out_by=by,
            reverses=receipt,
            reversal_reason=reason,
        ),
        [(loan.key, loan.due_back_at) for loan in loans],
        by,
    )
    for loan in loans:
        _close(loan, by, "key.handout_reversed", reason)
    return reversal
