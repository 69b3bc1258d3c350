"""What stops a key from being handed out to somebody (design, rule 3)."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from homecare.core import clock
from homecare.recipients.models import Commission, NamedGrant
from homecare.staff.models import Employment, StaffMember, UserAgreement
from locks.models import Handout, Key


def who_can_receive(text: str, candidates: QuerySet[StaffMember]) -> QuerySet[StaffMember]:
    """Those of `candidates` that `text` points at: a staff number, or parts of a name.

    "Eva Lind · M00012", as the field suggests it, is understood too.
    """
    text = text.strip()
    number = text.rpartition("·")[2].strip()
    exact = candidates.filter(staff_id__iexact=number)
    if exact.exists():
        return exact
    for word in text.split():
        candidates = candidates.filter(Q(name__icontains=word) | Q(staff_id__iexact=word))
    return candidates


def stops(keys: Iterable[Key], to: StaffMember | None) -> dict[int, list[str]]:
    """Key pk → why it may not be handed out to `to` now. Empty where nothing stops it.

    Without `to` only what follows from the key itself. A fixed number of queries.
    """
    keys = list(keys)
    today = clock.today()
    out = {
        loan.key_id: loan.staff_member.name
        for loan in Handout.objects.open().filter(key__in=keys).select_related("staff_member")
    }
    running = set(
        Commission.objects.on(today)
        .filter(recipient__in=[key.recipient_id for key in keys])
        .values_list("recipient", "unit")
    )
    found = {key.pk: list(_of_key(key, out, running)) for key in keys}
    if to is not None:
        person = _Receiver(to, keys)
        for key in keys:
            found[key.pk] += person.stops_for(key)
    return found


def _of_key(key: Key, out: dict[int, str], running: set[tuple[int, int]]) -> Iterable[str]:
    if key.given_back_at is not None:
        yield _("Nyckeln har lämnat förvaret.")
        return
    if key.pk in out:
        yield _("Nyckeln är redan utlämnad, till %(name)s.") % {"name": out[key.pk]}
    if key.recipient.died_on is not None:
        yield _("Nyckeln är spärrad: hemtjänsttagaren är avliden. Den ska lämnas till dödsboet.")
    elif (key.recipient_id, key.unit_id) not in running:
        yield _(
            "Enheten har inget pågående uppdrag för det som nyckeln öppnar. "
            "Den ska lämnas tillbaka till ägaren."
        )


class _Receiver:
    """What must be true of the one who receives, looked up once."""

    def __init__(self, to: StaffMember, keys: list[Key]) -> None:
        today = clock.today()
        self.name = to.name
        self.units = set(
            Employment.objects.on(today).filter(staff_member=to).values_list("unit", flat=True)
        )
        self.has_agreement = UserAgreement.objects.filter(
            staff_member=to, accepted_on__lte=today
        ).exists()
        protected = [key.recipient_id for key in keys if key.recipient.is_protected]
        self.named_for = set(
            NamedGrant.objects.in_force()
            .filter(recipient__in=protected, user=to.user_id)
            .values_list("recipient", flat=True)
            if protected and to.user_id
            else ()
        )

    def stops_for(self, key: Key) -> list[str]:
        name = {"name": self.name}
        found = []
        if not self.units:
            found.append(_("%(name)s är inte anställd i dag.") % name)
        elif key.unit_id not in self.units:
            found.append(_("%(name)s arbetar inte i nyckelns enhet.") % name)
        if not self.has_agreement:
            found.append(_("%(name)s har inte accepterat användaravtalet.") % name)
        if key.recipient.is_protected and key.recipient_id not in self.named_for:
            found.append(_("%(name)s saknar namngiven åtkomst till det nyckeln öppnar.") % name)
        return found
