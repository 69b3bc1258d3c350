"""Protected identity: its level, and those who are named to see a protected person."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from homecare.accounts.access import needs
from homecare.core.forms import carry_out
from homecare.core.web import go, page
from homecare.recipients import access, actions
from homecare.recipients.forms import NameStaffForm, ProtectionForm, ReasonForm
from homecare.recipients.queries import accounts_to_name, named_for
from homecare.recipients.views.people import to_person


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def protection(request: HttpRequest, recipient) -> HttpResponse:
    shown = access.recipient_to_change(request.user, recipient)
    form = ProtectionForm(request.POST or None, initial={"level": shown.protection_level})
    if request.method == "POST" and form.is_valid():
        changed = carry_out(
            form,
            lambda: actions.change_protection(
                recipient=shown, by=request.user, **form.cleaned_data
            ),
        )
        if changed:
            messages.success(request, _said(changed))
            return to_person(request, shown)
    return page(request, "recipients/protection.html", {"form": form, "recipient": shown})


def _said(changed) -> str:
    if changed.is_protected:
        return _(
            "Skyddet gäller nu. Bara de som enhetschefen har namngett ser personen från och med nu."
        )
    return _("Skyddet är borttaget. Personen syns igen för enheten.")


@require_GET
@needs("name_protected")
def named_grants(request: HttpRequest) -> HttpResponse:
    """The protected people of the own units: name, customer number and who is named."""
    people = named_for(access.protected_people(request.user))
    access.note_list(request.user, people, what="recipient.protected_list_read")
    return page(request, "recipients/named_grants.html", {"people": people})


@require_http_methods(["GET", "POST"])
@needs("name_protected")
def name_staff(request: HttpRequest, protected) -> HttpResponse:
    user: Any = request.user
    shown = access.protected_to_name(user, protected)
    form = NameStaffForm(request.POST or None, accounts=accounts_to_name(shown).exclude(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        grant = carry_out(
            form,
            lambda: actions.name_staff(recipient=shown, by=user, **form.cleaned_data),
        )
        if grant:
            messages.success(
                request,
                _("%(name)s ser uppgifterna från %(first)s till %(last)s.")
                % {"name": grant.user, "first": grant.starts_on, "last": grant.ends_on},
            )
            return go(request, reverse("recipients:named_grants"))
    return page(request, "recipients/name_staff.html", {"form": form, "name": shown.name})


@require_http_methods(["GET", "POST"])
@needs("name_protected")
def named_grant_end(request: HttpRequest, named_grant) -> HttpResponse:
    shown = access.grant_to_end(request.user, named_grant)
    form = ReasonForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form, lambda: actions.end_grant(grant=shown, by=request.user, **form.cleaned_data)
        )
    ):
        messages.success(request, _("%(name)s ser inte längre uppgifterna.") % {"name": shown.user})
        return go(request, reverse("recipients:named_grants"))
    return page(
        request,
        "recipients/named_grant_end.html",
        {"form": form, "grant": shown, "name": shown.recipient.name},
    )
