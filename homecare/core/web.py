"""All that views know of htmx."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    part: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the whole page, or only `part` of it when htmx asks."""
    name = part if part and is_htmx(request) else template
    response = render(request, name, context or {}, status=status)
    # One address, two bodies: a cache must not give one for the other.
    patch_vary_headers(response, ["HX-Request"])
    return response


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser on to `url`, also when the request came from htmx."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


def revealed(
    request: HttpRequest, *, value: str, hint: str, label: Any, about: Any, back_url: str
) -> HttpResponse:
    """A masked value that somebody asked for; log the reading first.

    htmx puts it where the mask was, and without script it comes on a page of its own. It is
    hidden again after half a minute, and no cache keeps it.
    """
    context = {
        "value": value,
        "revealed": value,
        "hint": hint,
        "label": label,
        "about": about,
        "back_url": back_url,
        "reveal_url": request.path,
    }
    response = page(request, "revealed.html", context, part="ui/_masked.html")
    response["Cache-Control"] = "no-store"
    return response


def download(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to save, never shown inside our own origin."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
