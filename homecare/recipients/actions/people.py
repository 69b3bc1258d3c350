"""Who is cared for."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from homecare.audit.trail import note_denied, record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.core.versions import refuse_if_changed
from homecare.organisation.models import CareUnit
from homecare.recipients.access import unit_of
from homecare.recipients.actions.homes import Home, HomeIsHidden, door_of
from homecare.recipients.actions.rules import refuse_dead, refuse_far_ahead
from homecare.recipients.models import Commission, ProtectionLevel, Recipient, Residence


class AlreadyRegistered(RuleBroken):
    """The personnummer is in the register.

    The text is the same whether the person is cared for by another unit or protected, so it says
    no more than that. A view may say more to somebody who may see `recipient`.
    """

    def __init__(self, recipient: Recipient) -> None:
        super().__init__(_("Personen finns redan registrerad. Kontakta systemförvaltaren."))
        self.recipient = recipient


class CustomerNumberTaken(RuleBroken):
    """The customer number is another person's."""

    def __init__(self, recipient: Recipient) -> None:
        super().__init__(_("Kundnumret används redan. Kontrollera numret."))
        self.recipient = recipient


def register_recipient(
    *,
    personal_number: str,
    first_name: str,
    last_name: str,
    unit: CareUnit,
    by: Any,
    starts_on: date | None = None,
    home: Home | None = None,
    customer_number: str | None = None,
    phone: str = "",
    protection_level: str = ProtectionLevel.NONE,
) -> Recipient:
    """Register a person with home and first commission, all together or not at all.

    `home` is a door of the register, or a `NewHome`. Commission and residence begin on
    `starts_on` (today). Refused when the personnummer or the customer number is taken; that
    somebody tried with a known number stays in the trail. Refused too where somebody protected
    lives whom `by` is not named for.
    """
    _refuse_known(personal_number, unit, by)
    try:
        with transaction.atomic():
            recipient = Recipient(
                personal_number=personal_number,
                first_name=first_name.strip(),
                last_name=last_name.strip(),
                customer_number=(customer_number or "").strip() or None,
                phone=phone,
                protection_level=protection_level,
            )
            _refuse_taken_customer_number(recipient)
            starts_on = starts_on or clock.today()
            refuse_far_ahead(starts_on)
            save_as(recipient, by)
            save_as(Commission(recipient=recipient, unit=unit, starts_on=starts_on), by)
            if home is not None:
                door = door_of(home, by)
                save_as(Residence(recipient=recipient, home_door=door, starts_on=starts_on), by)
            record(
                by,
                "recipient.registered",
                recipient,
                person=recipient,
                unit=unit,
                starts_on=starts_on,
                has_home=home is not None,
                protection_level=protection_level,
            )
    except CustomerNumberTaken as taken:
        _note_taken(taken, unit, by)
        raise
    except HomeIsHidden as hidden:
        hidden.note(by, unit)
        raise
    except IntegrityError:
        # Somebody else registered the same person since the question above.
        _refuse_known(personal_number, unit, by)
        raise
    return recipient


def _refuse_known(personal_number: str, unit: CareUnit, by: Any) -> None:
    known = Recipient.objects.with_number(personal_number).first()
    if known is not None:
        taken = AlreadyRegistered(known)
        _note_taken(taken, unit, by)
        raise taken


def _note_taken(
    taken: AlreadyRegistered | CustomerNumberTaken, unit: CareUnit | None, by: Any
) -> None:
    """Write that somebody learnt that a number is in the register.

    Call it outside the transaction: what is written in one that is undone goes with it.
    """
    known = taken.recipient
    is_number = isinstance(taken, AlreadyRegistered)
    what = "recipient.already_registered" if is_number else "recipient.customer_number_taken"
    note_denied(by, what=what, obj=known, person=known, unit=unit)


def change_recipient(
    *,
    recipient: Recipient,
    by: Any,
    first_name: str,
    last_name: str,
    customer_number: str | None = None,
    personal_number: str | None = None,
    phone: str | None = None,
    seen: str | None = None,
) -> Recipient:
    """Change who a person is. `personal_number` and `phone` None keep what there is; an empty
    `phone` takes it away.

    Refused when a number is somebody else's, which stays in the trail, when the person has died,
    and when the person was changed since `seen`.
    """
    try:
        return _change(
            recipient,
            by,
            first_name=first_name,
            last_name=last_name,
            customer_number=customer_number,
            personal_number=personal_number,
            phone=phone,
            seen=seen,
        )
    except (AlreadyRegistered, CustomerNumberTaken) as taken:
        _note_taken(taken, unit_of(recipient, by), by)
        raise


@transaction.atomic
def _change(
    recipient: Recipient,
    by: Any,
    *,
    first_name: str,
    last_name: str,
    customer_number: str | None,
    personal_number: str | None,
    phone: str | None,
    seen: str | None,
) -> Recipient:
    recipient = locked(recipient)
    refuse_dead(recipient)
    refuse_if_changed(recipient, seen)
    recipient.first_name, recipient.last_name = first_name.strip(), last_name.strip()
    recipient.customer_number = (customer_number or "").strip() or None
    _refuse_taken_customer_number(recipient)
    if personal_number:
        others = Recipient.objects.with_number(personal_number).exclude(pk=recipient.pk)
        if (other := others.first()) is not None:
            raise AlreadyRegistered(other)
        recipient.personal_number = personal_number
    if phone is not None:
        recipient.phone = phone
    save_as(recipient, by)
    record(
        by,
        "recipient.changed",
        recipient,
        person=recipient,
        unit=unit_of(recipient, by),
        personal_number_changed=bool(personal_number),
        phone_changed=phone is not None,
    )
    return recipient


def _refuse_taken_customer_number(recipient: Recipient) -> None:
    if not recipient.customer_number:
        return
    others = Recipient.objects.exclude(pk=recipient.pk)
    other = others.filter(customer_number=recipient.customer_number).first()
    if other is not None:
        raise CustomerNumberTaken(other)
