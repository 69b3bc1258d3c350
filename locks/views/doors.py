"""Doors and the locks on them, in the office."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from homecare.accounts.access import may, needs
from homecare.core.errors import RuleBroken
from homecare.core.forms import carry_out
from homecare.core.history import timeline
from homecare.core.paging import paged
from homecare.core.versions import version_of
from homecare.core.web import go, page
from locks import access, actions
from locks.forms.doors import DoorFilter, LockModelChangeForm, LockModelForm
from locks.models import LockModel
from locks.queries.doors import card_of, narrowed, rows_of
from locks.views import SignedInRequest
from locks.views.protocol import protocol_of
from properties.models import Entrance, HomeDoor

SORTS = {"address": ["address", "name"]}
HOME_SORTS = {"address": ["address", "apartment_number"]}
# What the history of a door leaves out: codes of the program, and what stands there in words.
NOT_IN_HISTORY = ("tests_passed", "conditions_read", "conditions_read_at", "order", "removal_order")


@require_GET
@needs("see_locks")
def door_list(request: SignedInRequest) -> HttpResponse:
    chosen = DoorFilter(request.GET)
    asked = chosen.cleaned_data if chosen.is_valid() else {}
    of_homes = asked.get("kind") == "homes"
    text, state = asked.get("q", "").strip(), asked.get("state", "")
    if of_homes:
        doors = narrowed(access.homes_seen_by(request.user), "home_door", text=text, state=state)
        found = paged(doors, request.GET, sorts=HOME_SORTS, default="address")
        access.note_homes(request.user, found.rows, what="door.list")
    else:
        doors = narrowed(Entrance.objects.in_use().with_owner(), "entrance", text=text, state=state)
        found = paged(doors, request.GET, sorts=SORTS, default="address")
    return page(
        request,
        "locks/door_list.html",
        {
            "filter": chosen,
            "of_homes": of_homes,
            "page": found,
            "rows": rows_of(found.rows),
            "may_see_homes": may(request.user, "see_recipients"),
        },
        part="locks/_door_rows.html",
    )


@require_GET
@needs("see_locks")
def entrance_door(request: SignedInRequest, entrance) -> HttpResponse:
    door = access.entrance_to_see(request.user, entrance)
    return page(request, "locks/entrance_door.html", _of(request, door))


@require_GET
@needs("see_locks")
def home_door(request: SignedInRequest, home_door) -> HttpResponse:
    door = access.home_door_to_see(request.user, home_door)
    context = _of(request, door) | {
        "people": access.who_lives_there(request.user, door),
        "path": rows_of(step.entrance for step in door.path.select_related("entrance")),
    }
    return page(request, "locks/home_door.html", context)


def _of(request: SignedInRequest, door: Entrance | HomeDoor) -> dict:
    sources = [door.orders, door.installations]
    card = card_of(door)
    return {
        "door": door,
        "card": card,
        "protocol": protocol_of(card.row.installation),
        "may_order": may(request.user, "order_work"),
        "may_see_properties": may(request.user, "see_properties"),
        "events": timeline(*sources, hide=NOT_IN_HISTORY),
    }


@require_POST
@needs("order_work")
def put_in_operation(request: SignedInRequest, installation) -> HttpResponse:
    shown = access.installation_to_manage(request.user, installation)
    try:
        actions.put_in_operation(installation=shown, by=request.user)
    except actions.AlreadyRecorded as already:
        messages.info(request, str(already))
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Låset är i drift."))
    return go(request, door_url(shown.door))


def door_url(door: Entrance | HomeDoor) -> str:
    name = "locks:home_door" if isinstance(door, HomeDoor) else "locks:entrance_door"
    return reverse(name, args=[door.ref])


# --- lock models ---------------------------------------------------------------------------------


@require_GET
@needs("see_locks")
def lock_model_list(request: SignedInRequest) -> HttpResponse:
    return page(
        request,
        "locks/lock_model_list.html",
        {
            "page": paged(
                LockModel.objects.all(),
                request.GET,
                sorts={"model": ["supplier", "name"], "kind": ["kind", "supplier", "name"]},
                default="model",
            ),
            "may_order": may(request.user, "order_work"),
        },
    )


@require_http_methods(["GET", "POST"])
@needs("order_work")
def lock_model_add(request: SignedInRequest) -> HttpResponse:
    form = LockModelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        added = carry_out(
            form, lambda: actions.add_lock_model(by=request.user, **form.cleaned_data)
        )
        if added:
            messages.success(request, _("%(model)s är registrerad.") % {"model": added})
            return go(request, reverse("locks:lock_model_list"))
    return page(request, "locks/lock_model_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs("order_work")
def lock_model_change(request: SignedInRequest, lock_model) -> HttpResponse:
    shown = access.lock_model_to_change(request.user, lock_model)
    form = LockModelChangeForm(request.POST or None, lock_model=shown, version=version_of(shown))
    if request.method == "POST" and form.is_valid():
        changed = carry_out(
            form,
            lambda: actions.change_lock_model(
                lock_model=shown, by=request.user, seen=form.seen, **form.values
            ),
        )
        if changed:
            messages.success(request, _("%(model)s är ändrad.") % {"model": changed})
            return go(request, reverse("locks:lock_model_list"))
    return page(
        request,
        "locks/lock_model_change.html",
        {"form": form, "lock_model": shown, "events": timeline(shown)},
    )
