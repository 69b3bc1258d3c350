"""Who acts for a person, and who is close."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from homecare.accounts.access import needs
from homecare.core.errors import RuleBroken
from homecare.core.forms import carry_out
from homecare.core.numbers import shown_phone_number
from homecare.core.versions import version_of
from homecare.core.web import page, revealed
from homecare.recipients import access, actions
from homecare.recipients.forms import (
    ContactPersonChangeForm,
    ContactPersonForm,
    EndForm,
    RepresentativeChangeForm,
    RepresentativeForm,
)
from homecare.recipients.views.people import to_person

# --- representatives -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def representative_add(request: HttpRequest, recipient) -> HttpResponse:
    shown = access.recipient_to_change(request.user, recipient)
    form = RepresentativeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = carry_out(
            form,
            lambda: actions.add_representative(
                recipient=shown,
                by=request.user,
                ref=form.ref_for(request.user, shown),
                **form.values,
            ),
        )
        if added:
            messages.success(request, _("%(name)s är registrerad.") % {"name": added.name})
            return to_person(request, shown)
    return page(request, "recipients/representative_add.html", {"form": form, "recipient": shown})


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def representative_change(request: HttpRequest, representative) -> HttpResponse:
    shown = access.representative_to_change(request.user, representative)
    form = RepresentativeChangeForm(
        request.POST or None, representative=shown, version=version_of(shown)
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.change_representative(
                representative=shown, by=request.user, seen=form.seen, **form.values
            ),
        )
    ):
        messages.success(request, _("Uppgifterna är ändrade."))
        return to_person(request, shown.recipient)
    return page(
        request,
        "recipients/representative_change.html",
        {"form": form, "representative": shown, "recipient": shown.recipient},
    )


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def representative_end(request: HttpRequest, representative) -> HttpResponse:
    shown = access.representative_to_change(request.user, representative)
    form = EndForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.end_representative(
                representative=shown, by=request.user, **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _("%(name)s är avslutad.") % {"name": shown.name})
        return to_person(request, shown.recipient)
    return page(
        request,
        "recipients/representative_end.html",
        {"form": form, "representative": shown, "recipient": shown.recipient},
    )


@require_POST
@needs("see_recipients")
def representative_reveal_phone(request: HttpRequest, representative) -> HttpResponse:
    shown = access.representative_to_reveal(request.user, representative, "phone")
    return revealed(
        request,
        value=shown_phone_number(shown.phone),
        hint=shown.masked_phone,
        label=_("Telefon"),
        about=shown.name,
        back_url=reverse("desk:recipient", args=[shown.recipient.ref]),
    )


@require_POST
@needs("see_recipients")
def representative_reveal_email(request: HttpRequest, representative) -> HttpResponse:
    shown = access.representative_to_reveal(request.user, representative, "email")
    return revealed(
        request,
        value=shown.email,
        hint=shown.masked_email,
        label=_("E-postadress"),
        about=shown.name,
        back_url=reverse("desk:recipient", args=[shown.recipient.ref]),
    )


# --- contact persons -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def contact_add(request: HttpRequest, recipient) -> HttpResponse:
    shown = access.recipient_to_change(request.user, recipient)
    form = ContactPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = carry_out(
            form,
            lambda: actions.add_contact_person(
                recipient=shown,
                by=request.user,
                ref=form.ref_for(request.user, shown),
                **form.values,
            ),
        )
        if added:
            messages.success(request, _("%(name)s är registrerad.") % {"name": added.name})
            return to_person(request, shown)
    return page(request, "recipients/contact_add.html", {"form": form, "recipient": shown})


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def contact_change(request: HttpRequest, contact) -> HttpResponse:
    shown = access.contact_person_to_change(request.user, contact)
    form = ContactPersonChangeForm(request.POST or None, contact=shown, version=version_of(shown))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.change_contact_person(
                contact=shown, by=request.user, seen=form.seen, **form.values
            ),
        )
    ):
        messages.success(request, _("Uppgifterna är ändrade."))
        return to_person(request, shown.recipient)
    return page(
        request,
        "recipients/contact_change.html",
        {"form": form, "contact": shown, "recipient": shown.recipient},
    )


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def contact_end(request: HttpRequest, contact) -> HttpResponse:
    shown = access.contact_person_to_change(request.user, contact)
    if request.method == "POST":
        try:
            actions.end_contact_person(contact=shown, by=request.user)
        except RuleBroken as broken:
            messages.info(request, str(broken))
        else:
            messages.success(request, _("%(name)s är borttagen.") % {"name": shown.name})
        return to_person(request, shown.recipient)
    return page(
        request,
        "recipients/contact_end.html",
        {"contact": shown, "recipient": shown.recipient},
    )


@require_POST
@needs("see_recipients")
def contact_reveal_phone(request: HttpRequest, contact) -> HttpResponse:
    shown = access.contact_person_to_reveal(request.user, contact)
    return revealed(
        request,
        value=shown_phone_number(shown.phone),
        hint=shown.masked_phone,
        label=_("Telefon"),
        about=shown.name,
        back_url=reverse("desk:recipient", args=[shown.recipient.ref]),
    )
