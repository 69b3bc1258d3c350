"""The list of people, and who they are. The page of one person is the desk's."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from homecare.accounts.access import may, needs
from homecare.core import clock
from homecare.core.forms import carry_out
from homecare.core.numbers import shown_personal_id_number, shown_phone_number
from homecare.core.paging import Page, paged
from homecare.core.versions import version_of
from homecare.core.web import go, page, revealed
from homecare.recipients import access, actions
from homecare.recipients.forms import (
    RecipientChangeForm,
    RecipientFilter,
    RegisterForm,
    SearchForm,
)
from homecare.recipients.models import Recipient

FOUND = 50  # how many a search shows


@require_GET
@needs("see_recipients")
def recipient_list(request: HttpRequest) -> HttpResponse:
    """Those whom the user may see. One entry in the access log says who was on the page."""
    chosen = RecipientFilter(request.GET, user=request.user)
    asked = chosen.cleaned_data if chosen.is_valid() else {}
    shown = paged(
        _for_list(request.user, _narrowed(Recipient.objects.visible_to(request.user), asked)),
        request.GET,
        sorts={
            "name": ["last_name", "first_name"],
            "address": ["home_address", "last_name", "first_name"],
        },
        default="name",
    )
    access.note_list(request.user, shown.rows, what="recipient.list_read", unit=asked.get("unit"))
    return _list_page(request, shown, chosen, SearchForm())


@require_POST
@needs("see_recipients")
def recipient_search(request: HttpRequest) -> HttpResponse:
    """Those who are found by name or number. Posted, so that no name stands in an address."""
    form = SearchForm(request.POST)
    found: list[Any] = []
    if form.is_valid():
        text = form.cleaned_data["q"].strip()
        people = Recipient.objects.visible_to(request.user).found_by(text)
        rows = _for_list(request.user, people).order_by("last_name", "first_name", "pk")
        found = list(rows[:FOUND])
        access.note_found(request.user, text, found, what="recipient.search")
    return _list_page(request, Page(found), RecipientFilter(user=request.user), form)


def _narrowed(people: Any, asked: dict[str, Any]) -> Any:
    care = asked.get("care", "")
    if care == "coming":
        people = people.to_be_cared_for()
    elif care == "ended":
        people = people.no_longer_cared_for()
    elif care != "all":
        people = people.cared_for_on(clock.today())
    return people.in_unit(asked["unit"]) if asked.get("unit") else people


def _for_list(user: Any, people: Any) -> Any:
    return people.with_home(user).with_care().with_commissions(user)


def _list_page(
    request: HttpRequest, shown: Page, chosen: RecipientFilter, search: SearchForm
) -> HttpResponse:
    searched = search.is_bound and search.is_valid()
    return page(
        request,
        "recipients/recipient_list.html",
        {
            "page": shown,
            "filter": chosen,
            "search": search,
            "searched": searched,
            "found_text": _found_text(len(shown)) if searched else "",
            "may_change": may(request.user, "change_recipients"),
            "may_name": may(request.user, "name_protected"),
        },
        part="recipients/_recipient_rows.html",
    )


def _found_text(number: int) -> str:
    if number == FOUND:
        return _("De %(number)d första. Skriv mer av namnet för att hitta rätt.") % {
            "number": number
        }
    return ngettext("%(number)d träff", "%(number)d träffar", number) % {"number": number}


# --- register and change -------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def recipient_add(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        added = carry_out(form, lambda: _register(request, form))
        if added:
            return to_person(request, added)
    return page(request, "recipients/recipient_add.html", {"form": form})


def _register(request: HttpRequest, form: RegisterForm) -> Recipient | None:
    try:
        added = actions.register_recipient(by=request.user, home=form.home, **form.person())
    except actions.AlreadyRegistered as known:
        if access.may_see(request.user, known.recipient):
            url = reverse("desk:recipient", args=[known.recipient.ref])
            form.say_already_registered(_("Personen finns redan registrerad."), url)
        else:
            form.say_already_registered(str(known))
        return None
    messages.success(request, _("%(name)s är registrerad.") % {"name": added})
    return added


@require_http_methods(["GET", "POST"])
@needs("change_recipients")
def recipient_change(request: HttpRequest, recipient) -> HttpResponse:
    shown = access.recipient_to_change(request.user, recipient)
    form = RecipientChangeForm(request.POST or None, recipient=shown, version=version_of(shown))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.change_recipient(
                recipient=shown, by=request.user, seen=form.seen, **form.values
            ),
        )
    ):
        messages.success(request, _("Uppgifterna är ändrade."))
        return to_person(request, shown)
    return page(request, "recipients/recipient_change.html", {"form": form, "recipient": shown})


# --- secrets -------------------------------------------------------------------------------------


@require_POST
@needs("see_recipients")
def reveal_personal_number(request: HttpRequest, recipient) -> HttpResponse:
    shown = access.recipient_to_read(
        request.user, recipient, what="recipient.personal_number_revealed"
    )
    return revealed(
        request,
        value=shown_personal_id_number(shown.personal_number),
        hint=shown.masked_personal_number,
        label=_("Personnummer"),
        about=shown.name,
        back_url=reverse("desk:recipient", args=[shown.ref]),
    )


@require_POST
@needs("see_recipients")
def reveal_phone(request: HttpRequest, recipient) -> HttpResponse:
    shown = access.recipient_to_read(request.user, recipient, what="recipient.phone_revealed")
    return revealed(
        request,
        value=shown_phone_number(shown.phone) if shown.phone else _("saknas"),
        hint=shown.masked_phone,
        label=_("Telefon"),
        about=shown.name,
        back_url=reverse("desk:recipient", args=[shown.ref]),
    )


def to_person(request: HttpRequest, person: Recipient) -> HttpResponse:
    """Back to the person's page, or to the list for somebody who no longer sees the person."""
    if access.may_see(request.user, person):
        return go(request, reverse("desk:recipient", args=[person.ref]))
    return go(request, reverse("recipients:recipient_list"))
