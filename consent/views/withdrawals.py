"""What follows when a consent is taken back, and whom an owner says we should write to."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from consent import access, actions
from consent.models import Withdrawal
from consent.states import StepKind
from homecare.accounts.access import may, needs
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.paging import paged
from homecare.core.web import go, page


@needs("see_consents")
@require_GET
def withdrawal_list(request: HttpRequest) -> HttpResponse:
    """Those that are not over, the most urgent first."""
    rows = (
        Withdrawal.objects.visible_to(request.user)
        .filter(closed_at=None)
        .select_related("consent__owner", "consent__recipient", "handler")
        .prefetch_related("steps", "consent__covers__entrance", "consent__covers__home_door")
    )
    found = paged(rows, request.GET, sorts={"due": ["due_on"]}, default="due")
    for one in found:
        one.is_late = one.due_on < clock.today()
    return page(request, "consent/withdrawal_list.html", {"page": found})


@needs("see_consents")
@require_GET
def withdrawal(request: HttpRequest, withdrawal: Any) -> HttpResponse:
    found = access.withdrawal_to_see(request.user, withdrawal)
    done = {step.kind: step for step in found.steps.select_related("done_by")}
    context = {
        "withdrawal": found,
        "steps": [(kind, kind.label, done.get(kind)) for kind in StepKind],
        "covers": found.consent.covers.select_related("entrance", "home_door", "real_property"),
        "may_work": may(request.user, "ask_consents") and found.closed_at is None,
        "is_late": found.closed_at is None and found.due_on < clock.today(),
    }
    return page(request, "consent/withdrawal.html", context)


@needs("ask_consents")
@require_POST
def withdrawal_step(request: HttpRequest, withdrawal: Any, step: str) -> HttpResponse:
    found = access.withdrawal_to_work_on(request.user, withdrawal)
    try:
        found = actions.take_step(
            withdrawal=found,
            kind=step,
            by=request.user,  # type: ignore[arg-type]
            note=request.POST.get("note", ""),
        )
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(
            request,
            _("Återkallelsen är avslutad.") if found.closed_at else _("Steget är klart."),
        )
    return go(request, reverse("consent:withdrawal", args=[found.ref]))


@needs("ask_consents")
@require_POST
def proposal_take(request: HttpRequest, proposal: Any) -> HttpResponse:
    found = access.proposal_to_handle(request.user, proposal)
    try:
        contact = actions.take_proposal(proposal=found, by=request.user)  # type: ignore[arg-type]
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("%(name)s är kontaktperson nu.") % {"name": contact})
    return go(request, found.case.get_absolute_url())


@needs("ask_consents")
@require_POST
def proposal_refuse(request: HttpRequest, proposal: Any) -> HttpResponse:
    found = access.proposal_to_handle(request.user, proposal)
    try:
        actions.refuse_proposal(proposal=found, by=request.user)  # type: ignore[arg-type]
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Förslaget är inte infört."))
    return go(request, found.case.get_absolute_url())
