"""Entrances: the shared doors on the way to homes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from homecare.accounts.access import may, needs
from homecare.core import clock
from homecare.core.forms import carry_out
from homecare.core.history import timeline
from homecare.core.paging import paged
from homecare.core.versions import version_of
from homecare.core.web import go, page, revealed
from properties import access, actions
from properties.forms import CloseForm, EntranceChangeForm, EntranceFilter, EntranceForm
from properties.models import Entrance

MASKED_CODE = "••••"


@require_GET
@needs("see_properties")
def entrance_list(request: HttpRequest) -> HttpResponse:
    chosen = EntranceFilter(request.GET)
    asked = chosen.cleaned_data if chosen.is_valid() else {}
    found = Entrance.objects.visible_to(request.user).found_by(asked.get("q", ""))
    state = asked.get("state", "")
    if state == "closed":
        found = found.filter(closed_on__lte=clock.today())
    elif state != "all":
        found = found.in_use()
    if asked.get("access_solution"):
        found = found.filter(access_solution=asked["access_solution"])
    return page(
        request,
        "properties/entrance_list.html",
        {
            "filter": chosen,
            "page": paged(
                found.with_owner().select_related("real_property"),
                request.GET,
                sorts={
                    "address": ["address", "name"],
                    "property": ["real_property__designation", "address", "name"],
                    "owner": ["owner_name", "address", "name"],
                },
                default="address",
            ),
        },
        part="properties/_entrance_rows.html",
    )


@require_GET
@needs("see_properties")
def entrance(request: HttpRequest, entrance) -> HttpResponse:
    shown = access.entrance_to_see(request.user, entrance)
    return page(
        request,
        "properties/entrance.html",
        {
            "entrance": shown,
            "masked_code": MASKED_CODE,
            "is_closed": shown.closed_on is not None and shown.closed_on <= clock.today(),
            "may_change": may(request.user, "change_properties"),
            "events": timeline(shown),
        },
    )


@require_POST
@needs("see_properties")
def entrance_reveal(request: HttpRequest, entrance) -> HttpResponse:
    shown = access.entrance_to_reveal(request.user, entrance)
    return revealed(
        request,
        value=shown.entrance_code,
        hint=MASKED_CODE,
        label=_("Portkod"),
        about=str(shown),
        back_url=reverse("properties:entrance", args=[shown.ref]),
    )


@require_http_methods(["GET", "POST"])
@needs("change_properties")
def entrance_add(request: HttpRequest, real_property) -> HttpResponse:
    shown = access.property_to_change(request.user, real_property)
    # Most often the next entrance lies beside the last one.
    last = shown.entrances.order_by("-pk").first()
    near = {"postal_code": last.postal_code, "city": last.city} if last else {}
    form = EntranceForm(request.POST or None, initial=near)
    if request.method == "POST" and form.is_valid():
        added = carry_out(
            form,
            lambda: actions.add_entrance(real_property=shown, by=request.user, **form.cleaned_data),
        )
        if added:
            messages.success(request, _("%(name)s är registrerad.") % {"name": added})
            return go(request, reverse("properties:real_property", args=[shown.ref]))
    return page(request, "properties/entrance_add.html", {"form": form, "real_property": shown})


@require_http_methods(["GET", "POST"])
@needs("change_properties")
def entrance_change(request: HttpRequest, entrance) -> HttpResponse:
    shown = access.entrance_to_change(request.user, entrance)
    form = EntranceChangeForm(request.POST or None, entrance=shown, version=version_of(shown))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.change_entrance(
                entrance=shown, by=request.user, seen=form.seen, **form.values
            ),
        )
    ):
        messages.success(request, _("Uppgifterna är ändrade."))
        return _to(request, shown)
    return page(request, "properties/entrance_change.html", {"form": form, "entrance": shown})


@require_http_methods(["GET", "POST"])
@needs("change_properties")
def entrance_close(request: HttpRequest, entrance) -> HttpResponse:
    shown = access.entrance_to_change(request.user, entrance)
    form = CloseForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.close_entrance(entrance=shown, by=request.user, **form.cleaned_data),
        )
    ):
        messages.success(request, _("%(name)s är avslutad.") % {"name": shown})
        return _to(request, shown)
    return page(request, "properties/entrance_close.html", {"form": form, "entrance": shown})


@require_POST
@needs("change_properties")
def entrance_reopen(request: HttpRequest, entrance) -> HttpResponse:
    shown = access.entrance_to_change(request.user, entrance)
    actions.reopen_entrance(entrance=shown, by=request.user)
    messages.success(request, _("%(name)s används igen.") % {"name": shown})
    return _to(request, shown)


def _to(request: HttpRequest, shown: Entrance) -> HttpResponse:
    return go(request, reverse("properties:entrance", args=[shown.ref]))
