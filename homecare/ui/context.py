"""What every page's frame needs, for everybody, signed in or not."""

from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.urls import reverse

from homecare.ui import menu

THEMES = {"light", "dark"}


def shell(request: WSGIRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    theme = request.COOKIES.get("theme", "")
    return {
        "municipality": settings.MUNICIPALITY,
        "signed_in_as": str(user) if signed_in else "",
        "nav": _links(request, user, "main") if signed_in else [],
        "account_nav": _links(request, user, "account") if signed_in else [],
        "search_url": _search_url(user) if signed_in else "",
        "theme": theme if theme in THEMES else "",
    }


def _links(request: WSGIRequest, user: Any, place: menu.Place) -> list[dict[str, Any]]:
    links = [
        {"title": item.title, "url": reverse(item.url_name), "icon": item.icon, "is_current": False}
        for item in menu.items_for(user, place)
    ]
    # The longest address that the page lies under is the room one stands in; "/" is only itself.
    here = [link for link in links if _lies_under(request.path, link["url"])]
    if here:
        max(here, key=lambda link: len(link["url"]))["is_current"] = True
    return links


def _lies_under(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def _search_url(user: Any) -> str:
    found = menu.items_for(user, "search")
    return reverse(found[0].url_name) if found else ""
