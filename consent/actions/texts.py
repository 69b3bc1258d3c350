"""Texts to agree to: drafted by one person, approved by another, then used and never changed."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from consent import texts, validation
from consent.models import ConsentText
from consent.proofs import AgreedText
from consent.states import TextState
from homecare.accounts.models import User
from homecare.audit.models import TrailEntry
from homecare.audit.trail import record
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked

DRAFTED, CHANGED = "consent_text.drafted", "consent_text.changed"
REMOVED, APPROVED = "consent_text.removed", "consent_text.approved"


@transaction.atomic
def ensure_texts() -> None:
    """Put the texts of this version of the application among the texts to agree to.

    Safe to run again; a text that is already there is left as it is.
    """
    for text in texts.TEXTS:
        ConsentText.objects.get_or_create(
            party=text.party,
            language=text.language,
            version=texts.VERSION,
            defaults={
                "title": text.title,
                "body": text.body,
                "valid_from": texts.VALID_FROM,
                "state": TextState.APPROVED,
                "approved_at": clock.now(),
            },
        )


@transaction.atomic
def draft_text(
    *,
    party: str,
    language: str,
    version: str,
    title: str,
    body: str,
    valid_from: date,
    by: User,
    based_on: ConsentText | None = None,
) -> ConsentText:
    """Write a draft of a new version. Nobody is asked with it before somebody else approves it.

    Refuses a version that is there already, a day that has been, and words or fields that such a
    text may not have.
    """
    draft = ConsentText(party=party, language=language, drafted_by=by)
    _write(draft, version, title, body, valid_from)
    save_as(draft, by)
    record(by, DRAFTED, draft, based_on=str(based_on.ref) if based_on else "", **_facts(draft))
    return draft


@transaction.atomic
def change_draft(
    *,
    text: ConsentText,
    version: str,
    title: str,
    body: str,
    valid_from: date,
    by: User,
) -> ConsentText:
    """Change a draft. Whoever changes it has drafted it too, and cannot approve it.

    Refuses an approved text, and otherwise as `draft_text` does.
    """
    draft = locked(text)
    _write(draft, version, title, body, valid_from)
    draft.drafted_by = by
    save_as(draft, by)
    record(by, CHANGED, draft, **_facts(draft))
    return draft


@transaction.atomic
def remove_draft(*, text: ConsentText, by: User) -> None:
    """Throw a draft away. The trail keeps that it was there. Refuses an approved text."""
    draft = locked(text)
    record(by, REMOVED, draft, **_facts(draft))
    draft.delete()


@transaction.atomic
def approve_text(*, text: ConsentText, by: User) -> ConsentText:
    """Let a draft be used from the day it is valid, and never be changed again.

    Refuses whoever has written in it, and words or fields that such a text may not have. A day
    that has passed while the draft waited becomes today: nobody was asked with it before.
    """
    draft = locked(text)
    if draft.state != TextState.DRAFT:
        raise RuleBroken(_("Texten är redan godkänd."))
    if has_written_in(draft, by):
        raise RuleBroken(
            _("Du har skrivit i texten. Be någon annan att läsa den och godkänna den.")
        )
    _refuse_faults(draft)
    draft.state, draft.approved_by, draft.approved_at = TextState.APPROVED, by, clock.now()
    draft.valid_from = max(draft.valid_from, clock.today())
    save_as(draft, by)
    record(by, APPROVED, draft, **_facts(draft))
    return draft


def has_written_in(text: ConsentText, user: User) -> bool:
    """Whether the user drafted the text or changed the draft: the trail remembers each."""
    wrote = TrailEntry.objects.about(text).done_by(user).filter(verb__in=[DRAFTED, CHANGED])
    return text.drafted_by_id == user.pk or wrote.exists()


def _write(draft: ConsentText, version: str, title: str, body: str, valid_from: date) -> None:
    others = ConsentText.objects.filter(
        party=draft.party, language=draft.language, version=version.strip()
    )
    if others.exclude(pk=draft.pk).exists():
        raise RuleBroken(_("Det finns redan en text med den versionen. Välj en annan version."))
    if valid_from < clock.today():
        raise RuleBroken(_("Dagen har varit. Välj i dag eller en senare dag."))
    draft.version, draft.title = version.strip(), title.strip()
    draft.body, draft.valid_from = body.replace("\r\n", "\n"), valid_from
    _refuse_faults(draft)


def _refuse_faults(draft: ConsentText) -> None:
    if faults := validation.faults_of(draft.party, draft.title, draft.body):
        raise RuleBroken(" ".join(faults))


def _facts(text: ConsentText) -> dict[str, Any]:
    return {
        "party": text.party,
        "language": text.language,
        "version": text.version,
        "valid_from": text.valid_from.isoformat(),
        "sha256": text.sha256,
    }


def current_text(party: str, language: str) -> ConsentText:
    """The text to agree to today. Refuses when there is none."""
    text: ConsentText | None = ConsentText.objects.current(party, language)
    if text is None:
        raise RuleBroken(_("Det finns ingen gällande text att fråga med på det språket."))
    return text


def agreed(text: ConsentText, owner: str = "") -> AgreedText:
    """The text, for a paper. `owner` is the name that stands where a text names the owner."""
    with translation.override(texts.speech(text.language)):
        blocks = texts.blocks_of(text.body, owner)
    return AgreedText(
        title=text.title,
        version=text.version,
        language=text.language,
        sha256=text.sha256,
        blocks=[(block.kind, block.lines) for block in blocks],
    )
