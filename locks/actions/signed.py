"""What somebody signed with: a drawing on the screen, or the scan of a paper."""

from django.db import transaction
from django.utils.translation import gettext as _

from consent.proofs import media_type_of_scan
from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.signatures import is_drawn
from locks.models import Key, KeySlip


def the_signature(drawn: bytes | None, scan: bytes | None) -> bytes:
    """The one of the two that was given. Refused when there is none, both, or nothing drawn."""
    if drawn and scan:
        raise RuleBroken(_("Välj antingen underskrift i rutan eller skannat papper."))
    if scan:
        media_type_of_scan(scan)
        return scan
    if drawn is None or not is_drawn(drawn):
        raise RuleBroken(
            _("Underskriften saknas. Låt mottagaren skriva under i rutan, eller skanna ett papper.")
        )
    return drawn


@transaction.atomic
def sign_slip(
    *, key: Key, kind: str, name: str, drawn: bytes | None, scan: bytes | None, by: User | None
) -> KeySlip:
    """Keep what was signed when a key came to us, or left for good, with the key as it was then."""
    slip = KeySlip(
        key=key,
        kind=kind,
        name=name.strip(),
        signature=the_signature(drawn, scan),
        signed_at=clock.now(),
        recorded_by=by,
    )
    slip.seal()
    slip.save()
    record(
        by,
        "key_slip.signed",
        slip,
        person=key.recipient,
        unit=key.unit,
        kind=kind,
        key=str(key.ref),
        sha256=slip.sha256,
        personal={"name": slip.name},
    )
    return slip
