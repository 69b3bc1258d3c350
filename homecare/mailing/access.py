"""The doors to a message and to what was printed. Forbidden and missing look the same: 404."""

from typing import Any

from django.http import Http404

from homecare.accounts.access import may
from homecare.mailing.models import Message, PrintRun


def message_to_send_again(user: Any, ref: Any) -> Message:
    """A message, for those who may see outgoing mail. Otherwise 404."""
    found = Message.objects.visible_to(user).filter(ref=ref).first()
    if found is None:
        raise Http404
    return found


def print_run_to_see(user: Any, ref: Any) -> PrintRun:
    """Letters that were printed together, without the file; for those who may see outgoing mail.

    Otherwise 404.
    """
    runs = PrintRun.objects.defer("content").select_related("made_by")
    found = runs.filter(ref=ref).first() if may(user, "see_mail") else None
    if found is None:
        raise Http404
    return found
