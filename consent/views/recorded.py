"""Answers on paper or by phone: writing them down, and checking what somebody else wrote down."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consent import access, actions
from consent.forms import CheckForm, ReasonForm, RecordedAnswerForm
from consent.models import RecordedAnswer
from consent.states import OPEN
from homecare.accounts.access import may, needs
from homecare.core.errors import RuleBroken
from homecare.core.web import go, page


@needs("ask_consents")
@require_http_methods(["GET", "POST"])
def recorded_add(request: HttpRequest, case: Any) -> HttpResponse:
    """Write down what an owner has answered on paper or by phone."""
    found = access.case_to_work_on(request.user, case)
    items = actions.askable_items(found) if found.state in OPEN else []
    if not items:
        messages.error(request, _("Förfrågan väntar inte på något svar."))
        return go(request, found.get_absolute_url())
    form = RecordedAnswerForm(request.POST or None, request.FILES or None, items=items)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("form", "given_on", "scan")}
        given |= {"name": form.cleaned_data["name"], "title": form.cleaned_data["title"]}
        try:
            recorded = actions.record_answer(
                case=found,
                answers=form.answers,
                by=request.user,  # type: ignore[arg-type]
                **given,
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _told(recorded))
            return go(request, found.get_absolute_url())
    context = {"case": found, "form": form, "doors": form.doors, "number": len(items)}
    return page(request, "consent/recorded_add.html", context)


def _told(recorded: RecordedAnswer) -> str:
    if recorded.outcome == RecordedAnswer.Outcome.WAITING:
        return _("Svaret är registrerat och gäller när en kollega har kontrollerat det.")
    return _("Svaret är registrerat och gäller.")


@needs("see_consents")
@require_GET
def recorded(request: HttpRequest, recorded: Any) -> HttpResponse:
    """What was written down, beside what came from the owner."""
    found = access.recorded_answer_to_see(request.user, recorded)
    return _checked_page(request, found, CheckForm(form=found.form))


def _checked_page(request: HttpRequest, found: RecordedAnswer, form: CheckForm) -> HttpResponse:
    waits = found.outcome == RecordedAnswer.Outcome.WAITING
    is_own = settings.FOUR_EYES and found.recorded_by == request.user
    context = {
        "recorded": found,
        "case": found.case,
        "items": actions.items_of(found),
        "proofs": found.proofs.without_content(),
        "form": form,
        "waits": waits,
        "is_own": is_own,
        "may_check": waits and may(request.user, "ask_consents"),
    }
    return page(request, "consent/recorded.html", context)


@needs("ask_consents")
@require_POST
def recorded_approve(request: HttpRequest, recorded: Any) -> HttpResponse:
    found = access.recorded_answer_to_check(request.user, recorded)
    form = CheckForm(request.POST, form=found.form)
    if form.is_valid():
        try:
            actions.approve_answer(recorded=found, by=request.user)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Svaret är godkänt och gäller."))
            return go(request, found.case.get_absolute_url())
    return _checked_page(request, found, form)


@needs("ask_consents")
@require_http_methods(["GET", "POST"])
def recorded_refuse(request: HttpRequest, recorded: Any) -> HttpResponse:
    found = access.recorded_answer_to_check(request.user, recorded)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.refuse_answer(recorded=found, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(
                request, _("Svaret är underkänt. Registrera det på nytt om det behövs.")
            )
            return go(request, found.case.get_absolute_url())
    context = {"recorded": found, "case": found.case, "form": form}
    return page(request, "consent/recorded_refuse.html", context)
