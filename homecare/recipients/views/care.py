"""Which unit cares for whom, and that somebody has died."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from homecare.accounts.access import needs
from homecare.core.forms import carry_out
from homecare.core.web import page
from homecare.recipients import access, actions
from homecare.recipients.forms import CommissionEndForm, CommissionForm, DeathForm, ReasonForm
from homecare.recipients.views.people import to_person


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def commission_add(request: HttpRequest, recipient) -> HttpResponse:
    shown = access.recipient_to_change(request.user, recipient)
    form = CommissionForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        added = carry_out(
            form,
            lambda: actions.start_commission(recipient=shown, by=request.user, **form.cleaned_data),
        )
        if added:
            messages.success(
                request,
                _("%(unit)s har uppdraget från och med %(day)s.")
                % {"unit": added.unit, "day": added.starts_on},
            )
            return to_person(request, shown)
    return page(request, "recipients/commission_add.html", {"form": form, "recipient": shown})


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def commission_end(request: HttpRequest, commission) -> HttpResponse:
    shown = access.commission_to_end(request.user, commission)
    form = CommissionEndForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.end_commission(commission=shown, by=request.user, **form.cleaned_data),
        )
    ):
        messages.success(
            request,
            _("Uppdraget för %(unit)s slutar %(day)s.")
            % {"unit": shown.unit, "day": form.cleaned_data["on"]},
        )
        return to_person(request, shown.recipient)
    return page(
        request,
        "recipients/commission_end.html",
        {"form": form, "commission": shown, "recipient": shown.recipient},
    )


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def death(request: HttpRequest, recipient) -> HttpResponse:
    shown = access.recipient_to_change(request.user, recipient)
    form = DeathForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.record_death(recipient=shown, by=request.user, **form.cleaned_data),
        )
    ):
        messages.success(request, _("Dödsfallet är registrerat."))
        return to_person(request, shown)
    return page(request, "recipients/death.html", {"form": form, "recipient": shown})


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def death_take_back(request: HttpRequest, recipient) -> HttpResponse:
    shown = access.recipient_to_change(request.user, recipient)
    form = ReasonForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.take_back_death(recipient=shown, by=request.user, **form.cleaned_data),
        )
    ):
        messages.success(request, _("Dödsfallet är borttaget, och det som avslutades gäller igen."))
        return to_person(request, shown)
    return page(request, "recipients/death_take_back.html", {"form": form, "recipient": shown})
