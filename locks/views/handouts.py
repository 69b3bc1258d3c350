"""The counter where keys are handed out and taken back, and the receipts."""

from base64 import b64encode
from dataclasses import dataclass, field

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from homecare.accounts.access import may_in, needs, signed_in
from homecare.audit.trail import note_export
from homecare.core import clock
from homecare.core.forms import carry_out
from homecare.core.web import download, go, page
from homecare.staff.models import StaffMember
from locks import access, actions, codes
from locks.documents import ENDINGS, receipt_pdf, receipt_title
from locks.forms.keys import BasketForm, CodeForm, HandOutForm, ReverseForm, suggestion
from locks.models import Handout, Key, KeyKind, Receipt, duties
from locks.queries import stops
from locks.views import SignedInRequest

# More names than this are no help in a list of suggestions.
SUGGESTED = 300
SHOWN_BACK = 20


@dataclass
class Basket:
    """The keys on the counter, each with what stops it."""

    keys: list[Key] = field(default_factory=list)
    stopped: dict[int, list[str]] = field(default_factory=dict)

    @property
    def rows(self) -> list[tuple[Key, list[str]]]:
        return [(key, self.stopped[key.pk]) for key in self.keys]


@require_http_methods(["GET", "POST"])
@needs("hand_out_keys")
def hand_out(request: SignedInRequest) -> HttpResponse:
    """One page: to whom, which keys, until when, and the signature."""
    staff = access.staff_to_hand_to(request.user)
    do = request.POST.get("do", "")
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = HandOutForm(data, files, staff=staff)
    basket_form = BasketForm(data)
    to = form.cleaned_data.get("to") if form.is_bound and _clean(form) else None
    basket = _basket(request, basket_form, to)
    if do == "hand_out" and form.is_valid() and basket_form.is_valid() and not basket_form.errors:
        receipt = carry_out(
            form,
            lambda: actions.hand_out_keys(
                keys=basket.keys,
                to=form.cleaned_data["to"],
                by=request.user,
                due_back_at=form.cleaned_data["due_back_at"],
                signature_png=form.cleaned_data["signature"],
                scan=form.cleaned_data["scan"],
            ),
        )
        if receipt:
            messages.success(request, _handed_out(basket, receipt))
            return go(request, reverse("locks:receipt", args=[receipt.ref]))
    if do != "hand_out" and form.is_bound:
        # A key was added or taken away: nobody has said that the rest is filled in.
        form.errors.clear()
    return page(
        request,
        "locks/hand_out.html",
        {
            "form": form,
            "basket": basket,
            "basket_form": _emptied(basket_form),
            "to": to,
            "to_problem": _problem(form, do),
            "suggestions": [suggestion(one) for one in staff[:SUGGESTED]],
            "duties": duties().splitlines(),
        },
        part="locks/_basket.html",
    )


def _clean(form: HandOutForm) -> bool:
    form.is_valid()
    return "to" in form.cleaned_data


def _problem(form: HandOutForm, do: str) -> str:
    """Why nobody was found, said beside the keys when the person was just typed."""
    if not form.is_bound or do == "hand_out" or not form.data.get("to", "").strip():
        return ""
    form.full_clean()
    said = " ".join(str(error) for error in form.errors.get("to", []))
    form.errors.clear()
    return said


def _basket(request: SignedInRequest, form: BasketForm, to: StaffMember | None) -> Basket:
    """The keys that were on the counter, with those just added and without one taken away."""
    asked = request.POST if request.method == "POST" else request.GET
    wanted = asked.getlist("key")
    added = form.cleaned_data.get("code", []) if form.is_bound and form.is_valid() else []
    wanted = [code for one in wanted if (code := codes.normalised(one))]
    wanted = [one for one in dict.fromkeys([*wanted, *added]) if one != request.POST.get("remove")]
    found = {key.code: key for key in access.keys_to_hand_out(request.user).filter(code__in=wanted)}
    for code in added:
        if code not in found:
            form.add_error(
                "code", _("Ingen nyckel i dina enheter har koden %(code)s.") % {"code": code}
            )
    keys = [found[code] for code in wanted if code in found]
    return Basket(keys, stops(keys, to))


def _emptied(form: BasketForm) -> BasketForm:
    """The field for the next key: empty, unless what was typed is wrong."""
    return form if form.is_bound and form.errors else BasketForm()


def _handed_out(basket: Basket, receipt: Receipt) -> str:
    number = len(basket.keys)
    return ngettext(
        "Nyckeln är utlämnad till %(name)s.",
        "%(number)d nycklar är utlämnade till %(name)s.",
        number,
    ) % {"number": number, "name": receipt.staff_member}


# --- back ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs("hand_out_keys")
def take_back(request: SignedInRequest) -> HttpResponse:
    """Scan what comes back, one key or several."""
    form = CodeForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(form, lambda: _take_back(request, form.cleaned_data["code"]))
    ):
        return go(request, reverse("locks:take_back"))
    back = (
        Handout.objects.filter(returned_to=request.user, returned_at__date=clock.today())
        .select_related("key", "staff_member")
        .order_by("-returned_at", "-pk")[:SHOWN_BACK]
    )
    return page(request, "locks/take_back.html", {"form": form, "back": back})


def _take_back(request: SignedInRequest, wanted: list[str]) -> bool:
    keys = access.keys_to_hand_out(request.user)
    for code in wanted:
        key = keys.filter(code=code).first()
        loan = access.open_handout_of(key) if key else None
        if key is None:
            messages.error(
                request, _("Ingen nyckel i dina enheter har koden %(code)s.") % {"code": code}
            )
        elif loan is None:
            messages.info(request, _("%(code)s är inte utlämnad.") % {"code": code})
        else:
            actions.return_key(handout=loan, by=request.user)
            messages.success(
                request,
                _("%(code)s är tillbaka från %(name)s. Häng den på plats: %(place)s.")
                % {"code": code, "name": loan.staff_member, "place": place_of(key)},
            )
    return True


def place_of(key: Key) -> str:
    """Where the key hangs."""
    if not key.cabinet:
        return _("plats saknas")
    if not key.hook:
        return key.cabinet
    return _("%(cabinet)s, krok %(hook)s") % {"cabinet": key.cabinet, "hook": key.hook}


# --- receipts ------------------------------------------------------------------------------------


@require_GET
@signed_in
def receipt(request: SignedInRequest, receipt) -> HttpResponse:
    shown = access.receipt_to_see(request.user, receipt)
    signed = shown.signed
    return page(
        request,
        "locks/receipt.html",
        {
            "receipt": shown,
            "title": receipt_title(shown),
            "signed": signed,
            "keys": [
                {"code": one["code"], "kind": KeyKind(one["kind"]).label}
                for one in signed.get("keys", [])
            ],
            "loans": shown.handouts.select_related("key").order_by("key__code"),
            "duties": shown.duties.splitlines(),
            "signature": "" if shown.scan_type else b64encode(bytes(shown.signature)).decode(),
            "reversal": Receipt.objects.filter(reverses=shown).first(),
            "may_reverse": shown.reverses_id is None
            and may_in(request.user, "hand_out_keys", shown.unit),
            "may_see_keys": may_in(request.user, "see_keys", shown.unit),
        },
    )


@require_GET
@signed_in
def receipt_file(request: SignedInRequest, receipt) -> HttpResponse:
    """The receipt as a PDF to keep or print."""
    shown = access.receipt_to_see(request.user, receipt)
    note_export(request.user, what="receipt.downloaded", obj=shown, unit=shown.unit)
    return download(receipt_pdf(shown), f"nyckelkvittens-{shown.number}.pdf", "application/pdf")


@require_GET
@signed_in
def receipt_scan(request: SignedInRequest, receipt) -> HttpResponse:
    """The paper that was signed and scanned. To the receipt where it was signed on the screen."""
    shown = access.receipt_to_see(request.user, receipt)
    if not shown.scan_type:
        return go(request, reverse("locks:receipt", args=[shown.ref]))
    note_export(request.user, what="receipt.scan_downloaded", obj=shown, unit=shown.unit)
    name = f"nyckelkvittens-{shown.number}-underskrift.{ENDINGS[shown.scan_type]}"
    return download(bytes(shown.signature), name, shown.scan_type)


@require_http_methods(["GET", "POST"])
@needs("hand_out_keys")
def receipt_reverse(request: SignedInRequest, receipt) -> HttpResponse:
    shown = access.receipt_to_reverse(request.user, receipt)
    form = ReverseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reversal = carry_out(
            form,
            lambda: actions.reverse_receipt(receipt=shown, by=request.user, **form.cleaned_data),
        )
        if reversal:
            messages.success(
                request,
                _("Kvittens %(number)s är makulerad.") % {"number": shown.number},
            )
            return go(request, reverse("locks:receipt", args=[reversal.ref]))
    return page(request, "locks/receipt_reverse.html", {"form": form, "receipt": shown})


@require_GET
@signed_in
def my_keys(request: SignedInRequest) -> HttpResponse:
    """What I have out, and what I have signed: codes only, and no address."""
    mine = Handout.objects.filter(staff_member__user=request.user)
    return page(
        request,
        "locks/my_keys.html",
        {
            "loans": mine.open().select_related("key").order_by("due_back_at", "pk"),
            "receipts": Receipt.objects.filter(staff_member__user=request.user)
            .annotate(was_reversed=Exists(Receipt.objects.filter(reverses=OuterRef("pk"))))
            .order_by("-number")[:50],
        },
    )
