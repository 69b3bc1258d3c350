"""Accounts and roles, for those who decide on them."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from homecare.accounts import access, actions, queries
from homecare.accounts.access import needs
from homecare.accounts.forms import (
    AccountChangeForm,
    AccountFilter,
    NewAccountForm,
    ReasonForm,
    RoleForm,
)
from homecare.core.errors import RuleBroken
from homecare.core.forms import carry_out
from homecare.core.history import timeline
from homecare.core.paging import paged
from homecare.core.versions import version_of
from homecare.core.web import go, page


@require_GET
@needs("assign_roles")
def account_list(request):
    chosen = AccountFilter(request.GET)
    found = queries.accounts(request.user, **(chosen.cleaned_data if chosen.is_valid() else {}))
    return page(
        request,
        "accounts/account_list.html",
        {
            "filter": chosen,
            "page": paged(
                found,
                request.GET,
                sorts={"name": ["name"], "email": ["email"]},
                default="name",
            ),
        },
        part="accounts/_account_rows.html",
    )


@require_GET
@needs("assign_roles")
def account(request, account):
    shown = access.account_to_see(request.user, account)
    return page(
        request,
        "accounts/account.html",
        {
            "account": shown,
            "roles": queries.roles_of(shown, seen_by=request.user),
            "may_change": access.may_change_account(request.user, shown),
            "may_give_link": access.may_open_to_others(request.user, shown),
            "is_own": shown.pk == request.user.pk,
            "events": timeline(shown, shown.assignments),
        },
    )


@require_http_methods(["GET", "POST"])
@needs("assign_roles")
def account_add(request):
    """A new account, its first role, and the link with which its owner sets the password."""
    form = NewAccountForm(request.POST or None, giver=request.user)
    if request.method == "POST" and form.is_valid():
        made = carry_out(form, lambda: _open_account(form, request.user))
        if made:
            return show_password_link(request, *made)
    return page(request, "accounts/account_add.html", {"form": form})


@transaction.atomic
def _open_account(form, by):
    made = actions.create_account(
        name=form.cleaned_data["name"], email=form.cleaned_data["email"], by=by
    )
    actions.assign_role(user=made, by=by, **form.to_assign)
    return made, actions.give_password_link(user=made, by=by)


@require_http_methods(["GET", "POST"])
@needs("assign_roles")
def account_change(request, account):
    shown = access.account_to_change(request.user, account)
    form = AccountChangeForm(
        request.POST or None,
        values={"name": shown.name, "email": shown.email},
        version=version_of(shown),
        may_change_email=access.may_open_to_others(request.user, shown),
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.change_account(
                account=shown, by=request.user, seen=form.seen, **form.values
            ),
        )
    ):
        messages.success(request, _("Kontot är ändrat."))
        return _to(request, shown)
    return page(request, "accounts/account_change.html", {"form": form, "account": shown})


@require_POST
@never_cache
@needs("assign_roles")
def password_link(request, account):
    shown = access.account_to_change(request.user, account)
    try:
        token = actions.give_password_link(user=shown, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return _to(request, shown)
    return show_password_link(request, shown, token)


def show_password_link(request, account, token):
    """The link, this once: it is saved nowhere, and a reload asks for a new one."""
    path = reverse("accounts:set_password", args=[account.ref, token])
    response = page(
        request,
        "accounts/password_link.html",
        {
            "account": account,
            "link": f"{settings.BASE_URL}{path}",
            "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60),
        },
    )
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@needs("assign_roles")
def account_block(request, account):
    shown = access.account_to_change(request.user, account)
    form = ReasonForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.block_account(user=shown, by=request.user, **form.cleaned_data),
        )
    ):
        messages.success(request, _("%(name)s kan inte logga in längre.") % {"name": shown.name})
        return _to(request, shown)
    return page(request, "accounts/account_block.html", {"form": form, "account": shown})


@require_http_methods(["GET", "POST"])
@needs("assign_roles")
def account_unblock(request, account):
    shown = access.account_to_change(request.user, account)
    form = ReasonForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.unblock_account(user=shown, by=request.user, **form.cleaned_data),
        )
    ):
        messages.success(request, _("%(name)s kan logga in igen.") % {"name": shown.name})
        return _to(request, shown)
    return page(request, "accounts/account_unblock.html", {"form": form, "account": shown})


@require_http_methods(["GET", "POST"])
@needs("assign_roles")
def role_add(request, account):
    shown = access.account_to_see(request.user, account)
    form = RoleForm(request.POST or None, giver=request.user)
    if request.method == "POST" and form.is_valid():
        given = carry_out(
            form, lambda: actions.assign_role(user=shown, by=request.user, **form.to_assign)
        )
        if given:
            messages.success(
                request,
                _("%(name)s har fått rollen %(role)s.")
                % {"name": shown.name, "role": given.get_role_display()},
            )
            return _to(request, shown)
    return page(request, "accounts/role_add.html", {"form": form, "account": shown})


@require_http_methods(["GET", "POST"])
@needs("assign_roles")
def role_end(request, assignment):
    held = access.assignment_to_end(request.user, assignment)
    form = ReasonForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.end_role(assignment=held, by=request.user, **form.cleaned_data),
        )
    ):
        messages.success(
            request,
            _("%(name)s har inte längre rollen %(role)s.")
            % {"name": held.user.name, "role": held.get_role_display()},
        )
        return _to(request, held.user)
    return page(request, "accounts/role_end.html", {"form": form, "assignment": held})


def _to(request, account):
    return go(request, reverse("accounts:account", args=[account.ref]))
