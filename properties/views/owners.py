"""Owners, and whom to write to at them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from homecare.accounts.access import may, needs
from homecare.core.forms import carry_out
from homecare.core.history import timeline
from homecare.core.numbers import shown_personal_id_number
from homecare.core.paging import paged
from homecare.core.versions import version_of
from homecare.core.web import go, page, revealed
from properties import access, actions
from properties.forms import (
    ContactChangeForm,
    ContactForm,
    EndForm,
    OwnerChangeForm,
    OwnerFilter,
    OwnerForm,
)
from properties.models import PropertyOwner
from properties.queries import owner_card

MASKED_NUMBER = "••••••••-••••"


@require_GET
@needs("see_properties")
def owner_list(request: HttpRequest) -> HttpResponse:
    chosen = OwnerFilter(request.GET)
    asked = chosen.cleaned_data if chosen.is_valid() else {}
    found = PropertyOwner.objects.visible_to(request.user).found_by_name(asked.get("q", ""))
    if asked.get("kind"):
        found = found.filter(kind=asked["kind"])
    if asked.get("contact"):
        found = found.filter(do_not_contact=asked["contact"] == "no")
    return page(
        request,
        "properties/owner_list.html",
        {
            "filter": chosen,
            "page": paged(
                found.with_properties_owned(),
                request.GET,
                sorts={"name": ["name"], "kind": ["kind", "name"], "owned": ["properties_owned"]},
                default="name",
            ),
            "may_change": may(request.user, "change_properties"),
            "may_see_consents": may(request.user, "see_consents"),
        },
        part="properties/_owner_rows.html",
    )


@require_GET
@needs("see_properties")
def owner(request: HttpRequest, owner) -> HttpResponse:
    shown = access.owner_to_see(request.user, owner)
    return page(
        request,
        "properties/owner.html",
        {
            "owner": shown,
            "card": owner_card(shown),
            "masked_number": MASKED_NUMBER,
            "may_change": may(request.user, "change_properties"),
            "events": timeline(shown, shown.contacts, shown.ownerships),
        },
    )


@require_POST
@needs("see_properties")
def owner_reveal(request: HttpRequest, owner) -> HttpResponse:
    shown = access.owner_to_reveal(request.user, owner)
    return revealed(
        request,
        value=shown_personal_id_number(shown.personal_number),
        hint=MASKED_NUMBER,
        label=_("Personnummer"),
        about=shown.name,
        back_url=reverse("properties:owner", args=[shown.ref]),
    )


@require_http_methods(["GET", "POST"])
@needs("change_properties")
def owner_add(request: HttpRequest) -> HttpResponse:
    form = OwnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = carry_out(form, lambda: actions.add_owner(by=request.user, **form.cleaned_data))
        if added:
            messages.success(request, _("%(name)s är registrerad.") % {"name": added})
            return _to(request, added)
    return page(request, "properties/owner_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs("change_properties")
def owner_change(request: HttpRequest, owner) -> HttpResponse:
    shown = access.owner_to_change(request.user, owner)
    form = OwnerChangeForm(request.POST or None, owner=shown, version=version_of(shown))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.change_owner(
                owner=shown, by=request.user, seen=form.seen, **form.values
            ),
        )
    ):
        messages.success(request, _("Uppgifterna är ändrade."))
        return _to(request, shown)
    return page(request, "properties/owner_change.html", {"form": form, "owner": shown})


# --- contacts ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs("change_properties")
def contact_add(request: HttpRequest, owner) -> HttpResponse:
    shown = access.owner_to_change(request.user, owner)
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = carry_out(
            form,
            lambda: actions.add_contact(owner=shown, by=request.user, **form.cleaned_data),
        )
        if added:
            messages.success(request, _("%(name)s är registrerad.") % {"name": added})
            return _to(request, shown)
    return page(request, "properties/contact_add.html", {"form": form, "owner": shown})


@require_http_methods(["GET", "POST"])
@needs("change_properties")
def contact_change(request: HttpRequest, contact) -> HttpResponse:
    shown = access.contact_to_change(request.user, contact)
    form = ContactChangeForm(request.POST or None, contact=shown, version=version_of(shown))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.change_contact(
                contact=shown, by=request.user, seen=form.seen, **form.values
            ),
        )
    ):
        messages.success(request, _("Uppgifterna är ändrade."))
        return _to(request, shown.owner)
    return page(request, "properties/contact_change.html", {"form": form, "contact": shown})


@require_http_methods(["GET", "POST"])
@needs("change_properties")
def contact_end(request: HttpRequest, contact) -> HttpResponse:
    shown = access.contact_to_change(request.user, contact)
    form = EndForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.end_contact(contact=shown, by=request.user, **form.cleaned_data),
        )
    ):
        messages.success(request, _("%(name)s är avslutad.") % {"name": shown})
        return _to(request, shown.owner)
    return page(request, "properties/contact_end.html", {"form": form, "contact": shown})


def _to(request: HttpRequest, owner: PropertyOwner) -> HttpResponse:
    return go(request, reverse("properties:owner", args=[owner.ref]))
