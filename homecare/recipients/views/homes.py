"""Where people live, and the way in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from homecare.accounts.access import needs
from homecare.core.forms import carry_out
from homecare.core.history import timeline
from homecare.core.versions import version_of
from homecare.core.web import page
from homecare.recipients import access, actions
from homecare.recipients.forms import HomeDoorChangeForm, MoveForm, PathForm
from homecare.recipients.views.people import to_person
from properties.actions import set_path


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def move(request: HttpRequest, recipient) -> HttpResponse:
    shown = access.recipient_to_change(request.user, recipient)
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        residence = carry_out(
            form,
            lambda: actions.move(
                recipient=shown, home_door=form.home, on=form.cleaned_data["on"], by=request.user
            ),
        )
        if residence:
            messages.success(
                request,
                _("%(name)s bor på den nya adressen från och med %(day)s.")
                % {"name": shown, "day": residence.starts_on},
            )
            return to_person(request, shown)
    return page(request, "recipients/move.html", {"form": form, "recipient": shown})


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def home_door_change(request: HttpRequest, home_door) -> HttpResponse:
    shown = access.home_door_to_change(request.user, home_door)
    form = HomeDoorChangeForm(request.POST or None, home_door=shown, version=version_of(shown))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.change_home(
                home_door=shown, by=request.user, seen=form.seen, **form.values
            ),
        )
    ):
        messages.success(request, _("Uppgifterna är ändrade."))
        return _to_whom_it_concerns(request, shown)
    return page(
        request,
        "recipients/home_door_change.html",
        {
            "form": form,
            "home_door": shown,
            "people": access.people_behind(request.user, shown),
            "events": timeline(shown, shown.path),
        },
    )


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def path_change(request: HttpRequest, home_door) -> HttpResponse:
    shown = access.home_door_to_change(request.user, home_door)
    form = PathForm(request.POST or None, home_door=shown, version=version_of(shown.path))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: set_path(
                home_door=shown, entrances=form.entrances, by=request.user, seen=form.seen
            ),
        )
    ):
        messages.success(request, _("Vägen är ändrad."))
        return _to_whom_it_concerns(request, shown)
    return page(
        request,
        "recipients/path_change.html",
        {
            "form": form,
            "home_door": shown,
            "people": access.people_behind(request.user, shown),
        },
    )


def _to_whom_it_concerns(request: HttpRequest, home_door) -> HttpResponse:
    first = next(iter(access.people_behind(request.user, home_door)), None)
    if first is None:
        return redirect(reverse("recipients:recipient_list"))
    return to_person(request, first)
