"""Who acts for a person, and who is close."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.core.versions import refuse_if_changed
from homecare.recipients.access import unit_of
from homecare.recipients.actions.rules import refuse_dead, refuse_end_before_start
from homecare.recipients.models import ContactPerson, Recipient, Representative

# --- representatives -----------------------------------------------------------------------------


@transaction.atomic
def add_representative(
    *,
    recipient: Recipient,
    by: Any,
    kind: str,
    name: str,
    evidence: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
    evidence_seen_on: date | None = None,
    own_view: str = "",
    phone: str = "",
    email: str = "",
    ref: UUID | None = None,
) -> Representative:
    """Say who may act for a person, on what evidence, and what the person thinks of it.

    Of two with the same `ref` the second gives the first. Refused when the person has died.
    """
    recipient = locked(recipient)
    if ref and (made := recipient.representatives.filter(ref=ref).first()):
        return made
    refuse_dead(recipient)
    representative = Representative(
        ref=ref or uuid4(),
        recipient=recipient,
        kind=kind,
        name=name.strip(),
        evidence=evidence.strip(),
        evidence_seen_on=evidence_seen_on,
        own_view=own_view,
        phone=phone,
        email=email.strip(),
        starts_on=starts_on or clock.today(),
        ends_on=ends_on,
    )
    _refuse_wrong_mandate(representative)
    save_as(representative, by)
    _record_mandate(by, "representative.added", representative)
    return representative


@transaction.atomic
def change_representative(
    *,
    representative: Representative,
    by: Any,
    kind: str,
    name: str,
    evidence: str,
    starts_on: date,
    ends_on: date | None = None,
    evidence_seen_on: date | None = None,
    own_view: str = "",
    phone: str | None = None,
    email: str | None = None,
    seen: str | None = None,
) -> Representative:
    """Change a representative. `phone` and `email` None keep what there is, "" takes it away.

    Refused when the person has died, and when the representative was changed since `seen`.
    """
    representative = locked(representative)
    refuse_dead(representative.recipient)
    refuse_if_changed(representative, seen)
    representative.kind, representative.name = kind, name.strip()
    representative.evidence, representative.own_view = evidence.strip(), own_view
    representative.evidence_seen_on = evidence_seen_on
    representative.starts_on, representative.ends_on = starts_on, ends_on
    if phone is not None:
        representative.phone = phone
    if email is not None:
        representative.email = email.strip()
    _refuse_wrong_mandate(representative)
    save_as(representative, by)
    _record_mandate(by, "representative.changed", representative)
    return representative


@transaction.atomic
def end_representative(*, representative: Representative, on: date, by: Any) -> Representative:
    """Let `on` be the last day of a mandate. What was agreed under it stays agreed."""
    representative = locked(representative)
    if representative.ends_on is not None and representative.ends_on < clock.today():
        raise RuleBroken(_("Uppdraget som ställföreträdare är redan avslutat."))
    refuse_end_before_start(representative.starts_on, on)
    representative.ends_on = on
    save_as(representative, by, fields=["ends_on"])
    _record_mandate(by, "representative.ended", representative)
    return representative


def _refuse_wrong_mandate(representative: Representative) -> None:
    refuse_end_before_start(representative.starts_on, representative.ends_on)
    seen_on = representative.evidence_seen_on
    if seen_on is not None and seen_on > clock.today():
        raise RuleBroken(_("Dagen då underlaget kontrollerades har inte varit ännu."))


def _record_mandate(by: Any, verb: str, representative: Representative) -> None:
    recipient = representative.recipient
    record(
        by,
        verb,
        representative,
        person=recipient,
        unit=unit_of(recipient, by),
        mandate=representative.kind,
        own_view=representative.own_view,
        ends_on=representative.ends_on,
    )


# --- contact persons -----------------------------------------------------------------------------


@transaction.atomic
def add_contact_person(
    *,
    recipient: Recipient,
    by: Any,
    name: str,
    relation: str = "",
    phone: str = "",
    lives_with: bool = False,
    ref: UUID | None = None,
) -> ContactPerson:
    """Add somebody close to a person. Refused when the person has died.

    Of two with the same `ref` the second gives the first.
    """
    recipient = locked(recipient)
    if ref and (made := recipient.contacts.filter(ref=ref).first()):
        return made
    refuse_dead(recipient)
    contact = ContactPerson(
        ref=ref or uuid4(),
        recipient=recipient,
        name=name.strip(),
        relation=relation.strip(),
        phone=phone,
        lives_with=lives_with,
    )
    save_as(contact, by)
    _record_contact(by, "contact_person.added", contact)
    return contact


@transaction.atomic
def change_contact_person(
    *,
    contact: ContactPerson,
    by: Any,
    name: str,
    relation: str = "",
    phone: str | None = None,
    lives_with: bool = False,
    seen: str | None = None,
) -> ContactPerson:
    """Change a contact person. `phone` None keeps the number there is, "" takes it away.

    Refused when the person has died, and when the contact person was changed since `seen`.
    """
    contact = locked(contact)
    refuse_dead(contact.recipient)
    refuse_if_changed(contact, seen)
    contact.name, contact.relation = name.strip(), relation.strip()
    contact.lives_with = lives_with
    if phone is not None:
        contact.phone = phone
    save_as(contact, by)
    _record_contact(by, "contact_person.changed", contact)
    return contact


@transaction.atomic
def end_contact_person(*, contact: ContactPerson, by: Any) -> ContactPerson:
    """Say that somebody is no contact person from today. Refused when that is said already."""
    contact = locked(contact)
    if contact.ended_on is not None:
        raise RuleBroken(_("Kontaktpersonen är redan borttagen."))
    contact.ended_on = clock.today()
    save_as(contact, by, fields=["ended_on"])
    _record_contact(by, "contact_person.ended", contact)
    return contact


def _record_contact(by: Any, verb: str, contact: ContactPerson) -> None:
    recipient = contact.recipient
    unit = unit_of(recipient, by)
    record(by, verb, contact, person=recipient, unit=unit, lives_with=contact.lives_with)
