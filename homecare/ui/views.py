"""The page of components, and four pages made of them as examples."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from homecare.ui import samples


@require_safe
@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """Every component with content of the kind that it is made for."""
    done = Message(constants.SUCCESS, "Nyckeln är utlämnad till Samira Haddad.")
    broken = Message(constants.ERROR, "Kvittensen kunde inte skickas. Vi försöker igen.")
    shown = {**samples.everything(""), "messages": [done, broken]}
    return render(request, "ui/samples/components.html", shown)


@require_safe
@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/samples/start.html", samples.everything("Start"))


@require_safe
@login_not_required
def recipient(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/samples/recipient.html", samples.everything("Hemtjänsttagare"))


@require_safe
@login_not_required
def owner(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/samples/owner.html", samples.everything(""))


@require_safe
@login_not_required
def field(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/samples/field.html", samples.everything(""))


# They show nothing of anybody, and the tests of routes read this mark.
for view in (components, start, recipient, owner, field):
    view.is_open = True  # type: ignore[attr-defined]
