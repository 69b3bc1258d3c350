"""What else an owner can do on its page: point out another person, withdraw, get a new link."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from consent import actions, links
from consent.forms import ContactForm, ShortCodeForm, WithdrawForm
from consent.models import ConsentCase
from consent.states import OPEN
from consent.views.sealed import closed, in_language, send_code
from homecare.accounts.access import open_to_all
from homecare.core import facts, throttle
from homecare.core.errors import RuleBroken
from homecare.core.web import go, page

MOST_CODES = 30  # wrong ones from one network address, in the window of the throttle


@open_to_all("the owner says who is to answer, or who is to be written to, by its sealed link")
@never_cache
@require_http_methods(["GET", "POST"])
@in_language
def answer_contact(request: HttpRequest, token: str, case: ConsentCase) -> HttpResponse:
    should_answer = case.state in OPEN
    form = ContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.propose_contact(
                case=case,
                link_number=case.link_number,
                should_answer=should_answer,
                **form.cleaned_data,
            )
        except actions.LinkClosed:
            return closed(request, token)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(
                request,
                _("Tack. Vi kontrollerar uppgifterna och skriver till personen inom några dagar."),
            )
            return go(request, reverse("consent:answer", args=[token]))
    context = {"case": case, "form": form, "token": token, "should_answer": should_answer}
    return page(request, "consent/answer_contact.html", context)


@open_to_all("the owner takes its yes back, by its sealed link")
@never_cache
@require_http_methods(["GET", "POST"])
@in_language
def answer_withdraw(request: HttpRequest, token: str, case: ConsentCase) -> HttpResponse:
    entrances = actions.withdrawable_entrances(case)
    if not entrances:
        return go(request, reverse("consent:answer", args=[token]))
    must_sign = actions.must_sign(case)
    if request.method == "POST" and "again" in request.POST:
        if send_code(request, case):
            messages.success(request, _("Koden är på väg till den e-postadress vi har till er."))
        return go(request, request.path)
    form = WithdrawForm(request.POST or None, entrances=entrances, code=must_sign)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data.pop("code", "")
        try:
            if must_sign:
                actions.check_sign_code(case=case, typed=code)
            actions.withdraw_on_page(case=case, link_number=case.link_number, **form.cleaned_data)
        except actions.LinkClosed:
            return closed(request, token)
        except RuleBroken as broken:
            form.add_error("code" if "code" in form.fields else None, str(broken))
        else:
            messages.success(
                request,
                _(
                    "Vi har tagit emot återkallelsen. Vi ordnar en annan väg in, slutar använda "
                    "låset och tar bort det inom 30 dagar."
                ),
            )
            return go(request, reverse("consent:answer", args=[token]))
    context = {"case": case, "form": form, "token": token, "must_sign": must_sign}
    return page(request, "consent/answer_withdraw.html", context)


@open_to_all("the owner says that its yes still holds, by its sealed link")
@never_cache
@require_POST
@in_language
def answer_confirm(request: HttpRequest, token: str, case: ConsentCase) -> HttpResponse:
    try:
        actions.confirm_on_page(case=case, link_number=case.link_number)
    except RuleBroken:
        return closed(request, token)
    messages.success(request, _("Tack. Vi har antecknat att medgivandet gäller."))
    return go(request, reverse("consent:answer", args=[token]))


@open_to_all("whoever has an old link may ask for a new one to the address in the register")
@require_POST
def answer_renew(request: HttpRequest, token: str) -> HttpResponse:
    """The same answer for every link, real or not: it must not tell which links were real."""
    case = links.case_of_closed(token)
    if case is not None:
        actions.send_new_link(case=case)
    return page(request, "consent/link_renewed.html", {"contact": settings.CONTACT})


@open_to_all("the code of a letter opens the same page as the sealed link")
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Where the code that stands in a letter is typed."""
    form = ShortCodeForm(request.POST or None)
    counter = throttle.counter("letter-code", facts.current.get().address)
    if request.method == "POST" and form.is_valid():
        if throttle.is_over({counter: MOST_CODES}):
            form.add_error("code", _("För många försök. Vänta en kvart och försök igen."))
        elif token := links.token_of_code(form.cleaned_data["code"]):
            return go(request, reverse("consent:answer", args=[token]))
        else:
            throttle.count(counter)
            form.add_error(
                "code",
                _(
                    "Koden stämmer inte. Kontrollera den i brevet. Har du fått ett nyare brev "
                    "gäller bara koden i det."
                ),
            )
    return page(request, "consent/answer_code.html", {"form": form, "contact": settings.CONTACT})
