"""The register of physical keys."""

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from homecare.accounts.access import may, may_in, needs, units_where
from homecare.audit.trail import note_export
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.forms import carry_out
from homecare.core.history import timeline
from homecare.core.paging import paged
from homecare.core.versions import version_of
from homecare.core.web import download, go, page
from homecare.recipients.access import note_found, recipient_to_read
from homecare.recipients.models import Recipient
from locks import access, actions, codes
from locks.documents import ENDINGS, slip_pdf
from locks.forms.keys import (
    DestroyForm,
    GiveBackForm,
    KeyChangeForm,
    KeyFilter,
    KeyForm,
    PersonSearchForm,
)
from locks.models import Key
from locks.querysets import KeyQuerySet
from locks.views import SignedInRequest

FOUND = 20  # people that a search shows
NEVER = Value(datetime(9000, 1, 1, tzinfo=UTC), output_field=DateTimeField())


@require_GET
@needs("see_keys")
def key_list(request: SignedInRequest) -> HttpResponse:
    units = units_where(request.user, "see_keys").order_by("name")
    chosen = KeyFilter(request.GET, units=units)
    asked = chosen.cleaned_data if chosen.is_valid() else {}
    keys = Key.objects.visible_to(request.user).with_holder()
    keys = _in_state(keys, asked.get("state", ""))
    if asked.get("unit"):
        keys = keys.filter(unit=asked["unit"])
    if asked.get("q"):
        keys = keys.filter(_with_text(asked["q"]))
    return page(
        request,
        "locks/key_list.html",
        {
            "filter": chosen,
            "page": paged(
                keys.select_related("unit").annotate(due=Coalesce(F("due_back_at"), NEVER)),
                request.GET,
                sorts={
                    "code": ["code"],
                    "kind": ["kind", "code"],
                    "place": ["cabinet", "hook", "code"],
                    "due": ["due", "code"],
                },
                default="due" if asked.get("state") in {"out", "overdue"} else "code",
            ),
            "now": clock.now(),
            "several_units": len(units[:2]) > 1,
            "may_hand_out": may(request.user, "hand_out_keys"),
            "may_change": may(request.user, "change_keys"),
        },
        part="locks/_key_rows.html",
    )


def _in_state(keys: KeyQuerySet, state: str) -> KeyQuerySet:
    if state == "gone":
        return keys.exclude(given_back_at=None)
    keys = keys.in_keeping()
    if state == "in":
        return keys.filter(held_since=None)
    if state == "out":
        return keys.exclude(held_since=None)
    if state == "overdue":
        return keys.filter(due_back_at__lt=clock.now())
    if state == "blocked":
        return keys.blocked()
    return keys


def _with_text(text: str) -> Q:
    code = codes.normalised(text)
    return Q(code=code) if code else Q(code__icontains=text) | Q(holder__icontains=text)


@require_GET
@needs("see_keys")
def key(request: SignedInRequest, key) -> HttpResponse:
    shown = access.key_to_see(request.user, key)
    return page(
        request,
        "locks/key.html",
        {
            "key": shown,
            "person": access.owner_of_key(request.user, shown),
            "slips": shown.slips.defer("content").select_related("recorded_by"),
            "loans": shown.handouts.select_related(
                "staff_member", "receipt", "handed_out_by", "returned_to"
            ),
            "now": clock.now(),
            "loan": access.open_handout_of(shown),
            "may_change": may_in(request.user, "change_keys", shown.unit),
            "may_hand_out": may_in(request.user, "hand_out_keys", shown.unit),
            "events": timeline(shown, hide=("recipient",)),
        },
    )


# --- a new key -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs("change_keys")
def key_add(request: SignedInRequest) -> HttpResponse:
    """First whose key it is, then the key: found by a posted search, or named in the address."""
    person = _chosen(request)
    if person is not None:
        return _key_of(request, person)
    form = PersonSearchForm(request.POST if "q" in request.POST else None)
    found, searched = [], False
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["q"]
        people = access.recipients_to_take_keys_from(request.user).found_by(text)
        found, searched = list(people[:FOUND]), True
        note_found(request.user, text, found, what="recipient.search")
    return page(
        request,
        "locks/key_add_search.html",
        {"form": form, "found": found, "searched": searched},
    )


def _chosen(request: SignedInRequest) -> Recipient | None:
    text = request.POST.get("recipient") or request.GET.get("recipient") or ""
    try:
        ref = UUID(text)
    except ValueError:
        return None
    return recipient_to_read(
        request.user, ref, what="recipient.read_to_take_key", right="change_keys"
    )


def _key_of(request: SignedInRequest, person: Recipient) -> HttpResponse:
    units = access.units_that_take_keys_from(request.user, person)
    who = access.who_hands_over(request.user, person)
    data, files = (request.POST, request.FILES) if "kind" in request.POST else (None, None)
    form = KeyForm(data, files, units=units, from_name=next(iter(who), ""))
    if form.is_bound and form.is_valid():
        added = carry_out(
            form,
            lambda: actions.register_key(
                recipient=person,
                by=request.user,
                ref=form.ref_for(request.user, person),
                **form.values,
            ),
        )
        if added:
            messages.success(
                request,
                _(
                    "Nyckeln är registrerad. Märk den med %(code)s och inget annat. Kvittot till "
                    "den som lämnade den finns på sidan."
                )
                % {"code": added.code},
            )
            return _to(request, added)
    return page(
        request,
        "locks/key_add.html",
        {"form": form, "person": person, "who": who, "has_units": units.exists()},
    )


# --- changing and ending -------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs("change_keys")
def key_change(request: SignedInRequest, key) -> HttpResponse:
    shown = access.key_to_see(request.user, key, right="change_keys")
    form = KeyChangeForm(request.POST or None, key=shown, version=version_of(shown))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.change_key(key=shown, by=request.user, seen=form.seen, **form.values),
        )
    ):
        messages.success(request, _("Nyckeln är ändrad."))
        return _to(request, shown)
    return page(request, "locks/key_change.html", {"form": form, "key": shown})


@require_http_methods(["GET", "POST"])
@needs("change_keys")
def key_give_back(request: SignedInRequest, key) -> HttpResponse:
    shown = access.key_to_see(request.user, key, right="change_keys")
    person = access.owner_of_key(request.user, shown)
    who = access.who_hands_over(request.user, person) if person else []
    form = GiveBackForm(
        request.POST or None, request.FILES or None, initial={"to_name": next(iter(who), "")}
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.give_back_key(key=shown, by=request.user, **form.cleaned_data),
        )
    ):
        messages.success(
            request, _("Nyckeln är återlämnad. Kvittot till den som fick den finns på sidan.")
        )
        return _to(request, shown)
    return page(
        request,
        "locks/key_give_back.html",
        {"form": form, "key": shown, "person": person, "who": who},
    )


@require_http_methods(["GET", "POST"])
@needs("change_keys")
def key_destroy(request: SignedInRequest, key) -> HttpResponse:
    shown = access.key_to_see(request.user, key, right="change_keys")
    form = DestroyForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.destroy_key(key=shown, by=request.user, **form.cleaned_data),
        )
    ):
        messages.success(request, _("Nyckeln är makulerad."))
        return _to(request, shown)
    return page(request, "locks/key_destroy.html", {"form": form, "key": shown})


@require_GET
@needs("see_keys")
def slip_pdf_file(request: SignedInRequest, slip) -> HttpResponse:
    """The receipt for whoever handed over the key or got it back."""
    shown = access.slip_to_see(request.user, slip)
    person, unit = shown.key.recipient, shown.key.unit
    note_export(request.user, what="key_slip.downloaded", obj=shown, person=person, unit=unit)
    return download(slip_pdf(shown), f"nyckelkvitto-{shown.key.code}.pdf", "application/pdf")


@require_GET
@needs("see_keys")
def slip_scan(request: SignedInRequest, slip) -> HttpResponse:
    """The paper that was signed and scanned. To the receipt where it was signed on the screen."""
    shown = access.slip_to_see(request.user, slip)
    if not shown.scan_type:
        return go(request, reverse("locks:slip_pdf", args=[shown.ref]))
    person, unit = shown.key.recipient, shown.key.unit
    note_export(request.user, what="key_slip.scan_downloaded", obj=shown, person=person, unit=unit)
    name = f"nyckelkvitto-{shown.key.code}-underskrift.{ENDINGS[shown.scan_type]}"
    return download(bytes(shown.signature), name, shown.scan_type)


@require_POST
@needs("hand_out_keys")
def key_return(request: SignedInRequest, key) -> HttpResponse:
    """Take the key back, from its own page."""
    shown = access.key_to_see(request.user, key, right="hand_out_keys")
    loan = access.open_handout_of(shown)
    if loan is None:
        messages.info(request, _("Nyckeln är inte utlämnad."))
        return _to(request, shown)
    try:
        actions.return_key(handout=loan, by=request.user)
    except RuleBroken as broken:
        messages.info(request, str(broken))
    else:
        messages.success(request, _("Nyckeln är tillbaka."))
    return _to(request, shown)


def _to(request: SignedInRequest, key: Key) -> HttpResponse:
    return go(request, reverse("locks:key", args=[key.ref]))
