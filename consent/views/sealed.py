"""What all views behind a sealed link share: the case, the language, the page of a closed link."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from consent import actions, links
from consent.models import ConsentCase
from homecare.core.errors import RuleBroken
from homecare.core.web import page

LANGUAGES = dict(settings.LANGUAGES)
View = Callable[..., HttpResponse]


def in_language(view: View) -> View:
    """Finds the case of the token, and shows the page in the language that was chosen on the
    page, else in that of the request. `?lang=en`, as the e-mail has it, chooses and is gone.
    """

    @wraps(view)
    def shown(request: HttpRequest, token: str, **named: Any) -> HttpResponse:
        chosen = request.GET.get("lang")
        if chosen in LANGUAGES:
            return _with_language(redirect(request.path), chosen)
        case = links.case_of(token)
        kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = kept if kept in LANGUAGES else case.text.language if case else "sv"
        with translation.override(language):
            response = view(request, token, case, **named) if case else closed(request, token)
            response["Content-Language"] = language
        # The address is a key: it is not to be kept, found or told to other sites.
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return shown


def _with_language(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def closed(request: HttpRequest, token: str = "") -> HttpResponse:
    """One page for a link that is false, old, replaced or cancelled: it tells nothing of which."""
    context = {"contact": settings.CONTACT, "token": token}
    return page(request, "consent/link_closed.html", context, status=410)


def send_code(request: HttpRequest, case: ConsentCase) -> bool:
    """Send the code to sign with, or say why not."""
    try:
        actions.send_sign_code(case=case)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return False
    return True
