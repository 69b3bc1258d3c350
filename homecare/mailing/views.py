"""The office's pages of outgoing messages, and of letters to print."""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from homecare.accounts.access import may_visit, needs
from homecare.audit.trail import note_export
from homecare.core.errors import RuleBroken
from homecare.core.paging import Page, paged
from homecare.core.web import download, go, page
from homecare.mailing import access, actions, letters
from homecare.mailing.forms import MessageFilter, PrintForm
from homecare.mailing.models import Message, MessageState, PrintRun
from homecare.mailing.texts import place_of

TONES = {
    MessageState.WAITING: "waiting",
    MessageState.SENT: "good",
    MessageState.FAILED: "bad",
    MessageState.NOT_SENT: "bad",
    MessageState.STOPPED: "neutral",
}
NEWEST = 50  # runs shown; older ones are reached by their address


@needs("see_mail")
@require_GET
def message_list(request: HttpRequest) -> HttpResponse:
    form = MessageFilter(request.GET)
    rows = Message.objects.visible_to(request.user).for_list().with_urgency()
    if form.is_valid():
        if state := form.cleaned_data["state"]:
            rows = rows.filter(state=state)
        if channel := form.cleaned_data["channel"]:
            rows = rows.filter(channel=channel)
        if q := form.cleaned_data["q"]:
            rows = rows.filter(Q(to_name__icontains=q) | Q(subject__icontains=q))
    sorts = {"urgency": ["urgency", "written_at"], "written": ["written_at"]}
    found = paged(rows, request.GET, sorts=sorts, default="-urgency")
    for message in found:
        message.tone = TONES[MessageState(message.state)]
        message.about_url = _about_url(request.user, message)
    context = {
        "page": found,
        "form": form,
        "to_print": Message.objects.visible_to(request.user).to_print().count(),
    }
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


# --- letters -------------------------------------------------------------------------------------


@needs("see_mail")
@require_GET
def letter_list(request: HttpRequest) -> HttpResponse:
    """The letters that wait to be printed, and what was printed before."""
    waiting = Message.objects.visible_to(request.user).to_print()
    found = _letters(request, waiting, sorts={"written": ["written_at"], "name": ["to_name"]})
    context = {
        "page": found,
        "number": waiting.count(),
        "form": PrintForm(),
        "runs": PrintRun.objects.defer("content").select_related("made_by")[:NEWEST],
    }
    return page(request, "mailing/letter_list.html", context, part="mailing/_letter_rows.html")


def _letters(request: HttpRequest, rows: Any, *, sorts: Any) -> Page:
    """A page of letters, each with where it goes and what it is about."""
    found = paged(rows.defer("body"), request.GET, sorts=sorts, default=next(iter(sorts)))
    for message in found:
        message.place = place_of(message.to_address)
        message.about_url = _about_url(request.user, message)
    return found


@needs("see_mail")
@require_POST
def letters_print(request: HttpRequest) -> HttpResponse:
    form = PrintForm(request.POST)
    large = form.is_valid() and form.cleaned_data["large"]
    try:
        run = letters.print_letters(by=request.user, large=large)  # type: ignore[arg-type]
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return go(request, reverse("mailing:letter_list"))
    messages.success(request, _("Breven är klara. Hämta filen och skriv ut den."))
    return go(request, reverse("mailing:print_run", args=[run.ref]))


@needs("see_mail")
@require_GET
def print_run(request: HttpRequest, print_run: Any) -> HttpResponse:
    """What was printed in one run."""
    found = access.print_run_to_see(request.user, print_run)
    rows = Message.objects.visible_to(request.user).filter(print_run=found)
    context = {"run": found, "page": _letters(request, rows, sorts={"name": ["to_name"]})}
    return page(request, "mailing/print_run.html", context, part="mailing/_letter_rows.html")


@needs("see_mail")
@require_GET
def print_run_file(request: HttpRequest, print_run: Any) -> HttpResponse:
    """The file itself, to print."""
    found = access.print_run_to_see(request.user, print_run)
    note_export(request.user, what="letters.file", obj=found, letters=found.letters)
    return download(bytes(found.content), f"brev-{found.number}.pdf", "application/pdf")
