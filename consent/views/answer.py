"""The owner's page: no account, the sealed link is the key."""

from collections.abc import Callable
from functools import wraps
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from consent import actions, links
from consent.forms import AnswerForm
from consent.models import CaseItem, ConsentCase, ConsentText
from consent.states import AnswerChoice, CaseState
from homecare.accounts.access import open_to_all
from homecare.core.errors import RuleBroken
from homecare.core.web import download, go, page

LANGUAGES = dict(settings.LANGUAGES)
View = Callable[..., HttpResponse]


def _in_language(view: View) -> View:
    """Finds the case of the token, and shows the page in the language that was chosen on the
    page, else in that of the request. `?lang=en`, as the e-mail has it, chooses and is gone.
    """

    @wraps(view)
    def shown(request: HttpRequest, token: str) -> HttpResponse:
        chosen = request.GET.get("lang")
        if chosen in LANGUAGES:
            return _with_language(redirect(request.path), chosen)
        case = links.case_of(token)
        kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = kept if kept in LANGUAGES else case.text.language if case else "sv"
        with translation.override(language):
            response = view(request, token, case) if case else _closed(request)
            response["Content-Language"] = language
        # The address is a key: it is not to be kept, found or told to other sites.
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return shown


def _with_language(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@open_to_all("the property owner has no account: the sealed link is the key")
@never_cache
@require_http_methods(["GET", "POST"])
@_in_language
def answer(request: HttpRequest, token: str, case: ConsentCase) -> HttpResponse:
    if case.state == CaseState.ANSWERED:
        return _answered(request, token, case, too_late=request.method == "POST")
    items = actions.askable_items(case)
    if not items:
        return _closed(request)
    text = _text_shown(case)
    # Opening the page answers nothing: mail filters follow links too.
    form = AnswerForm(request.POST or None, items=items)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_case(
                case=case,
                link_number=case.link_number,
                answers=form.answers,
                name=form.cleaned_data["name"],
                title=form.cleaned_data["title"],
                text=text,
            )
        except actions.AlreadyAnswered:
            case.refresh_from_db()
            return _answered(request, token, case, too_late=True)
        except actions.LinkClosed:
            return _closed(request)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return go(request, request.path)
    context = {
        "case": case,
        "text": text,
        "form": form,
        "number": len(items),
        "groups": _by_property(form),
        "open_until": links.open_until(case.sent_at or case.created_at),
        "contact": settings.CONTACT,
    }
    return page(request, "consent/answer.html", context)


@open_to_all("the receipt of an answer, by the same sealed link")
@never_cache
@require_GET
@_in_language
def answer_proof(request: HttpRequest, token: str, case: ConsentCase) -> HttpResponse:
    proof = case.proofs.order_by("made_at").first()
    if case.state != CaseState.ANSWERED or proof is None:
        return _closed(request)
    return download(bytes(proof.content), "kvitto.pdf", proof.media_type)


def _text_shown(case: ConsentCase) -> ConsentText:
    """The case's version of the text, in the language of the page where it has it."""
    other = ConsentText.objects.filter(
        party=case.text.party, version=case.text.version, language=translation.get_language()
    ).first()
    return other or case.text


def _by_property(form: AnswerForm) -> list[dict[str, Any]]:
    doors = sorted(form.doors, key=lambda door: str(door.item.entrance.real_property))
    return [
        {"name": name, "doors": list(found)}
        for name, found in groupby(doors, key=lambda door: str(door.item.entrance.real_property))
    ]


def _answered(
    request: HttpRequest, token: str, case: ConsentCase, *, too_late: bool
) -> HttpResponse:
    """What was answered, when and by whom; the same page for whoever comes second."""
    items: list[CaseItem] = [
        item for item in case.items.select_related("entrance__real_property") if item.answer
    ]
    context = {
        "case": case,
        "items": items,
        "number_of_yes": sum(item.answer == AnswerChoice.YES for item in items),
        "token": token,
        "too_late": too_late,
        "open_until": links.open_until(case.sent_at or case.created_at),
        "contact": settings.CONTACT,
    }
    return page(request, "consent/answered.html", context, status=409 if too_late else 200)


def _closed(request: HttpRequest) -> HttpResponse:
    """One page for a link that is false, old, replaced or cancelled: it tells nothing of which."""
    context = {"contact": settings.CONTACT}
    return page(request, "consent/link_closed.html", context, status=410)
