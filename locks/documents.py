"""The receipt on paper."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from homecare.core import pdf
from locks.models import KeyKind, Receipt


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
        parts += [
            pdf.text(_("Underskrift"), "Heading"),
            pdf.picture(bytes(receipt.signature)),
            pdf.text(signed["staff_name"]),
        ]
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
