from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from homecare.core import clock
from homecare.core.forms import carry_out
from homecare.core.history import timeline
from homecare.core.numbers import shown_organisation_number, shown_phone_number
from homecare.core.paging import paged
from homecare.core.versions import version_of
from homecare.core.web import go, page
from homecare.organisation import access, actions
from homecare.organisation.access import may, needs
from homecare.organisation.forms import (
    CloseForm,
    DistrictChangeForm,
    DistrictForm,
    ProviderChangeForm,
    ProviderForm,
    UnitChangeForm,
    UnitFilter,
    UnitForm,
)
from homecare.organisation.models import CareUnit, District, Provider

# --- units ---------------------------------------------------------------------------------------


@require_GET
@needs("see_staff", "change_organisation")
def unit_list(request):
    chosen = UnitFilter(request.GET)
    asked = chosen.cleaned_data if chosen.is_valid() else {}
    found = CareUnit.objects.select_related("provider", "district").found_by(asked.get("q", ""))
    if asked.get("provider"):
        found = found.filter(provider=asked["provider"])
    if asked.get("state", "") != "all":
        today = clock.today()
        closed = asked.get("state") == "closed"
        found = found.closed_by(today) if closed else found.open_on(today)
    return page(
        request,
        "organisation/unit_list.html",
        {
            "filter": chosen,
            "page": paged(
                found,
                request.GET,
                sorts={
                    "name": ["name"],
                    "code": ["code"],
                    "provider": ["provider__name", "name"],
                },
                default="name",
            ),
            "may_change": may(request.user, "change_organisation"),
        },
        part="organisation/_unit_rows.html",
    )


@require_GET
@needs("see_staff", "change_organisation")
def unit(request, unit):
    shown = access.unit_to_see(unit)
    return page(
        request,
        "organisation/unit.html",
        {
            "unit": shown,
            "phone": shown_phone_number(shown.phone) if shown.phone else "",
            "may_change": may(request.user, "change_organisation"),
            "may_see_staff": may(request.user, "see_staff"),
            "events": timeline(shown),
        },
    )


@require_http_methods(["GET", "POST"])
@needs("change_organisation")
def unit_add(request):
    form = UnitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = carry_out(form, lambda: actions.save_unit(by=request.user, **form.cleaned_data))
        if added:
            messages.success(request, _("Enheten %(name)s är upplagd.") % {"name": added.name})
            return go(request, reverse("organisation:unit", args=[added.ref]))
    return page(request, "organisation/unit_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs("change_organisation")
def unit_change(request, unit):
    shown = access.unit_to_see(unit)
    form = UnitChangeForm(request.POST or None, unit=shown, version=version_of(shown))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.save_unit(by=request.user, unit=shown, seen=form.seen, **form.values),
        )
    ):
        messages.success(request, _("Enheten är ändrad."))
        return go(request, reverse("organisation:unit", args=[shown.ref]))
    return page(request, "organisation/unit_change.html", {"form": form, "unit": shown})


@require_http_methods(["GET", "POST"])
@needs("change_organisation")
def unit_close(request, unit):
    shown = access.unit_to_see(unit)
    form = CloseForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.close_unit(unit=shown, by=request.user, **form.cleaned_data),
        )
    ):
        messages.success(
            request,
            _("%(name)s är avslutad från %(day)s.")
            % {"name": shown.name, "day": form.cleaned_data["on"].isoformat()},
        )
        return go(request, reverse("organisation:unit", args=[shown.ref]))
    return page(request, "organisation/unit_close.html", {"form": form, "unit": shown})


@require_POST
@needs("change_organisation")
def unit_reopen(request, unit):
    shown = access.unit_to_see(unit)
    actions.reopen_unit(unit=shown, by=request.user)
    messages.success(request, _("%(name)s är öppen igen.") % {"name": shown.name})
    return go(request, reverse("organisation:unit", args=[shown.ref]))


# --- providers -----------------------------------------------------------------------------------


@require_GET
@needs("see_staff", "change_organisation")
def provider_list(request):
    return page(
        request,
        "organisation/provider_list.html",
        {
            "page": paged(
                Provider.objects.with_number_of_units(),
                request.GET,
                sorts={"name": ["name"], "kind": ["kind", "name"]},
                default="name",
            ),
            "may_change": may(request.user, "change_organisation"),
        },
    )


@require_GET
@needs("see_staff", "change_organisation")
def provider(request, provider):
    shown = access.provider_to_see(provider)
    return page(
        request,
        "organisation/provider.html",
        {
            "provider": shown,
            "number": shown_organisation_number(shown.organisation_number)
            if shown.organisation_number
            else "",
            "units": shown.units.open_on(clock.today()).select_related("district"),
            "may_change": may(request.user, "change_organisation"),
            "events": timeline(shown),
        },
    )


@require_http_methods(["GET", "POST"])
@needs("change_organisation")
def provider_add(request):
    form = ProviderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = carry_out(form, lambda: actions.save_provider(by=request.user, **form.cleaned_data))
        if added:
            messages.success(request, _("Utföraren %(name)s är upplagd.") % {"name": added.name})
            return go(request, reverse("organisation:provider", args=[added.ref]))
    return page(request, "organisation/provider_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs("change_organisation")
def provider_change(request, provider):
    shown = access.provider_to_see(provider)
    form = ProviderChangeForm(request.POST or None, provider=shown, version=version_of(shown))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.save_provider(
                by=request.user, provider=shown, seen=form.seen, **form.values
            ),
        )
    ):
        messages.success(request, _("Utföraren är ändrad."))
        return go(request, reverse("organisation:provider", args=[shown.ref]))
    return page(request, "organisation/provider_change.html", {"form": form, "provider": shown})


# --- districts -----------------------------------------------------------------------------------


@require_GET
@needs("see_staff", "change_organisation")
def district_list(request):
    return page(
        request,
        "organisation/district_list.html",
        {
            "page": paged(
                District.objects.with_number_of_units(),
                request.GET,
                sorts={"name": ["name"], "code": ["code"]},
                default="name",
            ),
            "may_change": may(request.user, "change_organisation"),
        },
    )


@require_http_methods(["GET", "POST"])
@needs("change_organisation")
def district_add(request):
    form = DistrictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = carry_out(form, lambda: actions.save_district(by=request.user, **form.cleaned_data))
        if added:
            messages.success(request, _("%(name)s är upplagt.") % {"name": added.name})
            return go(request, reverse("organisation:district_list"))
    return page(request, "organisation/district_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs("change_organisation")
def district_change(request, district):
    shown = access.district_to_see(district)
    form = DistrictChangeForm(request.POST or None, district=shown, version=version_of(shown))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.save_district(
                by=request.user, district=shown, seen=form.seen, **form.values
            ),
        )
    ):
        messages.success(request, _("%(name)s är ändrat.") % {"name": shown.name})
        return go(request, reverse("organisation:district_list"))
    return page(request, "organisation/district_change.html", {"form": form, "district": shown})
