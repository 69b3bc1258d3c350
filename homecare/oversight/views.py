from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from homecare.accounts.access import may, needs
from homecare.audit.trail import note_export
from homecare.core.web import download, go, page
from homecare.oversight import access, actions, documents
from homecare.oversight.models import Report
from homecare.ui import parts
from locks.readiness import Stage

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NEWEST = 50  # reports shown; older ones are reached by their address


@require_GET
@needs("see_reports")
def report_list(request):
    return page(
        request,
        "oversight/report_list.html",
        {
            "reports": Report.objects.select_related("made_by").defer("content")[:NEWEST],
            "may_make": may(request.user, "make_reports"),
        },
    )


@require_POST
@needs("make_reports")
def report_add(request):
    made = actions.make_report(by=request.user)
    messages.success(request, _("Rapport %(number)s är framtagen.") % {"number": made.number})
    return go(request, reverse("oversight:report", args=[made.ref]))


@require_GET
@needs("see_reports")
def report(request, report):
    found = access.report_to_read(request.user, report)
    return page(
        request,
        "oversight/report.html",
        {
            "report": found,
            "content": found.content,
            "stages": [stage.label for stage in Stage],
            "months": [
                parts.Bar(month["month"], month["locks"]) for month in found.content["months"]
            ],
            "is_unchanged": actions.checksum(found.content) == found.sha256,
        },
    )


@require_GET
@needs("see_reports")
def report_pdf(request, report):
    found = access.report_to_read(request.user, report)
    note_export(request.user, what="report.pdf", obj=found)
    return download(documents.report_pdf(found), f"laget-{found.number}.pdf", "application/pdf")


@require_GET
@needs("see_reports")
def report_xlsx(request, report):
    found = access.report_to_read(request.user, report)
    note_export(request.user, what="report.xlsx", obj=found)
    return download(documents.report_xlsx(found), f"laget-{found.number}.xlsx", XLSX)
