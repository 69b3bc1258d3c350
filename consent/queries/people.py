"""What a recipient has said of each thing, and whose home it is about."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from consent.models import Consent, RecipientRefusal
from consent.queries.needs import cohabitants
from consent.states import (
    ConsentKind,
)
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.recipients.models import (
    ContactPerson,
    OwnView,
    Recipient,
    Representative,
    Residence,
)
from properties.models import (
    HomeDoor,
)

# What a recipient is asked, in this order.
OF_RECIPIENT = (
    ConsentKind.FITTING_HOME,
    ConsentKind.SPARE_KEY,
    ConsentKind.ALARM,
    ConsentKind.PHOTO,
    ConsentKind.DATA,
)


def home_of(recipient: Recipient, *, seen_by: Any = None) -> HomeDoor:
    """The door of the recipient's present home. Refuses when there is none.

    Also when it is to be shown to a user who may not see somebody protected that lives there too.
    """
    living = Residence.objects.on(clock.today()).filter(recipient=recipient)
    if seen_by is not None and living.exists():
        living = living.hiding_nobody_from(seen_by)
        if not living.exists():
            raise RuleBroken(_("Bostaden visas inte. Fråga enhetschefen."))
    residence = living.select_related("home_door").first()
    if recipient.died_on or residence is None:
        raise RuleBroken(_("Personen har ingen bostad i registret i dag."))
    return residence.home_door


def recipient_consent_in_force(
    recipient: Recipient, kind: str, home: HomeDoor, contact_person: ContactPerson | None = None
) -> Consent | None:
    """The recipient's consent of that kind in force; the one for a former home does not count.

    With `contact_person`, that of somebody who lives with the recipient.
    """
    given = Consent.objects.in_force().filter(
        recipient=recipient, kind=kind, contact_person=contact_person
    )
    return next((one for one in given.prefetch_related("covers") if one.is_for(home)), None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one thing that a recipient, or somebody who lives there, is asked."""

    kind: str
    state: str  # yes, no, withdrawn, not_asked
    since: datetime | None = None
    consent: Consent | None = None
    contact_person: ContactPerson | None = None

    @property
    def label(self) -> str:
        return str(ConsentKind(self.kind).label)

    @property
    def is_open(self) -> bool:
        """There is no yes in force, so it can be asked."""
        return self.consent is None


def standings_of(recipient: Recipient, home: HomeDoor) -> list[Standing]:
    """Every kind of consent that can be asked in the home, and what was last said of it."""
    consents = list(
        Consent.objects.filter(recipient=recipient)
        .select_related("contact_person", "representative", "text")
        .prefetch_related("covers")
    )
    refusals = list(RecipientRefusal.objects.filter(recipient=recipient))
    found = [
        _standing(
            kind,
            home,
            [one for one in consents if one.kind == kind and one.contact_person_id is None],
            [one.at for one in refusals if one.kind == kind],
        )
        for kind in OF_RECIPIENT
    ]
    for contact in cohabitants().filter(recipient=recipient):
        own = [one for one in consents if one.contact_person_id == contact.pk]
        # A no of somebody who lives there has no row of its own: the trail remembers it.
        said_no = TrailEntry.objects.about(contact).filter(verb="consent.declined")
        times = list(said_no.values_list("at", flat=True))
        found.append(_standing(ConsentKind.DATA, home, own, times, contact))
    return found


def _standing(
    kind: str,
    home: HomeDoor,
    consents: list[Consent],
    refused_at: list[datetime],
    contact: ContactPerson | None = None,
) -> Standing:
    day = clock.today()
    here = [one for one in consents if one.is_for(home)]
    in_force = [one for one in here if one.is_in_force(day)]
    if in_force:
        newest = max(in_force, key=lambda one: one.given_at)
        return Standing(kind, "yes", newest.given_at, newest, contact)
    revoked_at = max((one.ended_at for one in here if one.ended_at), default=None)
    no_at = max(refused_at, default=None)
    # Taking a consent back is kept as a no of the same moment too.
    if revoked_at and (no_at is None or revoked_at >= no_at):
        return Standing(kind, "withdrawn", revoked_at, contact_person=contact)
    if no_at:
        return Standing(kind, "no", no_at, contact_person=contact)
    return Standing(kind, "not_asked", contact_person=contact)


# How long a yes holds before it is gone through again (domain.md 9).
CONFIRM_OWNER = timedelta(days=730)
CONFIRM_RECIPIENT = timedelta(days=365)


def due_for_confirmation(day: date | None = None) -> QuerySet[Consent]:
    """The consents in force that nobody has gone through for two years (owners) or one."""
    day = day or clock.today()
    return (
        Consent.objects.in_force(day)
        .annotate(last_said_on=Coalesce("confirmed_on", "starts_on"))
        .filter(
            Q(owner__isnull=False, last_said_on__lte=day - CONFIRM_OWNER)
            | Q(recipient__isnull=False, last_said_on__lte=day - CONFIRM_RECIPIENT)
        )
    )


def objections_seen_by(user: Any) -> QuerySet[Representative]:
    """Mandates of today where the person does not want what the representative would agree to:
    for the unit manager to take up. Of people whose consents the user may see.
    """
    people = Recipient.objects.visible_to(user, "see_consents").cared_for_on(clock.today())
    return (
        Representative.objects.on(clock.today())
        .filter(own_view=OwnView.OBJECTS, recipient__in=people)
        .select_related("recipient")
        .order_by("recipient__last_name", "recipient__first_name", "pk")
    )
