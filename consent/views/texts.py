"""The texts to agree to: drafted, approved by somebody else, and from then on as they are.

Drafts are written by those who ask for consents (`ask_consents`) or manage the system
(`change_organisation`), and approved by those who decide: system managers, and unit managers, whose
right it is to decide on the authorities of their unit (`assign_roles`). Nobody approves a text that
they have written in, whatever rights they have.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from consent import access, actions
from consent.actions.texts import APPROVED, CHANGED, DRAFTED
from consent.forms import TextForm
from consent.models import ConsentText
from consent.states import TextState
from consent.texts import FIELDS
from homecare.accounts.access import may, needs
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.web import go, page
from homecare.ui.parts import Event, Tone

FIELD_NAMES = [f"{{{{{name}}}}}" for name in FIELDS["owner"]]


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text in the list, and how it stands with it today."""

    text: ConsentText
    state: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class PartyTexts:
    """The texts to one party."""

    party: str
    label: str
    rows: list[TextRow]


@needs(*access.SEES_TEXTS)
@require_GET
def text_list(request: HttpRequest) -> HttpResponse:
    """Every text, by whom it is for: what is in use, what comes, what was, and the drafts."""
    texts = list(access.texts_to_see(request.user))
    context = {
        "groups": _by_party(texts),
        "may_draft": access.may_draft_texts(request.user),
        "may_see_consents": may(request.user, "see_consents"),
    }
    return page(request, "consent/text_list.html", context)


def _by_party(texts: list[ConsentText]) -> list[PartyTexts]:
    in_use = _in_use(texts)
    return [
        PartyTexts(
            party.value,
            str(party.label),
            [TextRow(one, *_standing(one, in_use)) for one in texts if one.party == party],
        )
        for party in ConsentText.Party
    ]


def _in_use(texts: Iterable[ConsentText]) -> set[int]:
    """The pks of those that are asked with today: the same choice as `TextQuerySet.current`."""
    newest: dict[tuple[str, str], ConsentText] = {}
    for one in sorted(texts, key=lambda text: (text.valid_from, text.pk)):
        if one.state == TextState.APPROVED and one.valid_from <= clock.today():
            newest[one.party, one.language] = one
    return {one.pk for one in newest.values()}


def _standing(text: ConsentText, in_use: set[int]) -> tuple[str, Tone]:
    if text.state == TextState.DRAFT:
        return _("Utkast"), "waiting"
    if text.pk in in_use:
        return _("Används nu"), "good"
    if text.valid_from > clock.today():
        return _("Godkänd, börjar senare"), "info"
    return _("Ersatt"), "neutral"


@needs(*access.SEES_TEXTS)
@require_GET
def text(request: HttpRequest, text: Any) -> HttpResponse:
    """One text as it will be read, its check sum, and who wrote and approved it."""
    found = access.text_to_see(request.user, text)
    siblings = ConsentText.objects.filter(party=found.party, language=found.language)
    state, tone = _standing(found, _in_use(siblings))
    is_draft = found.state == TextState.DRAFT
    wrote = actions.has_written_in(found, request.user)  # type: ignore[arg-type]
    context = {
        "text": found,
        "state": state,
        "tone": tone,
        "events": _events(found),
        "may_draft": access.may_draft_texts(request.user),
        "may_change": is_draft and access.may_draft_texts(request.user),
        "may_approve": is_draft and access.may_approve_texts(request.user) and not wrote,
        "waits_for_another": is_draft and wrote,
    }
    return page(request, "consent/text.html", context)


def _events(text: ConsentText) -> list[Event]:
    """The history of a text, the newest first."""
    named = {
        DRAFTED: (_("Utkastet skrivet"), "file"),
        CHANGED: (_("Utkastet ändrat"), "edit"),
        APPROVED: (_("Texten godkänd"), "check"),
    }
    entries = TrailEntry.objects.about(text).filter(verb__in=named).order_by("-at", "-pk")
    events = [
        Event(
            at=one.at,
            who=one.actor_name or _("Okänd"),
            what=named[one.verb][0],
            icon=named[one.verb][1],
            tone="good" if one.verb == APPROVED else "neutral",
        )
        for one in entries
    ]
    if not events and text.approved_at:
        events = [Event(text.approved_at, _("Systemet"), _("Följde med programmet"), icon="file")]
    return events


@needs(*access.DRAFTS_TEXTS)
@require_http_methods(["GET", "POST"])
def text_add(request: HttpRequest) -> HttpResponse:
    """A new draft, empty or from a version that is there (`?fran=` its reference)."""
    base = _base(request)
    initial: dict[str, Any] = {"valid_from": clock.today()}
    if base:
        copied = ("party", "language", "title", "body")
        initial |= {name: getattr(base, name) for name in copied}
    form = TextForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draft_text(by=request.user, based_on=base, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Utkastet är sparat. Någon annan behöver godkänna det."))
            return go(request, _page_of(made))
    context = {
        "form": form,
        "base": base,
        "fields": FIELD_NAMES,
        "back": reverse("consent:text_list"),
    }
    return page(request, "consent/text_form.html", context)


def _base(request: HttpRequest) -> ConsentText | None:
    """The version that a draft is made from, where the address names one."""
    ref = request.GET.get("fran", "")
    if not ref:
        return None
    try:
        return access.text_to_see(request.user, UUID(ref))
    except ValueError as error:
        raise Http404 from error


def _page_of(text: ConsentText) -> str:
    return reverse("consent:text", kwargs={"text": text.ref})


@needs(*access.DRAFTS_TEXTS)
@require_http_methods(["GET", "POST"])
def text_change(request: HttpRequest, text: Any) -> HttpResponse:
    draft = access.draft_to_change(request.user, text)
    names = ("version", "valid_from", "title", "body")
    initial = {name: getattr(draft, name) for name in names}
    form = TextForm(request.POST or None, draft=draft, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_draft(text=draft, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Utkastet är ändrat."))
            return go(request, _page_of(draft))
    context = {"form": form, "draft": draft, "fields": FIELD_NAMES, "back": _page_of(draft)}
    return page(request, "consent/text_form.html", context)


@needs(*access.DRAFTS_TEXTS)
@require_http_methods(["GET", "POST"])
def text_remove(request: HttpRequest, text: Any) -> HttpResponse:
    """Ask, then throw a draft away."""
    draft = access.draft_to_change(request.user, text)
    if request.method == "POST":
        actions.remove_draft(text=draft, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Utkastet är borttaget."))
        return go(request, reverse("consent:text_list"))
    return page(request, "consent/text_remove.html", {"text": draft, "back": _page_of(draft)})


@needs(*access.APPROVES_TEXTS)
@require_http_methods(["GET", "POST"])
def text_approve(request: HttpRequest, text: Any) -> HttpResponse:
    """Show the draft as it will be read, and what it replaces; approve it."""
    draft = access.draft_to_approve(request.user, text)
    why_not = ""
    if request.method == "POST":
        try:
            actions.approve_text(text=draft, by=request.user)  # type: ignore[arg-type]
        except RuleBroken as broken:
            why_not = str(broken)
        else:
            messages.success(request, _("Texten är godkänd och kan inte längre ändras."))
            return go(request, _page_of(draft))
    context = {
        "text": draft,
        "replaces": ConsentText.objects.current(draft.party, draft.language),
        "why_not": why_not,
        "back": _page_of(draft),
    }
    return page(request, "consent/text_approve.html", context)
