"""Mailings to the owners of an area."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consent import access, actions
from consent.forms import CampaignForm, LeaveOutForm
from consent.models import Campaign
from consent.queries import campaigns
from consent.states import OPEN, CaseState
from homecare.accounts.access import may, needs
from homecare.audit.models import Kind
from homecare.audit.trail import note
from homecare.core import progress
from homecare.core.errors import RuleBroken
from homecare.core.paging import paged
from homecare.core.web import go, page
from homecare.mailing.models import Channel


@needs("see_consents")
@require_GET
def campaign_list(request: HttpRequest) -> HttpResponse:
    rows = Campaign.objects.select_related("district").annotate(
        asked=Count("cases", filter=~Q(cases__state=CaseState.CANCELLED)),
        answered=Count("cases", filter=Q(cases__state=CaseState.ANSWERED)),
    )
    found = paged(
        rows,
        request.GET,
        sorts={"created": ["created_at"], "name": ["name"]},
        default="-created",
    )
    context = {"page": found, "may_ask": may(request.user, "ask_consents")}
    return page(request, "consent/campaign_list.html", context)


@needs("ask_consents")
@require_http_methods(["GET", "POST"])
def campaign_add(request: HttpRequest) -> HttpResponse:
    form = CampaignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draw_up_campaign(by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return go(request, made.get_absolute_url())
    return page(request, "consent/campaign_add.html", {"form": form})


@needs("see_consents")
@require_GET
def campaign(request: HttpRequest, campaign: Any) -> HttpResponse:
    """What the mailing would do now, how far it has come while it is sent, and what came of it."""
    found = access.campaign_to_see(request.user, campaign)
    percent, doing = progress.ask(found.ref)
    context: dict[str, Any] = {
        "campaign": found,
        "percent": percent,
        "doing": doing,
        "cases": found.cases.select_related("owner").order_by("owner__name"),
        "counts": _counts(found),
        "may_ask": may(request.user, "ask_consents"),
    }
    if context["may_ask"] and not found.is_sending:
        context["preview"] = seen = campaigns.preview(found, request.user)
        context["channels"] = [
            (Channel(channel).label, number) for channel, number in seen.by_channel.items()
        ]
        note(
            Kind.READ,
            request.user,
            "campaign.previewed",
            found,
            entrances=seen.number_of_entrances,
            recipients=seen.recipients,
        )
    return page(request, "consent/campaign.html", context, part="consent/_campaign_progress.html")


def _counts(found: Campaign) -> dict[str, int]:
    states = found.cases.order_by().values_list("state").annotate(Count("pk"))
    by_state = dict(states)
    return {
        "asked": sum(by_state.values()) - by_state.get(CaseState.CANCELLED, 0),
        "waiting": sum(by_state.get(state, 0) for state in OPEN),
        "answered": by_state.get(CaseState.ANSWERED, 0),
    }


@needs("ask_consents")
@require_POST
def campaign_send(request: HttpRequest, campaign: Any) -> HttpResponse:
    found = access.campaign_to_send(request.user, campaign)
    seen = request.POST.get("letters", "")
    try:
        actions.ask_to_send(
            campaign=found,
            by=request.user,  # type: ignore[arg-type]
            letters=int(seen) if seen.isdecimal() else -1,
        )
    except RuleBroken as broken:
        messages.error(request, str(broken))
    return go(request, found.get_absolute_url())


@needs("ask_consents")
@require_http_methods(["GET", "POST"])
def campaign_leave_out(request: HttpRequest, campaign: Any, entrance: Any) -> HttpResponse:
    found = access.campaign_to_send(request.user, campaign)
    door = access.entrance_to_leave_out(request.user, entrance)
    form = LeaveOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.leave_out(
            campaign=found,
            entrance=door,
            by=request.user,  # type: ignore[arg-type]
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("%(door)s är inte med i utskicket.") % {"door": door})
        return go(request, found.get_absolute_url())
    context = {"campaign": found, "entrance": door, "form": form}
    return page(request, "consent/campaign_leave_out.html", context)


@needs("ask_consents")
@require_POST
def campaign_put_back(request: HttpRequest, campaign: Any, entrance: Any) -> HttpResponse:
    found = access.campaign_to_send(request.user, campaign)
    door = access.entrance_to_leave_out(request.user, entrance)
    try:
        actions.put_back(campaign=found, entrance=door, by=request.user)  # type: ignore[arg-type]
    except RuleBroken as broken:
        messages.error(request, str(broken))
    return go(request, found.get_absolute_url())


@needs("ask_consents")
@require_GET
def campaign_letter(request: HttpRequest, campaign: Any, owner: Any) -> HttpResponse:
    """The words that one owner would get."""
    found = access.campaign_to_send(request.user, campaign)
    letter = next(
        (
            one
            for one in campaigns.preview(found, request.user).letters
            if str(one.owner.ref) == str(owner)
        ),
        None,
    )
    if letter is None:
        return go(request, reverse("consent:campaign", args=[found.ref]))
    mail = actions.preview_of_request(
        owner=letter.owner,
        entrances=letter.entrances,
        by=request.user,  # type: ignore[arg-type]
        language=found.language,
    )
    context = {"campaign": found, "letter": letter, "mail": mail}
    return page(request, "consent/campaign_letter.html", context)
