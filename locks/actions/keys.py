"""The register of physical keys: in, where it hangs, and out for good."""

from datetime import date
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.core.versions import refuse_if_changed
from homecare.organisation.models import CareUnit
from homecare.recipients.models import Commission, Recipient
from locks import codes
from locks.actions.signed import sign_slip
from locks.models import Key, KeyEnd, SlipKind

TRIES = 20


@transaction.atomic
def register_key(
    *,
    recipient: Recipient,
    unit: CareUnit,
    kind: str,
    by: User | None,
    cabinet: str = "",
    hook: str = "",
    received_on: date | None = None,
    ref: UUID | None = None,
    from_name: str = "",
    signature: bytes | None = None,
    scan: bytes | None = None,
) -> Key:
    """Take a key in and draw a code for it: random, and never used before.

    What `from_name` signed is kept with it; a key that stands in an old list has no signature.
    Of two with the same `ref` the second gives the first. Refused when the unit does not care for
    the recipient, and for a day that has not been.
    """
    recipient = locked(recipient)  # so that two with the same `ref` come one after the other
    if ref and (made := Key.objects.filter(ref=ref, recipient=recipient).first()):
        return made
    received_on = received_on or clock.today()
    if received_on > clock.today():
        raise RuleBroken(_("Nyckeln kan inte vara mottagen en dag som inte varit."))
    running = Commission.objects.on(clock.today()).filter(recipient=recipient, unit=unit)
    if recipient.died_on is not None or not running.exists():
        raise RuleBroken(
            _("%(unit)s har inget pågående uppdrag för personen. Välj en annan enhet.")
            % {"unit": unit}
        )
    key = _with_a_new_code(
        Key(
            ref=ref or uuid4(),
            kind=kind,
            unit=unit,
            recipient=recipient,
            cabinet=cabinet.strip(),
            hook=hook.strip(),
            received_on=received_on,
        ),
        by,
    )
    record(by, "key.registered", key, person=recipient, unit=unit, kind=kind)
    if signature or scan:
        if not from_name.strip():
            raise RuleBroken(_("Skriv vem som lämnade nyckeln."))
        sign_slip(
            key=key, kind=SlipKind.RECEIVED, name=from_name, drawn=signature, scan=scan, by=by
        )
    return key


def _with_a_new_code(key: Key, by: User | None) -> Key:
    for _attempt in range(TRIES):
        key.code = codes.generate()
        try:
            with transaction.atomic():
                return save_as(key, by)
        except IntegrityError:
            if not Key.objects.filter(code=key.code).exists():
                raise
    raise RuleBroken(_("Det gick inte att skapa en ledig kod. Försök igen."))


@transaction.atomic
def change_key(
    *, key: Key, kind: str, cabinet: str, hook: str, by: User | None, seen: str | None = None
) -> Key:
    """Change what sort of key it is and where it hangs. The code stays.

    Refused when somebody else changed the key after the version `seen`.
    """
    key = locked(key)
    refuse_if_changed(key, seen)
    key.kind, key.cabinet, key.hook = kind, cabinet.strip(), hook.strip()
    save_as(key, by, fields=["kind", "cabinet", "hook"])
    record(by, "key.changed", key, person=key.recipient, unit=key.unit, kind=kind)
    return key


@transaction.atomic
def give_back_key(
    *,
    key: Key,
    to_name: str,
    by: User | None,
    note: str = "",
    signature: bytes | None = None,
    scan: bytes | None = None,
) -> Key:
    """Give the key back to its owner or the owner's estate, and keep what `to_name` signed.

    Refused while it is out.
    """
    if not to_name.strip():
        raise RuleBroken(_("Skriv vem som fick nyckeln."))
    key = _leave(key, KeyEnd.GIVEN_BACK, by, note=note, to_name=to_name.strip())
    record(
        by,
        "key.given_back",
        key,
        person=key.recipient,
        unit=key.unit,
        reason=note.strip(),
        personal={"to": to_name.strip()},
    )
    if signature or scan:
        sign_slip(
            key=key, kind=SlipKind.GIVEN_BACK, name=to_name, drawn=signature, scan=scan, by=by
        )
    return key


@transaction.atomic
def destroy_key(*, key: Key, reason: str, by: User | None) -> Key:
    """Record that the key was destroyed, and why. Refused while it is out."""
    if not reason.strip():
        raise RuleBroken(_("Skriv varför nyckeln makuleras."))
    key = _leave(key, KeyEnd.DESTROYED, by, note=reason)
    record(by, "key.destroyed", key, person=key.recipient, unit=key.unit, reason=reason.strip())
    return key


def _leave(key: Key, because: str, by: User | None, *, note: str, to_name: str = "") -> Key:
    key = locked(key)
    if key.given_back_at is not None:
        raise RuleBroken(_("Nyckeln har redan lämnat förvaret."))
    if key.handouts.filter(returned_at=None).exists():
        raise RuleBroken(_("Nyckeln är utlämnad. Ta emot den först."))
    key.given_back_at = clock.now()
    key.ended_because = because
    key.given_back_to = to_name
    key.end_note = note.strip()
    return save_as(key, by)
