"""Signing in and out, and one's own account."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from homecare.accounts import actions
from homecare.accounts.access import open_to_all, signed_in
from homecare.accounts.forms import LanguageForm, NewPasswordForm, OwnPasswordForm, SignInForm
from homecare.accounts.links import account_of_link
from homecare.accounts.models import User
from homecare.accounts.queries import GivenLink, links_given_to
from homecare.core.web import go, page


class SignIn(LoginView):
    """E-mail address and password. Goes on to the page that was asked for."""

    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        account = form.get_user()
        signed_in_before = account.last_login
        response = super().form_valid(form)
        for link in links_given_to(account, since=signed_in_before)[:1]:
            with translation.override(account.language):
                messages.warning(self.request, _of_link(link))
        return _in_language(response, account.language)


sign_in = open_to_all("to sign in one must not be signed in")(SignIn.as_view())


@open_to_all("to end a session that has run out is no fault")
@never_cache
@require_POST
def sign_out(request):
    logout(request)
    messages.success(request, _("Du är utloggad."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


@open_to_all("whoever has the link has no password yet")
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "POST"])
def set_password(request, account, token):
    """The page behind the link of a new account, or of a password that was forgotten."""
    owner = account_of_link(account, token)
    if owner is None:
        return page(request, "accounts/link_is_used.html", status=404)
    form = NewPasswordForm(request.POST or None, account=owner)
    if request.method == "POST" and form.is_valid():
        actions.set_password(user=owner, password=form.cleaned_data["password"])
        messages.success(request, _("Lösenordet är sparat. Logga in med det nu."))
        return go(request, reverse("accounts:sign_in"))
    return page(request, "accounts/set_password.html", {"form": form, "owner": owner})


@require_GET
@signed_in
def my_account(request):
    account = _own(request)
    return page(
        request,
        "accounts/my_account.html",
        {
            "account": account,
            "roles": account.assignments.filter(
                pk__in=[held.pk for held in account.held_today()]
            ).select_related("unit", "provider", "district"),
            "language_form": LanguageForm(initial={"language": account.language}),
            "links": [_of_link(link) for link in links_given_to(account)],
        },
    )


def _of_link(link: GivenLink) -> str:
    """A link that somebody else made to the reader's own account, in words."""
    about = {"day": localtime(link.at).strftime("%Y-%m-%d %H:%M"), "name": link.by or _("systemet")}
    return (
        _(
            "En ny lösenordslänk skapades den %(day)s av %(name)s. Har du inte bett om den, säg "
            "till din chef genast."
        )
        % about
    )


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def my_password(request):
    account = _own(request)
    form = OwnPasswordForm(request.POST or None, account=account)
    if request.method == "POST" and form.is_valid():
        actions.set_password(user=account, password=form.cleaned_data["password"])
        update_session_auth_hash(request, account)
        messages.success(request, _("Lösenordet är bytt. Andra inloggningar har avslutats."))
        return go(request, reverse("accounts:my_account"))
    return page(request, "accounts/my_password.html", {"form": form})


@require_POST
@signed_in
def my_language(request):
    form = LanguageForm(request.POST)
    response = go(request, reverse("accounts:my_account"))
    if not form.is_valid():
        messages.error(request, _("Välj ett av språken."))
        return response
    language = form.cleaned_data["language"]
    actions.choose_language(user=_own(request), language=language)
    with translation.override(language):
        messages.success(request, _("Språket är sparat."))
    return _in_language(response, language)


def _own(request):
    """The signed-in account itself, not the lazy object that stands for it."""
    return User.objects.get(pk=request.user.pk)


def _in_language(response, language):
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 60 * 60,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return response
