"""The office's page of outgoing messages."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from homecare.accounts.access import may_visit, needs
from homecare.core.errors import RuleBroken
from homecare.core.paging import paged
from homecare.core.web import go, page
from homecare.mailing import access, actions
from homecare.mailing.forms import MessageFilter
from homecare.mailing.models import Message, MessageState

TONES = {
    MessageState.WAITING: "waiting",
    MessageState.SENT: "good",
    MessageState.FAILED: "bad",
    MessageState.NOT_SENT: "bad",
    MessageState.STOPPED: "neutral",
}


@needs("see_mail")
@require_GET
def message_list(request: HttpRequest) -> HttpResponse:
    form = MessageFilter(request.GET)
    rows = Message.objects.visible_to(request.user).for_list().with_urgency()
    if form.is_valid():
        if state := form.cleaned_data["state"]:
            rows = rows.filter(state=state)
        if q := form.cleaned_data["q"]:
            rows = rows.filter(Q(to_name__icontains=q) | Q(subject__icontains=q))
    sorts = {"urgency": ["urgency", "written_at"], "written": ["written_at"]}
    found = paged(rows, request.GET, sorts=sorts, default="-urgency")
    for message in found:
        message.tone = TONES[MessageState(message.state)]
        message.about_url = _about_url(request.user, message)
    context = {"page": found, "form": form}
    return page(request, "mailing/message_list.html", context, part="mailing/_message_rows.html")


def _about_url(user: Any, message: Message) -> str:
    """Where the thing that the message is about is shown, without asking the database.

    "" for those who may not go there.
    """
    try:
        thing: Any = apps.get_model(message.about_type)(ref=message.about_ref)
    except LookupError:
        return ""
    url = thing.get_absolute_url() if hasattr(thing, "get_absolute_url") else ""
    return url if url and may_visit(user, url) else ""


@needs("see_mail")
@require_POST
def send_again(request: HttpRequest, message: Any) -> HttpResponse:
    found = access.message_to_send_again(request.user, message)
    try:
        actions.send_again(message=found, by=request.user)  # type: ignore[arg-type]
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Meddelandet skickas igen."))
    return go(request, reverse("mailing:message_list"))
