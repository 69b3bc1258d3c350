"""The technician's pages, for one hand in a stairwell."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from homecare.accounts.access import needs
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.forms import carry_out
from homecare.core.numbers import shown_phone_number
from homecare.core.web import go, page, revealed
from locks import access, actions
from locks.forms.field import (
    PASSED,
    NotPossibleForm,
    RecordForm,
    RemovalRecordForm,
    TakeDownForm,
    TestFields,
)
from locks.models import FallbackRoute, Installation, WorkOrder
from locks.queries import conditions_at, gate, missing_consents, units_to_call
from locks.states import InstallationState, OrderKind, OrderState, TestPoint
from locks.views import SignedInRequest
from locks.views.protocol import protocol_of

MASKED_CODE = "••••"
MAP = "https://www.openstreetmap.org/search"
WEEK = timedelta(days=7)
YEARS = range(2000, 2101)  # a week before or after any of their days is a day too


# --- the day -------------------------------------------------------------------------------------


@require_GET
@needs("do_work")
def my_day(request: SignedInRequest) -> HttpResponse:
    """The jobs of a day in the order of time, and a week to switch between."""
    today = clock.today()
    day = _day(request.GET.get("day", "")) or today
    monday = day - timedelta(days=day.weekday())
    jobs = list(
        access.jobs_of(request.user)
        .select_related("installation")
        .defer("installation__signature")
        .filter(
            Q(booked_on__range=(monday, monday + WEEK - timedelta(days=1)))
            | Q(booked_on__lt=today, state=OrderState.BOOKED)
        )
        .order_by("booked_on", "window_from", "pk")
    )
    of_day = [job for job in jobs if job.booked_on == day]
    # Without a time they come last, whichever database sorts.
    of_day.sort(key=lambda job: job.window_from is None)
    left = [job for job in of_day if job.state == OrderState.BOOKED]
    late = [
        job
        for job in jobs
        if job.booked_on and job.booked_on < min(today, day) and job.state == OrderState.BOOKED
    ]
    homes = [job.home_door for job in [*of_day, *late] if job.home_door]
    access.note_homes(request.user, homes, what="job.list")
    return page(
        request,
        "locks/my_day.html",
        {
            "day": day,
            "today": today,
            "week": _week(monday, jobs, day),
            "previous": monday - WEEK,
            "next": monday + WEEK,
            "jobs": of_day,
            "left": len(left),
            "done": len(of_day) - len(left),
            "failed": [job for job in of_day if job.test_failed],
            "up_next": left[0] if left and day == today else None,
            "late": late,
        },
    )


def _day(text: str) -> date | None:
    """The day that was asked for; None where there is none, or none that anybody works on."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _week(monday: date, jobs: list[WorkOrder], shown: date) -> list[dict[str, Any]]:
    left = Counter(job.booked_on for job in jobs if job.state == OrderState.BOOKED)
    days = [monday + timedelta(days=number) for number in range(7)]
    return [{"day": day, "left": left[day], "is_shown": day == shown} for day in days]


# --- one job -------------------------------------------------------------------------------------


@require_GET
@needs("do_work")
def job(request: SignedInRequest, order) -> HttpResponse:
    shown = access.job_to_do(request.user, order)
    is_open = shown.state == OrderState.BOOKED
    is_fitting = shown.kind == OrderKind.FITTING
    installation = _installation_of(shown)
    missing = missing_consents(shown.door, shown.lock_model) if is_open and is_fitting else []
    conditions = conditions_at(shown.door, shown.lock_model) if is_open and is_fitting else []
    return page(
        request,
        "locks/job.html",
        {
            "job": shown,
            "is_open": is_open,
            "is_fitting": is_fitting,
            "way": list(access.entrances_to(shown)) if is_open else [],
            "masked_code": MASKED_CODE,
            **_where_and_whom(request, shown),
            "missing": missing,
            "conditions": conditions,
            "must_read": bool(conditions) and "\n".join(conditions) != shown.conditions_read,
            "installation": installation,
            "protocol": protocol_of(installation, with_signature=False),
            # A lock sits here that did not pass the test, and this is the visit to mend it.
            "is_revisit": is_open
            and is_fitting
            and installation is not None
            and installation.test_failed,
            "gate": gate(installation)
            if installation and installation.state == InstallationState.FITTED
            else [],
        },
    )


def _where_and_whom(request: SignedInRequest, job: WorkOrder) -> dict[str, Any]:
    """Who is met at the door, whom to call, and where it is on a map."""
    people = list(access.people_at(request.user, job))
    return {
        "people": people,
        "calls": [
            {"unit": unit, "number": unit.phone, "shown": shown_phone_number(unit.phone)}
            for unit in units_to_call(job)
        ],
        # Nobody outside learns of an address where somebody protected lives.
        "map_url": "" if any(one.is_protected for one in people) else _map_url(job),
    }


def _map_url(job: WorkOrder) -> str:
    """A map of the street address: what stands on the house, and neither flat nor name."""
    door = job.door
    address = f"{door.address}, {door.shown_postal_code} {door.city}"
    return f"{MAP}?{urlencode({'query': address})}"


def _installation_of(job: WorkOrder) -> Installation | None:
    """The lock that came of the job, that is to be tested again, or that is to be taken down."""
    locks = (
        Installation.objects.with_door()
        .select_related("unit__model", "order", "fitted_by", "removed_by")
        .defer("signature")
    )
    if job.kind == OrderKind.FITTING:
        own = locks.filter(order=job).first()
        if own is not None or job.state not in {OrderState.BOOKED, OrderState.DONE}:
            return own
        return locks.sitting().at(job.door).first()
    if job.state == OrderState.BOOKED:
        return locks.sitting().at(job.door).first()
    return locks.filter(removal_order=job).first()


@require_POST
@needs("do_work")
def job_reveal(request: SignedInRequest, order, entrance) -> HttpResponse:
    shown, way_in = access.entrance_of_job_to_reveal(request.user, order, entrance)
    return revealed(
        request,
        value=way_in.entrance_code,
        hint=MASKED_CODE,
        label=_("Portkod"),
        about=str(way_in),
        back_url=_url(shown),
    )


@require_POST
@needs("do_work")
def job_call(request: SignedInRequest, order, recipient) -> HttpResponse:
    """The phone number of somebody whom the technician is going to meet."""
    shown, person = access.person_of_job_to_call(request.user, order, recipient)
    number = person.phone
    return revealed(
        request,
        value=format_html('<a href="tel:{}">{}</a>', number, shown_phone_number(number))
        if number
        else _("saknas"),
        hint=person.masked_phone,
        label=_("Telefon"),
        about=person.name,
        back_url=_url(shown),
    )


@require_POST
@needs("do_work")
def job_read(request: SignedInRequest, order) -> HttpResponse:
    """The conditions have been read."""
    shown = access.job_to_do(request.user, order)
    if shown.state == OrderState.BOOKED:
        actions.read_conditions(order=shown, by=request.user)
    return go(request, _url(shown))


@require_http_methods(["GET", "POST"])
@needs("do_work")
def record_fitting(request: SignedInRequest, order) -> HttpResponse:
    shown = access.job_to_do(request.user, order)
    if shown.kind != OrderKind.FITTING or _is_over(request, shown):
        return go(request, _url(shown))
    if request.method == "GET" and (_must_stop(shown) or _installation_of(shown)):
        return go(request, _url(shown))
    fallback = FallbackRoute.objects.filter(home_door=shown.home_door).first()
    form = RecordForm(
        request.POST or None,
        is_home=shown.home_door_id is not None,
        signer=str(request.user),
        initial={"fallback": fallback.kind, "fallback_note": fallback.note} if fallback else {},
    )
    if request.method == "POST" and form.is_valid():
        fitted = _carry_out(
            request,
            form,
            lambda: actions.record_fitting(order=shown, by=request.user, **form.record),
        )
        if fitted:
            return go(request, _url(shown))
    return page(request, "locks/record_fitting.html", {"form": form, "job": shown})


def _is_over(request: SignedInRequest, job: WorkOrder) -> bool:
    """There is no more to record: the page of the job tells how it ended."""
    if job.state == OrderState.BOOKED:
        return False
    if request.method == "POST":
        messages.info(request, _("Jobbet är redan registrerat. Du behöver inte göra något mer."))
    return True


def _must_stop(job: WorkOrder) -> bool:
    """A consent is lost, or a condition unread: the page of the job tells what to do."""
    if missing_consents(job.door, job.lock_model):
        return True
    return "\n".join(conditions_at(job.door, job.lock_model)) != job.conditions_read


def _carry_out(request: SignedInRequest, form: Form, act: Callable[[], Any]) -> bool:
    """Do what the form asks. Pressed twice, it is as well as pressed once, and says so."""

    def once() -> Any:
        try:
            return act()
        except actions.AlreadyRecorded as already:
            messages.info(request, str(already))
            return True
        except actions.WrongSerial as wrong:
            form.add_error("serial", str(wrong))
            return None

    return carry_out(form, once) is not None


@require_http_methods(["GET", "POST"])
@needs("do_work")
def record_removal(request: SignedInRequest, order) -> HttpResponse:
    shown = access.job_to_do(request.user, order)
    if shown.kind != OrderKind.REMOVAL or _is_over(request, shown):
        return go(request, _url(shown))
    form = RemovalRecordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        removed = _carry_out(
            request,
            form,
            lambda: actions.record_removal(order=shown, by=request.user, **form.record),
        )
        if removed:
            return go(request, _url(shown))
    return page(
        request,
        "locks/record_removal.html",
        {"form": form, "job": shown, "installation": _installation_of(shown)},
    )


@require_http_methods(["GET", "POST"])
@needs("do_work")
def record_not_possible(request: SignedInRequest, order) -> HttpResponse:
    shown = access.job_to_do(request.user, order)
    if _is_over(request, shown):
        return go(request, _url(shown))
    form = NotPossibleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        recorded = _carry_out(
            request,
            form,
            lambda: actions.record_not_possible(order=shown, by=request.user, **form.cleaned_data),
        )
        if recorded:
            messages.success(request, _("Tack. Samordnaren ser att det inte gick."))
            return go(request, _url(shown))
    return page(request, "locks/record_not_possible.html", {"form": form, "job": shown})


@require_http_methods(["GET", "POST"])
@needs("do_work")
def record_test(request: SignedInRequest, order) -> HttpResponse:
    """The function test, done once more."""
    shown = access.job_to_do(request.user, order)
    installation = _installation_of(shown)
    if installation is None or installation.state != InstallationState.FITTED:
        return go(request, _url(shown))
    form = TestFields(
        request.POST or None,
        initial={
            f"test_{point}": PASSED for point in TestPoint if point in installation.tests_passed
        },
    )
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.record_test(
                installation=installation, tests_passed=form.tests_passed, by=request.user
            ),
        )
    ):
        messages.success(request, _("Provet är registrerat."))
        return go(request, _url(shown))
    return page(request, "locks/record_test.html", {"form": form, "job": shown})


@require_http_methods(["GET", "POST"])
@needs("do_work")
def take_down(request: SignedInRequest, order) -> HttpResponse:
    """The lock did not pass the test, and comes down again."""
    shown = access.job_to_do(request.user, order)
    installation = _installation_of(shown) if shown.kind == OrderKind.FITTING else None
    if installation is None or not installation.test_failed:
        if request.method == "POST":
            messages.info(request, _("Det finns inget lås att ta ned här."))
        return go(request, _url(shown))
    form = TakeDownForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        taken = _carry_out(
            request,
            form,
            lambda: actions.take_down(order=shown, by=request.user, **form.record),
        )
        if taken:
            messages.success(request, _("Låset är nedtaget. Samordnaren ser varför."))
            return go(request, _url(shown))
    return page(
        request,
        "locks/take_down.html",
        {"form": form, "job": shown, "installation": installation},
    )


@require_POST
@needs("do_work")
def job_put_in_operation(request: SignedInRequest, order) -> HttpResponse:
    shown = access.job_to_do(request.user, order)
    installation = _installation_of(shown) if shown.kind == OrderKind.FITTING else None
    if installation is None:
        return go(request, _url(shown))
    try:
        actions.put_in_operation(installation=installation, by=request.user)
    except actions.AlreadyRecorded as already:
        messages.info(request, str(already))
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Låset är i drift."))
    return go(request, _url(shown))


def _url(job: WorkOrder) -> str:
    return reverse("locks:job", args=[job.ref])
