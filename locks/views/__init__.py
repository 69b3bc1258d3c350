"""The pages of the room: doors and orders in the office, the technician's, and the keys."""

from django.http import HttpRequest

from homecare.accounts.models import User


class SignedInRequest(HttpRequest):
    """A request from somebody with an account: @needs and @signed_in see to it."""

    user: User
