from typing import Any

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from homecare.accounts.access import needs
from homecare.core import progress
from homecare.core.errors import RuleBroken
from homecare.core.web import download, go, page
from homecare.exchange import access, actions, columns, writing
from homecare.exchange.access import Trial
from homecare.exchange.cells import shown
from homecare.exchange.forms import MappingForm, UploadForm
from homecare.exchange.models import Import
from homecare.exchange.states import WORKING, ImportState, ListKind

SHOWN = 200  # faults and changes on the page; the rest are in the file to download
NEWEST = 30


@require_http_methods(["GET", "POST"])
@needs("import_lists")
def import_list(request):
    """Upload a list, and see the earlier ones."""
    form = UploadForm(request.POST or None, request.FILES or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = actions.upload(
                content=file.read(),
                file_name=file.name,
                kind=form.cleaned_data["kind"],
                name=form.cleaned_data["name"],
                by=request.user,
            )
        except RuleBroken as broken:
            form.add_error("file", str(broken))
        else:
            return go(request, reverse("exchange:mapping", args=[made.ref]))
    earlier = Import.objects.visible_to(request.user).select_related("uploaded_by")
    return page(
        request,
        "exchange/import_list.html",
        {
            "form": form,
            "imports": earlier.defer("content", "faults", "sentences")[:NEWEST],
            "kinds": access.kinds_for(request.user),
        },
    )


@require_http_methods(["GET", "POST"])
@needs("import_lists")
def mapping(request, batch):
    """Step 1: how the columns were understood, and the chance to change it."""
    found = access.import_to_work_on(request.user, batch)
    if found.state in WORKING or found.content is None:
        return go(request, reverse("exchange:batch", args=[found.ref]))
    table = actions.table_of(found)
    form = MappingForm(request.POST or None, batch=found, headers=table.headers)
    if request.method == "POST" and form.is_valid():
        try:
            actions.start_trial(batch=found, mapping=form.cleaned_data["mapping"], by=request.user)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return go(request, reverse("exchange:batch", args=[found.ref]))
    return page(
        request,
        "exchange/mapping.html",
        {
            "batch": found,
            "form": form,
            "notes": [*table.notes, *columns.understand(table.headers, found.kind).notes],
            "columns": [
                (form[f"column_{place}"], [shown(row.cells[place]) for row in table.rows[:3]])
                for place in range(len(table.headers))
            ],
            "steps": _steps(),
        },
    )


@require_GET
@needs("import_lists")
def batch(request, batch):
    """Steps 2 and 3: how far it has come, what it would do, what it did."""
    found = access.import_to_work_on(request.user, batch)
    if found.state == ImportState.READ:
        return go(request, reverse("exchange:mapping", args=[found.ref]))
    return page(
        request, "exchange/batch.html", _context(found, request.user), part="exchange/_batch.html"
    )


def _context(found: Import, user: Any) -> dict[str, Any]:
    percent, doing = progress.ask(found.ref)
    trial = Trial()
    if found.state == ImportState.TRIED:
        trial = access.trial_to_read(user, found, at_most=SHOWN)
    return {
        "batch": found,
        "is_working": found.state in WORKING,
        "may_undo": found.state == ImportState.DONE and access.may_bring_in(user, found.kind),
        "percent": percent,
        "doing": doing,
        "counts": {"new": 0, "changed": 0, "unchanged": 0, **found.counts},
        "faults": trial.faults,
        "number_of_faults": trial.number_of_faults,
        "sentences": trial.sentences,
        "is_veiled": trial.is_veiled,
        "steps": _steps(),
        "step": 3 if found.state in {ImportState.DONE, ImportState.UNDONE} else 2,
    }


def _steps() -> list[str]:
    return [_("Kolumner"), _("Prova"), _("Läs in")]


@require_POST
@needs("import_lists")
def bring_in(request, batch):
    found = access.import_to_work_on(request.user, batch)
    return _do(request, found, lambda: actions.start_bringing_in(batch=found, by=request.user))


@require_POST
@needs("import_lists")
def undo(request, batch):
    found = access.import_to_work_on(request.user, batch)
    return _do(
        request,
        found,
        lambda: actions.undo(batch=found, by=request.user),
        said=_("Inläsningen är ångrad. Registret är som det var innan."),
    )


@require_POST
@needs("import_lists")
def give_up(request, batch):
    found = access.import_to_work_on(request.user, batch)
    return _do(
        request,
        found,
        lambda: actions.give_up(batch=found, by=request.user),
        said=_("Inläsningen är avbruten. Inget är inläst."),
    )


def _do(request, found: Import, act: Any, said: str = ""):
    try:
        act()
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        if said:
            messages.success(request, said)
    return go(request, reverse("exchange:batch", args=[found.ref]))


@require_GET
@needs("import_lists")
def faults(request, batch):
    """Every fault as a list, to work through in Excel."""
    found = access.import_to_work_on(request.user, batch)
    told = access.faults_to_export(request.user, found)
    rows = [
        [one["row"], one["column"], one["value"], one["message"], one["remedy"]] for one in told
    ]
    content = writing.csv_bytes(
        [_("Rad"), _("Kolumn"), _("Värde"), _("Vad som är fel"), _("Gör så här")], rows
    )
    return download(content, "fel.csv", "text/csv; charset=utf-8")


@require_GET
@needs("import_lists")
def template(request, list_kind: str):
    """An empty list with the right columns, to fill in."""
    if list_kind not in ListKind.values:
        raise Http404
    head = [str(one.label) for one in columns.fields_of(list_kind)]
    return download(writing.csv_bytes(head, []), f"{list_kind}.csv", "text/csv; charset=utf-8")
