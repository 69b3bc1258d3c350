"""An owner's yes on paper, and the end of any owner's consent."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from consent import proofs
from consent.actions.cases import cancel_if_needless
from consent.actions.texts import current_text
from consent.actions.withdrawals import end_now, open_withdrawal
from consent.models import Consent, ConsentCase, ConsentCover, ConsentText, Proof
from consent.queries import entrance_needs
from consent.states import ConsentEnd, ConsentForm, ConsentKind
from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from properties.models import Entrance, Ownership, Property, PropertyOwner


@transaction.atomic
def record_owner_consent(
    *,
    owner: PropertyOwner,
    by: User | None,
    given_by_name: str,
    given_on: date,
    scan: bytes,
    everything: bool = False,
    properties: Iterable[Property] = (),
    entrances: Iterable[Entrance] = (),
    home_doors_too: bool = False,
    conditions: str = "",
    language: str = "sv",
) -> Consent:
    """Record a yes that an owner has signed on paper, with the scan of the paper.

    It covers everything the owner owns now and later, or the listed properties, or the listed
    entrances. With `home_doors_too` it also covers the home doors of those properties, as a
    consent of its own. Requests that it makes needless are cancelled, and an earlier yes to the
    very same is ended as replaced, so that one withdrawal ends all there is. Refuses what the owner
    does not own, a day to come, a file that is not a scan, and a paper that is recorded already.
    """
    owner = locked(owner)
    properties, entrances = list(properties), list(entrances)
    if sum([everything, bool(properties), bool(entrances)]) != 1:
        raise RuleBroken(
            _("Välj vad det gäller: alla fastigheter, vissa fastigheter eller vissa portar.")
        )
    if home_doors_too and entrances:
        raise RuleBroken(_("Bostadsdörrar täcks bara av ett medgivande för hela fastigheter."))
    if given_on > clock.today():
        raise RuleBroken(_("Datumet har inte varit än."))
    if not given_by_name.strip():
        raise RuleBroken(_("Skriv namnet på den som har skrivit under."))
    _refuse_what_is_not_owned(owner, properties, entrances)
    media_type = proofs.media_type_of_scan(scan)
    in_force = Consent.objects.in_force().filter(owner=owner)

    kinds = [ConsentKind.FITTING_ENTRANCE]
    if home_doors_too:
        kinds.append(ConsentKind.FITTING_HOME)
    made = []
    for kind in kinds:
        for same in _covering_the_same(
            in_force.filter(kind=kind), everything, properties, entrances
        ):
            _replace(same, scan, by)
        consent = save_as(
            Consent(
                kind=kind,
                owner=owner,
                covers_all_of_owner=everything,
                text=current_text(ConsentText.Party.OWNER, language),
                form=ConsentForm.PAPER,
                conditions=conditions.strip(),
                given_by_name=given_by_name.strip(),
                given_at=_noon(given_on),
                starts_on=given_on,
                recorded_by=by,
            ),
            by,
        )
        for one in properties:
            save_as(ConsentCover(consent=consent, real_property=one), by)
        for door in entrances:
            save_as(ConsentCover(consent=consent, entrance=door), by)
        proof = Proof.objects.create(
            kind=Proof.Kind.SCAN,
            media_type=media_type,
            content=scan,
            sha256=proofs.checksum(scan),
            made_at=clock.now(),
            consent=consent,
        )
        record(
            by,
            "consent.recorded",
            consent,
            consent_kind=str(kind),
            owner=str(owner.ref),
            everything=everything,
            properties=len(properties),
            entrances=len(entrances),
            proof_sha256=proof.sha256,
            personal={"given_by": consent.given_by_name},
        )
        made.append(consent)
    for case in ConsentCase.objects.open().filter(owner=owner):
        cancel_if_needless(case, by=by)
    return made[0]


def _covering_the_same(
    consents: QuerySet[Consent],
    everything: bool,
    properties: list[Property],
    entrances: list[Entrance],
) -> list[Consent]:
    wanted = {("property", one.pk) for one in properties} | {("door", one.pk) for one in entrances}
    alike = consents.filter(covers_all_of_owner=everything).prefetch_related("covers")
    return [one for one in alike if {_key(cover) for cover in one.covers.all()} == wanted]


def _key(cover: ConsentCover) -> tuple[str, int | None]:
    if cover.real_property_id:
        return ("property", cover.real_property_id)
    return ("door", cover.entrance_id)


def _replace(consent: Consent, scan: bytes, by: User | None) -> None:
    if consent.proofs.filter(sha256=proofs.checksum(scan)).exists():
        raise RuleBroken(_("Pappret är redan registrerat. Medgivandet gäller."))
    end_now(consent, ConsentEnd.REPLACED, by=by)
    record(by, "consent.replaced", consent, consent_kind=consent.kind)


def _refuse_what_is_not_owned(
    owner: PropertyOwner, properties: list[Property], entrances: list[Entrance]
) -> None:
    owned = set(
        Ownership.objects.on(clock.today())
        .filter(owner=owner)
        .values_list("real_property_id", flat=True)
    )
    for one in properties:
        if one.pk not in owned:
            raise RuleBroken(
                _("%(thing)s ägs inte av %(owner)s i dag.") % {"thing": one, "owner": owner}
            )
    needs = entrance_needs(entrances)
    for door in entrances:
        if needs[door.pk].owner != owner:
            raise RuleBroken(
                _("%(thing)s ägs inte av %(owner)s i dag.") % {"thing": door, "owner": owner}
            )


def _noon(day: date) -> datetime:
    """The paper has a day and no hour: noon, or now when that is earlier."""
    return min(timezone.make_aware(datetime.combine(day, time(12))), clock.now())


@transaction.atomic
def end_owner_consent(*, consent: Consent, reason: str, by: User | None) -> Consent:
    """Note that the owner has revoked a consent: not in force from this moment.

    A withdrawal is opened with it where a lock hangs on a door that it covered. The locks room
    looks for locks that stand without consent, and makes their work orders.
    """
    consent = locked(consent)
    if not reason.strip():
        raise RuleBroken(_("Skriv vem som har återkallat medgivandet och varför."))
    if not consent.is_in_force(clock.today()):
        raise RuleBroken(_("Medgivandet gäller inte längre."))
    end_now(consent, ConsentEnd.REVOKED, by=by, reason=reason.strip())
    record(by, "consent.revoked", consent, reason=reason.strip(), consent_kind=consent.kind)
    open_withdrawal(consent, by=by)
    return consent
