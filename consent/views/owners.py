"""Coverage, and the consents that owners have given."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from consent import access, actions
from consent.forms import ConsentFilter, CoverageFilter, OwnerConsentForm, ReasonForm
from consent.models import Consent, Withdrawal
from consent.queries import (
    PATH_TONES,
    Need,
    askable_entrances_of,
    entrance_needs,
    entrances_to_ask,
    needed_entrances,
    owner_funnel,
    standing,
    with_path,
)
from homecare.accounts.access import may, needs
from homecare.core.errors import RuleBroken
from homecare.core.paging import paged
from homecare.core.web import go, page
from homecare.ui.parts import Tone
from properties.models import Entrance, PropertyOwner


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """How it stands with one entrance."""

    entrance: Entrance
    need: Need
    state: str
    tone: Tone
    is_to_ask: bool


@dataclass(frozen=True, slots=True)
class OwnerRows:
    """The entrances of one owner on the page."""

    owner: PropertyOwner | None
    rows: list[CoverageRow]

    @property
    def number_to_ask(self) -> int:
        return sum(row.is_to_ask for row in self.rows)


@needs("see_consents")
@require_GET
def coverage(request: HttpRequest) -> HttpResponse:
    """Each entrance on the way to a home that the user may see: covered, waiting, missing.

    Of a day that is past: those on the way to homes of that day, whose they were, and whether a
    consent was in force.
    """
    form = CoverageFilter(request.GET)
    day = form.cleaned_data["day"] if form.is_valid() else None
    needed = needed_entrances(visible_to=request.user, day=day)
    rows: Any = needed.with_owner(day)  # type: ignore[attr-defined]
    if form.is_valid():
        if path := form.cleaned_data["path"]:
            rows = standing.filtered(with_path(needed, day), path)
        if area := form.cleaned_data["area"]:
            rows = standing.in_district(rows, area)
        if kind := form.cleaned_data["kind"]:
            rows = standing.of_owner_kind(rows, kind)
        if q := form.cleaned_data["q"]:
            rows = rows.filter(Q(owner_name__icontains=q) | Q(address__icontains=q))
    rows = rows.annotate(owner_sort=Coalesce("owner_name", Value("")))
    sorts = {"owner": ["owner_sort", "address", "name"]}
    found = paged(rows.select_related("real_property"), request.GET, sorts=sorts, default="owner")
    context = {
        "page": found,
        "groups": _by_owner(found.rows, request.user, day),
        "form": form,
        "day": day,
        "may_ask": may(request.user, "ask_consents") and day is None,
    }
    if day is None and not request.headers.get("HX-Request"):
        context["funnel"] = owner_funnel(needed)
    return page(request, "consent/coverage.html", context, part="consent/_coverage_rows.html")


def _by_owner(entrances: list[Any], user: Any, day: date | None) -> list[OwnerRows]:
    needed = entrance_needs(entrances, on=day)
    to_ask = set(
        entrances_to_ask(visible_to=user, right="see_consents")
        .filter(pk__in=[one.pk for one in entrances])
        .values_list("pk", flat=True)
    )
    rows = [
        CoverageRow(
            entrance=one,
            need=needed[one.pk],
            state=str(needed[one.pk].path.label),
            tone=PATH_TONES[needed[one.pk].path],
            is_to_ask=one.pk in to_ask,
        )
        if day is None
        else _row_of_day(one, needed[one.pk])
        for one in entrances
    ]
    return [
        OwnerRows(found[0].need.owner, found)
        for _owner, group in groupby(rows, key=lambda row: row.need.owner)
        if (found := list(group))
    ]


def _row_of_day(entrance: Entrance, need: Need) -> CoverageRow:
    """What was asked that day is not told, only what was in force."""
    if need.is_covered:
        return CoverageRow(entrance, need, _("Medgivande fanns"), "good", is_to_ask=False)
    return CoverageRow(entrance, need, _("Inget medgivande"), "bad", is_to_ask=False)


@needs("see_consents")
@require_GET
def consent_list(request: HttpRequest) -> HttpResponse:
    """The consents that owners have given."""
    rows = (
        Consent.objects.filter(owner__isnull=False)
        .select_related("owner", "case")
        .prefetch_related("covers__entrance", "covers__real_property")
    )
    form = ConsentFilter(request.GET)
    if form.is_valid():
        if not form.cleaned_data["ended"]:
            rows = rows.in_force()
        if q := form.cleaned_data["q"]:
            rows = rows.filter(owner__name__icontains=q)
    sorts = {"owner": ["owner__name"], "given": ["given_at"]}
    found = paged(rows, request.GET, sorts=sorts, default="-given")
    context = {"page": found, "form": form}
    return page(request, "consent/consent_list.html", context, part="consent/_consent_rows.html")


@needs("see_consents")
@require_GET
def consent(request: HttpRequest, consent: Any) -> HttpResponse:
    """One consent of an owner: what it covers, on which text, with what behind it."""
    found = access.owner_consent_to_see(request.user, consent)
    proofs = list(found.proofs.without_content())
    if found.case:
        proofs += found.case.proofs.without_content()
    context = {
        "consent": found,
        "covers": found.covers.select_related("entrance", "real_property", "home_door"),
        "proofs": proofs,
        "is_in_force": found.is_in_force_now,
        "why_ended": found.history.exclude(history_change_reason=None)
        .values_list("history_change_reason", flat=True)
        .first(),
        "withdrawal": Withdrawal.objects.filter(consent=found, closed_at=None).first(),
        "may_end": may(request.user, "ask_consents") and found.is_in_force_now,
    }
    return page(request, "consent/consent.html", context)


@needs("ask_consents")
@require_http_methods(["GET", "POST"])
def consent_end(request: HttpRequest, consent: Any) -> HttpResponse:
    found = access.owner_consent_to_end(request.user, consent)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_owner_consent(consent=found, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Medgivandet är återkallat och gäller inte längre."))
            return go(request, reverse("consent:consent", kwargs={"consent": found.ref}))
    return page(request, "consent/consent_end.html", {"consent": found, "form": form})


@needs("ask_consents")
@require_http_methods(["GET", "POST"])
def owner_consent_add(request: HttpRequest, owner: Any) -> HttpResponse:
    """Record a yes on paper: to all properties, some of them, or some entrances."""
    found = access.owner_to_ask(request.user, owner)
    form = OwnerConsentForm(request.POST or None, request.FILES or None, owner=found)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.record_owner_consent(owner=found, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Medgivandet är sparat."))
            return go(request, reverse("consent:consent", kwargs={"consent": made.ref}))
    return page(request, "consent/owner_consent_add.html", {"owner": found, "form": form})


@needs("see_consents")
@require_GET
def owner_standing(request: HttpRequest, owner: Any) -> HttpResponse:
    """All that one owner has been asked and has said, and what can be asked of it now."""
    found = access.owner_to_see(request.user, owner)
    consents = (
        Consent.objects.filter(owner=found)
        .select_related("case")
        .prefetch_related("covers__entrance", "covers__real_property")
    )
    context = {
        "owner": found,
        "cases": found.cases.select_related("handler").order_by("-created_at"),
        "consents": consents,
        "askable": askable_entrances_of(found).count(),
        "may_ask": may(request.user, "ask_consents"),
        "may_see_owner": may(request.user, "see_properties"),
    }
    return page(request, "consent/owner_standing.html", context)
