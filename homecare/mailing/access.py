"""The door to a message. Forbidden and missing look the same: 404."""

from typing import Any

from django.http import Http404

from homecare.mailing.models import Message


def message_to_send_again(user: Any, ref: Any) -> Message:
    """A message, for those who may see outgoing mail. Otherwise 404."""
    found = Message.objects.visible_to(user).filter(ref=ref).first()
    if found is None:
        raise Http404
    return found
