"""The owner's page: no account, the sealed link is the key. Opening it answers nothing."""

from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from consent import actions, fitted, links, proofs
from consent.actions.cases import OWNER
from consent.forms import AnswerForm, CodeForm
from consent.models import CaseItem, ConsentCase, ConsentText
from consent.queries import due_for_confirmation
from consent.states import SETTLED, AnswerChoice, CaseState, TextState
from consent.views.sealed import closed, in_language, send_code
from homecare.accounts.access import open_to_all
from homecare.audit.models import Kind
from homecare.audit.trail import note
from homecare.core.errors import RuleBroken
from homecare.core.web import download, go, page


@open_to_all("the property owner has no account: the sealed link is the key")
@never_cache
@require_http_methods(["GET", "POST"])
@in_language
def answer(request: HttpRequest, token: str, case: ConsentCase) -> HttpResponse:
    """What is asked, and the owner's answer: sent, or saved to go on with another day."""
    note(Kind.READ, OWNER, "consent.page_opened", case, link=case.link_number)
    if case.state == CaseState.ANSWERED:
        return answered(request, token, case, too_late=request.method == "POST")
    items = actions.askable_items(case)
    if not items:
        return closed(request, token)
    # Opening the page answers nothing: mail filters follow links too.
    form = AnswerForm(request.POST or None, items=items, initial=case.draft)
    if request.method == "POST" and "save" in request.POST:
        return _save(request, case, form)
    if request.method == "POST" and form.is_valid():
        if actions.must_sign(case):
            return _go_and_sign(request, token, case, form)
        response = _send(request, token, case, form)
        if response is not None:
            return response
    context = {
        "case": case,
        "text": text_shown(case),
        "form": form,
        "token": token,
        "number": len(items),
        "groups": _by_property(form),
        "settled": case.items.filter(answer__in=SETTLED).select_related("entrance__real_property"),
        "open_until": links.open_until(links.last_used_at(case)),
        "contact": settings.CONTACT,
        "must_sign": actions.must_sign(case),
    }
    return page(request, "consent/answer.html", context)


def _save(request: HttpRequest, case: ConsentCase, form: AnswerForm) -> HttpResponse:
    fields = {name: request.POST.get(name, "") for name in form.fields}
    try:
        actions.save_draft(case=case, link_number=case.link_number, fields=fields)
    except RuleBroken:
        return closed(request)
    messages.success(
        request,
        _("Sparat. Öppna samma länk när du vill fortsätta. Inget är skickat än."),
    )
    return go(request, request.path)


def _go_and_sign(
    request: HttpRequest, token: str, case: ConsentCase, form: AnswerForm
) -> HttpResponse:
    fields = {name: request.POST.get(name, "") for name in form.fields}
    try:
        actions.save_draft(case=case, link_number=case.link_number, fields=fields)
    except RuleBroken:
        return closed(request, token)
    send_code(request, case)
    return go(request, reverse("consent:answer_sign", args=[token]))


def _send(
    request: HttpRequest, token: str, case: ConsentCase, form: AnswerForm
) -> HttpResponse | None:
    """Write the answer down. None when the form has to be shown again."""
    try:
        actions.answer_case(
            case=case,
            link_number=case.link_number,
            answers=form.answers,
            name=form.cleaned_data["name"],
            title=form.cleaned_data["title"],
            text=text_shown(case),
        )
    except actions.AlreadyAnswered:
        case.refresh_from_db()
        return answered(request, token, case, too_late=True)
    except actions.LinkClosed:
        return closed(request, token)
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return None
    return go(request, reverse("consent:answer", args=[token]))


@open_to_all("the owner signs its answer, by the same sealed link")
@never_cache
@require_http_methods(["GET", "POST"])
@in_language
def answer_sign(request: HttpRequest, token: str, case: ConsentCase) -> HttpResponse:
    """The code from the e-mail turns what was filled in into an answer."""
    items = actions.askable_items(case)
    filled = AnswerForm(case.draft, items=items)
    if case.state == CaseState.ANSWERED or not items or not filled.is_valid():
        return go(request, reverse("consent:answer", args=[token]))
    if request.method == "POST" and "again" in request.POST:
        if send_code(request, case):
            messages.success(request, _("En ny kod är på väg, om det gått mer än en minut."))
        return go(request, request.path)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.check_sign_code(case=case, typed=form.cleaned_data["code"])
        except RuleBroken as broken:
            form.add_error("code", str(broken))
        else:
            response = _send(request, token, case, filled)
            if response is not None:
                return response
            for error in filled.non_field_errors():
                form.add_error(None, error)
    context = {"case": case, "form": form, "token": token, "doors": filled.said}
    return page(request, "consent/answer_sign.html", context)


@open_to_all("the receipt of an answer, by the same sealed link")
@never_cache
@require_GET
@in_language
def answer_proof(
    request: HttpRequest, token: str, case: ConsentCase, number: int = 1
) -> HttpResponse:
    """The receipt of one sitting, the first being number 1."""
    found = list(case.proofs.order_by("made_at", "pk")[number - 1 : number]) if number else []
    if not found:
        return closed(request, token)
    return download(bytes(found[0].content), f"kvitto-{number}.pdf", found[0].media_type)


@open_to_all("the text that the owner is asked to agree to, by the same sealed link")
@never_cache
@require_GET
@in_language
def answer_text(request: HttpRequest, token: str, case: ConsentCase) -> HttpResponse:
    text = text_shown(case)
    return download(proofs.text_pdf(actions.agreed(text)), "text.pdf", "application/pdf")


def text_shown(case: ConsentCase) -> ConsentText:
    """The case's version of the text, in the language of the page where it has it."""
    other = ConsentText.objects.filter(
        party=case.text.party,
        version=case.text.version,
        language=translation.get_language(),
        state=TextState.APPROVED,
    ).first()
    return other or case.text


def _by_property(form: AnswerForm) -> list[dict[str, Any]]:
    doors = sorted(form.doors, key=lambda door: str(door.item.entrance.real_property))
    return [
        {"name": name, "doors": list(found)}
        for name, found in groupby(doors, key=lambda door: str(door.item.entrance.real_property))
    ]


def answered(
    request: HttpRequest, token: str, case: ConsentCase, *, too_late: bool = False
) -> HttpResponse:
    """What was answered, when and by whom, what hangs there now, and what can be changed."""
    items: list[CaseItem] = [
        item for item in case.items.select_related("entrance__real_property") if item.answer
    ]
    context = {
        "case": case,
        "items": items,
        "number_of_yes": sum(item.answer == AnswerChoice.YES for item in items),
        "fitted": fitted.on(item.entrance for item in items),
        "is_to_confirm": due_for_confirmation().filter(owner=case.owner).exists(),
        "may_withdraw": bool(actions.withdrawable_entrances(case)),
        "receipts": range(1, case.proofs.count() + 1),
        "token": token,
        "too_late": too_late,
        "open_until": links.open_until(links.last_used_at(case)),
        "contact": settings.CONTACT,
    }
    return page(request, "consent/answered.html", context, status=409 if too_late else 200)
