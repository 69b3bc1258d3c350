"""The receipts on paper."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from homecare.core import pdf
from locks.models import KeyKind, KeySlip, Receipt, SlipKind

# What a file of a scanned paper is called at the end.
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


def receipt_title(receipt: Receipt) -> str:
    if receipt.reverses_id:
        return _("Makulering av nyckelkvittens")
    return _("Nyckelkvittens")


def receipt_pdf(receipt: Receipt) -> bytes:
    """The receipt as a PDF: from what was signed alone, so that it never comes out otherwise."""
    signed = receipt.signed
    title = receipt_title(receipt)
    parts = [
        pdf.text(title, "Title"),
        pdf.text(_("Nummer %(number)s") % {"number": receipt.number}, "Lead"),
        pdf.facts(_facts(signed)),
        pdf.text(_("Nycklar"), "Heading"),
        pdf.table(
            [_("Kod"), _("Typ"), _("Åter senast")],
            [
                [one["code"], str(KeyKind(one["kind"]).label), _moment(one["due_back_at"])]
                for one in signed["keys"]
            ],
            (2, 2, 2),
        ),
    ]
    if receipt.duties:
        parts.append(pdf.text(_("Jag som får nycklarna åtar mig detta"), "Heading"))
        parts += [pdf.text(f"– {line}") for line in receipt.duties.splitlines()]
    if receipt.signature:
        parts += _signature(receipt, signed["staff_name"])
    parts += [
        pdf.text(
            _(
                "Kvittensen kan inte ändras. Är den fel makuleras den med en ny, som anger "
                "orsaken. Kontrollsumman är räknad på allt som står här och på underskriften."
            ),
            "Small",
        ),
        pdf.text(f"SHA-256 {receipt.sha256}", "Small"),
    ]
    return pdf.make(
        parts,
        title=f"{title} {receipt.number}",
        reference=_("Kvittens %(number)s") % {"number": receipt.number},
        made_at=receipt.signed_at,
    )


def _facts(signed: dict) -> list[tuple[str, str]]:
    rows = [
        (_("Mottagare"), f"{signed['staff_name']}, {signed['staff_id']}"),
        (_("Enhet"), signed["unit_name"]),
        (_("Utlämnad av"), signed["handed_out_by_name"]),
        (_("Undertecknad"), _moment(signed["signed_at"])),
    ]
    if signed["reverses"]:
        rows = [
            (_("Makulerar"), _("Kvittens %(number)s") % {"number": signed["reverses"]}),
            (_("Orsak"), signed["reason"]),
            *rows[:2],
            (_("Makulerad av"), signed["handed_out_by_name"]),
            (_("Tidpunkt"), _moment(signed["signed_at"])),
        ]
    return rows


def _moment(iso: str) -> str:
    return f"{timezone.localtime(datetime.fromisoformat(iso)):%Y-%m-%d %H:%M}"


def _signature(signed: Receipt | KeySlip, name: str) -> list[Flowable]:
    """The drawing, or the scanned paper: a picture of it, or where it is kept."""
    shown: list[Flowable] = [pdf.text(_("Underskrift"), "Heading")]
    content = bytes(signed.signature)
    if signed.scan_type == "application/pdf":
        shown.append(pdf.text(_("Undertecknat på papper. Det skannade papperet är bevarat.")))
    elif signed.scan_type:
        shown.append(pdf.picture(content, width=120 * mm, height=120 * mm))
    else:
        shown.append(pdf.picture(content))
    return [*shown, pdf.text(name)]


def slip_pdf(slip: KeySlip) -> bytes:
    """What was signed for a recipient's key, for the one who signed: from what was signed alone."""
    signed = slip.signed
    is_in = slip.kind == SlipKind.RECEIVED
    title = str(SlipKind(signed["kind"]).label)
    told = (
        _(
            "Nyckeln förvaras inlåst och är märkt med koden och inget annat. Den lämnas tillbaka "
            "när den inte behövs längre."
        )
        if is_in
        else _("Nyckeln är återlämnad. Vi har inte kvar den, och ingen kopia av den.")
    )
    parts = [
        pdf.text(title, "Title"),
        pdf.text(_("Nyckel %(code)s") % {"code": signed["code"]}, "Lead"),
        pdf.facts(
            [
                (_("Typ"), str(KeyKind(signed["key_kind"]).label)),
                (_("Nyckel till bostad för"), signed["person_name"]),
                (_("Lämnad av") if is_in else _("Lämnad till"), signed["name"]),
                (_("Enhet"), signed["unit_name"]),
                (_("Registrerad av"), signed["recorded_by_name"]),
                (_("Undertecknad"), _moment(signed["signed_at"])),
            ]
        ),
        pdf.text(told),
        *_signature(slip, signed["name"]),
        pdf.text(f"SHA-256 {slip.sha256}", "Small"),
    ]
    return pdf.make(
        parts,
        title=f"{title} {signed['code']}",
        reference=_("Nyckel %(code)s") % {"code": signed["code"]},
        made_at=slip.signed_at,
    )
