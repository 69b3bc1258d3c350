"""Properties, and who owns them when."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from homecare.accounts.access import may, needs
from homecare.core.forms import carry_out
from homecare.core.history import timeline
from homecare.core.paging import paged
from homecare.core.versions import version_of
from homecare.core.web import go, page
from properties import access, actions
from properties.forms import PropertyChangeForm, PropertyFilter, PropertyForm, SaleForm
from properties.models import Property
from properties.queries import property_card


@require_GET
@needs("see_properties")
def property_list(request: HttpRequest) -> HttpResponse:
    chosen = PropertyFilter(request.GET)
    asked = chosen.cleaned_data if chosen.is_valid() else {}
    found: Any = Property.objects.visible_to(request.user).found_by(asked.get("q", ""))
    found = found.with_owner()
    if asked.get("owner"):
        found = found.filter(owner_id_now=asked["owner"].pk)
    return page(
        request,
        "properties/property_list.html",
        {
            "filter": chosen,
            "page": paged(
                found.with_entrances_in_use(),
                request.GET,
                sorts={"designation": ["designation"], "owner": ["owner_name", "designation"]},
                default="designation",
            ),
            "may_change": may(request.user, "change_properties"),
        },
        part="properties/_property_rows.html",
    )


@require_GET
@needs("see_properties")
def real_property(request: HttpRequest, real_property) -> HttpResponse:
    shown = access.property_to_see(request.user, real_property)
    return page(
        request,
        "properties/real_property.html",
        {
            "real_property": shown,
            "card": property_card(shown),
            "may_change": may(request.user, "change_properties"),
            "events": timeline(shown, shown.ownerships),
        },
    )


@require_http_methods(["GET", "POST"])
@needs("change_properties")
def property_add(request: HttpRequest) -> HttpResponse:
    form = PropertyForm(request.POST or None, initial={"owner": request.GET.get("agare", "")})
    if request.method == "POST" and form.is_valid():
        added = carry_out(form, lambda: actions.add_property(by=request.user, **form.cleaned_data))
        if added:
            messages.success(
                request, _("%(name)s är registrerad. Lägg till portarna.") % {"name": added}
            )
            return _to(request, added)
    return page(request, "properties/property_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs("change_properties")
def property_change(request: HttpRequest, real_property) -> HttpResponse:
    shown = access.property_to_change(request.user, real_property)
    form = PropertyChangeForm(request.POST or None, real_property=shown, version=version_of(shown))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.change_property(
                real_property=shown, by=request.user, seen=form.seen, **form.values
            ),
        )
    ):
        messages.success(request, _("Uppgifterna är ändrade."))
        return _to(request, shown)
    return page(request, "properties/property_change.html", {"form": form, "real_property": shown})


@require_http_methods(["GET", "POST"])
@needs("change_properties")
def property_sell(request: HttpRequest, real_property) -> HttpResponse:
    shown = access.property_to_change(request.user, real_property)
    form = SaleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ownership = carry_out(
            form,
            lambda: actions.sell_property(
                real_property=shown, by=request.user, **form.cleaned_data
            ),
        )
        if ownership:
            messages.success(
                request,
                _("%(owner)s äger %(property)s från och med %(day)s.")
                % {"owner": ownership.owner, "property": shown, "day": ownership.starts_on},
            )
            return _to(request, shown)
    return page(request, "properties/property_sell.html", {"form": form, "real_property": shown})


def _to(request: HttpRequest, shown: Property) -> HttpResponse:
    return go(request, reverse("properties:real_property", args=[shown.ref]))
