"""Middleware that belongs to no room."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from homecare.core import facts


class RequestFacts:
    """Keeps from where and in which request something is done, for the trail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        token = facts.current.set(
            facts.Facts(
                request_id=request_id, address=_address(request), method=request.method or ""
            )
        )
        try:
            response = self.get_response(request)
        finally:
            facts.current.reset(token)
        response["X-Request-ID"] = request_id
        return response


class KeptByNobody:
    """Lets no browser or proxy keep what a signed-in person was shown.

    Else the next person at the computer could press Back after the sign-out. Files of the design
    are answered before it, and are kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response["Cache-Control"] = "no-store"
        return response


def _address(request: HttpRequest) -> str:
    if settings.SECURE_PROXY_SSL_HEADER:
        # The last address is the one our own proxy saw; those before it are the sender's claim.
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        if forwarded:
            return forwarded
    return request.META.get("REMOTE_ADDR", "")
