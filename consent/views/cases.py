"""Requests to owners: list, page, asking, sending anew, cancelling."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consent import access, actions
from consent.forms import AskForm, CaseFilter, ReasonForm
from consent.models import ConsentCase, Proof, RecordedAnswer
from consent.queries import askable_entrances_of, entrance_needs, entrances_to_ask
from consent.states import LIVE, OPEN, WAITING, CaseState
from homecare.accounts.access import may, needs
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.paging import paged
from homecare.core.web import download, go, page
from homecare.mailing.models import Message, MessageState
from homecare.ui.parts import Event, Tone
from properties.models import OwnerContact

STATE_TONES: dict[str, Tone] = {
    CaseState.DRAFT: "neutral",
    CaseState.SENT: "info",
    CaseState.REMINDED: "waiting",
    CaseState.DEFERRED: "waiting",
    CaseState.ANSWERED: "good",
    CaseState.NO_ANSWER: "bad",
    CaseState.CANCELLED: "neutral",
}


@needs("see_consents")
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    form = CaseFilter({"state": CaseFilter.OPEN, **request.GET.dict()})
    to_check = RecordedAnswer.objects.filter(outcome=RecordedAnswer.Outcome.WAITING)
    rows = (
        ConsentCase.objects.visible_to(request.user)
        .select_related("owner", "handler")
        .annotate(
            entrances=Count("items"),
            yes=Count("items", filter=Q(items__answer="yes")),
            no=Count("items", filter=Q(items__answer="no")),
            to_check=Exists(to_check.filter(case=OuterRef("pk"))),
        )
    )
    if form.is_valid():
        state = form.cleaned_data["state"]
        if state == CaseFilter.TO_CHECK:
            rows = rows.filter(to_check=True)
        elif state:
            rows = rows.filter(state__in=OPEN if state == CaseFilter.OPEN else [state])
        if q := form.cleaned_data["q"]:
            rows = rows.filter(owner__name__icontains=q)
        if month := form.cleaned_data["month"]:
            rows = rows.filter(sent_at__year=month.year, sent_at__month=month.month)
    sorts = {"owner": ["owner__name"], "created": ["created_at"]}
    found = paged(rows, request.GET, sorts=sorts, default="-created")
    today = clock.today()
    for case in found:
        case.tone = STATE_TONES[case.state]
        case.is_late = bool(
            case.state in WAITING and case.answer_by_on and case.answer_by_on < today
        )
    context = {
        "page": found,
        "form": form,
        "waiting_for_us": ConsentCase.objects.visible_to(request.user)
        .filter(state=CaseState.NO_ANSWER)
        .count(),
        "number_to_check": to_check.filter(
            case__in=ConsentCase.objects.visible_to(request.user)
        ).count(),
    }
    return page(request, "consent/case_list.html", context, part="consent/_case_rows.html")


@needs("see_consents")
@require_GET
def case(request: HttpRequest, case: Any) -> HttpResponse:
    found = access.case_to_see(request.user, case)
    items = list(found.items.select_related("entrance__real_property"))
    needed = entrance_needs([item.entrance for item in items])
    may_work = may(request.user, "ask_consents")
    context = {
        "case": found,
        "tone": STATE_TONES[found.state],
        "rows": [{"item": item, "need": needed[item.entrance_id]} for item in items],
        "events": sorted(_events(found), key=lambda event: event.at, reverse=True),
        "proofs": Proof.objects.filter(
            Q(case=found) | Q(recorded_answer__case=found)
        ).without_content(),
        "to_check": found.recorded.filter(outcome=RecordedAnswer.Outcome.WAITING)
        .select_related("recorded_by")
        .first(),
        "may_record": may_work and found.state in OPEN,
        "proposals": found.proposals.filter(outcome=""),
        "contacts": OwnerContact.objects.on(clock.today()).filter(owner=found.owner),
        "may_work": may_work,
        "may_send": may_work and found.state in LIVE,
        "may_cancel": may_work and found.state in LIVE,
    }
    return page(request, "consent/case.html", context)


def _events(case: ConsentCase) -> Iterator[Event]:
    """What has happened with the request, from its history, reminders and messages."""
    before = None
    for past in case.history.select_related("history_user").order_by("history_date", "history_id"):
        if before is None or (past.state, past.link_number) != (before.state, before.link_number):
            yield _change(past)
        before = past
    for message in Message.objects.about(case).defer("body"):
        yield _message(message)


def _change(past: Any) -> Event:
    who = str(past.history_user or _("Systemet"))
    if past.state == CaseState.ANSWERED:
        who = f"{past.answered_by_name}, {past.answered_by_title}"
    what = {
        CaseState.DRAFT: _("Förfrågan skapad"),
        CaseState.SENT: _("Förfrågan skickad")
        if past.link_number == 1
        else _("Förfrågan skickad på nytt, med ny länk"),
        CaseState.REMINDED: _("Ägaren påmind"),
        CaseState.DEFERRED: _("Ägarens styrelse beslutar senare"),
        CaseState.ANSWERED: _("Ägaren har svarat"),
        CaseState.NO_ANSWER: _("Inget svar trots påminnelser"),
        CaseState.CANCELLED: _("Förfrågan avbruten"),
    }[CaseState(past.state)]
    icons = {
        CaseState.ANSWERED: "check",
        CaseState.NO_ANSWER: "phone",
        CaseState.CANCELLED: "cross",
    }
    return Event(
        at=past.history_date,
        who=who,
        what=what,
        note=past.cancelled_because,
        icon=icons.get(past.state, "mail"),
        tone=STATE_TONES[past.state],
    )


def _message(message: Message) -> Event:
    failed = message.state in {MessageState.FAILED, MessageState.NOT_SENT}
    return Event(
        at=message.sent_at or message.written_at,
        who=_("till %(name)s") % {"name": message.to_name},
        what=f"{_(message.purpose)}: {message.get_state_display()}",
        note=message.reason,
        icon="mail",
        tone="bad" if failed else "neutral",
    )


@needs("ask_consents")
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, owner: Any) -> HttpResponse:
    """Choose entrances of one owner, look at the e-mail, send."""
    found = access.owner_to_ask(request.user, owner)
    entrances = askable_entrances_of(found)
    chosen = entrances_to_ask(visible_to=request.user).filter(owner_id_now=found.pk)
    initial = {"entrances": [] if request.method == "POST" else list(chosen)}
    form = AskForm(request.POST or None, entrances=entrances, initial=initial)
    preview = None
    if request.method == "POST" and form.is_valid():
        wanted = {"entrances": form.cleaned_data["entrances"]}
        wanted |= {"owner": found, "language": form.cleaned_data["language"], "by": request.user}
        if "preview" in request.POST:
            preview = actions.preview_of_request(**wanted)
        else:
            try:
                case = actions.ask_and_send(**wanted)
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                messages.success(
                    request, _("Frågan är skickad till %(name)s.") % {"name": case.sent_to_name}
                )
                return go(request, case.get_absolute_url())
    context = {
        "owner": found,
        "form": form,
        "preview": preview,
        "has_entrances": entrances.exists(),
    }
    return page(request, "consent/ask.html", context)


@needs("ask_consents")
@require_POST
def case_send(request: HttpRequest, case: Any) -> HttpResponse:
    """Send a draft, or send anew with a new link."""
    found = access.case_to_work_on(request.user, case)
    send = actions.send_case if found.state == CaseState.DRAFT else actions.send_again
    try:
        sent = send(case=found, by=request.user)  # type: ignore[arg-type]
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(
            request, _("Frågan är skickad till %(name)s.") % {"name": sent.sent_to_name}
        )
    return go(request, found.get_absolute_url())


@needs("ask_consents")
@require_http_methods(["GET", "POST"])
def case_cancel(request: HttpRequest, case: Any) -> HttpResponse:
    found = access.case_to_work_on(request.user, case)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel_case(case=found, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Förfrågan är avbruten. Länken fungerar inte längre."))
            return go(request, found.get_absolute_url())
    return page(request, "consent/case_cancel.html", {"case": found, "form": form})


@needs("see_consents")
@require_GET
def proof(request: HttpRequest, proof: Any) -> HttpResponse:
    """What stands behind an answer, to save."""
    found = access.proof_to_read(request.user, proof)
    return download(bytes(found.content), found.file_name, found.media_type)
