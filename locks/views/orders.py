"""Orders of work, in the office."""

from datetime import date

from django.contrib import messages
from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from homecare.accounts.access import may, needs
from homecare.accounts.models import User
from homecare.core.errors import RuleBroken
from homecare.core.forms import carry_out
from homecare.core.history import timeline
from homecare.core.paging import paged
from homecare.core.web import go, page
from homecare.recipients.models import Recipient
from locks import access, actions
from locks.forms.doors import (
    TEST_FAILED,
    BookingForm,
    CancelForm,
    FittingForm,
    NewVisitForm,
    OrderFilter,
    RemovalForm,
)
from locks.models import Installation, WorkOrder
from locks.queries import conditions_at, jobs_on, missing_consents, technicians_for
from locks.states import OrderKind, OrderState
from locks.views import SignedInRequest
from locks.views.doors import door_url
from locks.views.protocol import protocol_of
from properties.models import Entrance, HomeDoor

# An order that is not booked comes before all that are.
UNBOOKED = Value(date(1, 1, 1), output_field=DateField())


@require_GET
@needs("see_locks")
def order_list(request: SignedInRequest) -> HttpResponse:
    orders = WorkOrder.objects.visible_to(request.user)
    chosen = OrderFilter(
        request.GET,
        technicians=User.objects.filter(pk__in=orders.order_by().values("assigned_to")),
    )
    asked = chosen.cleaned_data if chosen.is_valid() else {}
    state = asked.get("state", "")
    if state == "":
        orders = orders.open()
    elif state == TEST_FAILED:
        orders = orders.filter(installation__in=Installation.objects.with_failed_test())
    elif state != "all":
        orders = orders.filter(state=state)
    if asked.get("kind"):
        orders = orders.filter(kind=asked["kind"])
    if asked.get("day"):
        orders = orders.on_day(asked["day"])
    if asked.get("technician"):
        orders = orders.filter(assigned_to=asked["technician"])
    found = paged(
        orders.with_door()
        .select_related("lock_model", "assigned_to", "installation")
        .defer("installation__signature")
        .annotate(day=Coalesce(F("booked_on"), UNBOOKED)),
        request.GET,
        sorts={"day": ["day"], "ordered": ["ordered_at"]},
        default="day" if state == "" else "-day",
    )
    access.note_homes(
        request.user, [one.home_door for one in found if one.home_door], what="order.list"
    )
    return page(
        request,
        "locks/order_list.html",
        {"filter": chosen, "page": found},
        part="locks/_order_rows.html",
    )


@require_GET
@needs("see_locks")
def order(request: SignedInRequest, order) -> HttpResponse:
    shown = access.order_to_see(request.user, order)
    is_open = shown.state in {OrderState.PLANNED, OrderState.BOOKED}
    is_fitting = shown.kind == OrderKind.FITTING
    return page(
        request,
        "locks/order.html",
        {
            "order": shown,
            "people": _people_at(request, shown),
            "door_url": door_url(shown.door),
            "is_open": is_open,
            "missing": missing_consents(shown.door, shown.lock_model)
            if is_open and is_fitting
            else [],
            "conditions": conditions_at(shown.door, shown.lock_model) if is_fitting else [],
            "protocol": protocol_of(_lock_of(shown)),
            "order_again_url": _order_again_url(shown),
            "may_order": may(request.user, "order_work"),
            "events": timeline(shown, hide=("conditions_read", "conditions_read_at")),
        },
    )


def _people_at(request: SignedInRequest, order: WorkOrder) -> list[Recipient]:
    """Who lives behind a home's door, of those that the reader sees. The order's door logged it."""
    return access.who_lives_there(request.user, order.home_door) if order.home_door else []


def _lock_of(order: WorkOrder) -> Installation | None:
    """The lock that came of the order, or that it took down."""
    locks = Installation.objects.select_related("unit__model", "fitted_by", "removed_by", "order")
    return locks.filter(Q(order=order) | Q(removal_order=order)).first()


def _order_again_url(order: WorkOrder) -> str:
    """Where the work that was not possible is ordered once more; "" where it is no use."""
    if order.state != OrderState.NOT_POSSIBLE:
        return ""
    lock = Installation.objects.sitting().at(order.door).first()
    if WorkOrder.objects.open().at(order.door).exists():
        return ""
    if order.kind == OrderKind.REMOVAL:
        return reverse("locks:order_removal", args=[lock.ref]) if lock else ""
    if lock is not None:
        return ""
    name = "locks:order_home" if order.home_door_id else "locks:order_entrance"
    model = f"?model={order.lock_model.ref}" if order.lock_model else ""
    return reverse(name, args=[order.door.ref]) + model


# --- ordering ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs("order_work")
def order_entrance(request: SignedInRequest, entrance) -> HttpResponse:
    door = access.entrance_to_see(request.user, entrance, right="order_work")
    return _order_fitting(request, door)


@require_http_methods(["GET", "POST"])
@needs("order_work")
def order_home(request: SignedInRequest, home_door) -> HttpResponse:
    door = access.home_door_to_order_at(request.user, home_door)
    return _order_fitting(request, door)


def _order_fitting(request: SignedInRequest, door: Entrance | HomeDoor) -> HttpResponse:
    form = FittingForm(request.POST or None, door=door, wanted=request.GET.get("model"))
    if request.method == "POST" and form.is_valid():
        placed = carry_out(
            form,
            lambda: actions.order_fitting(door=door, by=request.user, **form.cleaned_data),
        )
        if placed:
            messages.success(request, _("Monteringen är beställd. Boka en montör."))
            return go(request, reverse("locks:order_book", args=[placed.ref]))
    return page(
        request,
        "locks/order_fitting.html",
        {
            "form": form,
            "door": door,
            "door_url": door_url(door),
            "missing": missing_consents(door, None),
        },
    )


@require_http_methods(["GET", "POST"])
@needs("order_work")
def order_removal(request: SignedInRequest, installation) -> HttpResponse:
    shown = access.installation_to_manage(request.user, installation)
    form = RemovalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        placed = carry_out(
            form,
            lambda: actions.order_removal(installation=shown, by=request.user, **form.cleaned_data),
        )
        if placed:
            messages.success(request, _("Demonteringen är beställd. Boka en montör."))
            return go(request, reverse("locks:order_book", args=[placed.ref]))
    return page(
        request,
        "locks/order_removal.html",
        {"form": form, "installation": shown, "door_url": door_url(shown.door)},
    )


@require_http_methods(["GET", "POST"])
@needs("order_work")
def order_new_visit(request: SignedInRequest, installation) -> HttpResponse:
    """Once more to a lock that did not pass the test."""
    shown = access.installation_to_manage(request.user, installation)
    form = NewVisitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        placed = carry_out(
            form,
            lambda: actions.order_new_visit(
                installation=shown, by=request.user, **form.cleaned_data
            ),
        )
        if placed:
            messages.success(request, _("Ett nytt besök är beställt. Boka en montör."))
            return go(request, reverse("locks:order_book", args=[placed.ref]))
    return page(
        request,
        "locks/order_new_visit.html",
        {"form": form, "installation": shown, "door_url": door_url(shown.door)},
    )


# --- booking -------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs("order_work")
def order_book(request: SignedInRequest, order) -> HttpResponse:
    shown = access.order_to_manage(request.user, order)
    form = BookingForm(
        request.POST or None,
        order=shown,
        technicians=technicians_for(shown.door),
        asked=request.GET,
    )
    busy: list[WorkOrder] = []
    only_look = "show" in request.POST
    if request.method == "POST" and not only_look and form.is_valid():
        booked = carry_out(form, lambda: _book(shown, request.user, form, busy))
        if booked:
            messages.success(
                request,
                _("Jobbet är bokat på %(name)s %(day)s.")
                % {"name": booked.assigned_to, "day": booked.booked_on},
            )
            return _to(request, shown)
    if only_look:
        form.errors.clear()
    return page(
        request,
        "locks/order_book.html",
        {
            "form": form,
            "order": shown,
            "people": _people_at(request, shown),
            "busy": busy,
            "despite": " ".join(str(job.ref) for job in busy),
            **_day_beside(request, form),
        },
        part="locks/_technician_day.html",
    )


def _book(order: WorkOrder, by: User, form: BookingForm, busy: list[WorkOrder]) -> WorkOrder | None:
    """Book as the form asks. What is at the same time is put in `busy`, to be asked about."""
    try:
        return actions.book_order(order=order, by=by, **form.booking)
    except actions.TechnicianBusy as refused:
        busy += refused.jobs
        return None


def _day_beside(request: SignedInRequest, form: BookingForm) -> dict:
    """The chosen technician's jobs of the chosen day; of a home that the reader does not see
    only the time.
    """
    chosen = form.day_to_show
    if chosen is None:
        return {"technician": None, "day": None, "jobs": []}
    technician, day = chosen
    jobs = list(jobs_on(technician, day))
    seen = set(
        WorkOrder.objects.visible_to(request.user, "order_work")
        .filter(pk__in=[job.pk for job in jobs])
        .values_list("pk", flat=True)
    )
    homes = [job.home_door for job in jobs if job.home_door and job.pk in seen]
    access.note_homes(request.user, homes, what="technician_day.read")
    return {
        "technician": technician,
        "day": day,
        "jobs": [(job, job.pk in seen) for job in jobs],
    }


@require_POST
@needs("order_work")
def order_unbook(request: SignedInRequest, order) -> HttpResponse:
    shown = access.order_to_manage(request.user, order)
    try:
        actions.unbook_order(order=shown, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Jobbet är avbokat och väntar på en ny tid."))
    return _to(request, shown)


@require_http_methods(["GET", "POST"])
@needs("order_work")
def order_cancel(request: SignedInRequest, order) -> HttpResponse:
    shown = access.order_to_manage(request.user, order)
    form = CancelForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.cancel_order(order=shown, by=request.user, **form.cleaned_data),
        )
    ):
        messages.success(request, _("Jobbet är avbrutet."))
        return _to(request, shown)
    return page(request, "locks/order_cancel.html", {"form": form, "order": shown})


def _to(request: SignedInRequest, order: WorkOrder) -> HttpResponse:
    return go(request, reverse("locks:order", args=[order.ref]))
