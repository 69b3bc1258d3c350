"""A recipient's own yes or no, on the coordinator's screen or tablet."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent import access, actions
from consent.actions.recipients import PARTY_OF
from consent.forms import RecipientConsentForm, RecipientEndForm
from consent.models import ConsentText
from consent.queries import home_of, recipient_consent_in_force
from consent.states import AnswerChoice, ConsentKind
from homecare.accounts.access import needs
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.web import go, page
from homecare.recipients.access import recipient_for_consent
from homecare.recipients.models import Recipient, Representative

LANGUAGES = dict(settings.LANGUAGES)


@needs("ask_consents")
@require_http_methods(["GET", "POST"])
def recipient_consent(request: HttpRequest, recipient: Any) -> HttpResponse:
    """The text, large; yes or no; a signature. `?kind=data` asks for the consent to data."""
    person = recipient_for_consent(request.user, recipient)
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    if kind not in PARTY_OF:
        kind = ConsentKind.FITTING_HOME.value
    language = request.GET.get("lang", "")
    if language not in LANGUAGES:
        language = translation.get_language() or "sv"
    context: dict[str, Any] = {
        "person": person,
        "kind": kind,
        "kind_label": ConsentKind(kind).label,
        "language": language,
        "languages": settings.LANGUAGES,
        "back": _page_of(person),
    }
    try:
        home = home_of(person)
    except RuleBroken as broken:
        return page(request, "consent/recipient_impossible.html", {**context, "why": str(broken)})
    if given := recipient_consent_in_force(person, kind, home):
        context |= {"consent": given, "proofs": given.proofs.without_content()}
        return page(request, "consent/recipient_given.html", context)
    text = ConsentText.objects.current(PARTY_OF[ConsentKind(kind)], language)
    form = RecipientConsentForm(
        request.POST or None,
        request.FILES or None,
        name=person.name,
        representatives=_representatives(person),
        initial={"kind": kind},
    )
    if request.method == "POST" and form.is_valid():
        try:
            message = _record(request, person, kind, text, form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, message)
            return go(request, context["back"])
    context |= {"home": home, "text": text, "form": form}
    return page(request, "consent/recipient_consent.html", context)


def _record(
    request: HttpRequest, person: Recipient, kind: str, text: ConsentText, said: dict[str, Any]
) -> str:
    """One action, and what to say of it."""
    by: Any = request.user
    if said["answer"] == AnswerChoice.NO:
        actions.record_recipient_refusal(recipient=person, kind=kind, reason=said["reason"], by=by)
        return _("Nejet är sparat. Fråga inte igen förrän efter en tid.")
    actions.record_recipient_consent(
        recipient=person,
        kind=kind,
        text=text,
        by=by,
        signature=said["signature"],
        scan=said["scan"],
        representative=said["representative"],
        own_view=said.get("own_view", ""),
    )
    return _("Medgivandet är sparat.")


def _representatives(person: Recipient) -> list[Representative]:
    return list(Representative.objects.on(clock.today()).filter(recipient=person))


def _page_of(person: Recipient) -> str:
    return reverse("desk:recipient", kwargs={"recipient": person.ref})


@needs("ask_consents")
@require_http_methods(["GET", "POST"])
def recipient_consent_end(request: HttpRequest, recipient_consent: Any) -> HttpResponse:
    """Note that the recipient has taken the consent back."""
    consent = access.recipient_consent_to_end(request.user, recipient_consent)
    person: Any = consent.recipient
    form = RecipientEndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_recipient_consent(consent=consent, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Medgivandet är återkallat och gäller inte längre."))
            return go(request, _page_of(person))
    context = {"consent": consent, "person": person, "form": form, "back": _page_of(person)}
    return page(request, "consent/recipient_consent_end.html", context)
