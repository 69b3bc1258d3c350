"""Bringing lists in: read, try, bring in, undo. Each is one transaction or leaves nothing."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from homecare.accounts.models import User
from homecare.audit.trail import note_many_denied, record, record_many
from homecare.core import clock, progress
from homecare.core.background import after_commit
from homecare.core.claims import claim
from homecare.core.encryption import decrypt_bytes, encrypt_bytes
from homecare.core.errors import RuleBroken
from homecare.core.models import create_tracked, delete_tracked, update_tracked
from homecare.core.states import locked, move
from homecare.exchange import columns, reading, validation
from homecare.exchange.access import may_bring_in
from homecare.exchange.models import Import, ImportedRow
from homecare.exchange.plan import PLANNERS, Line, Plan
from homecare.exchange.queries import people_of
from homecare.exchange.states import MOVES, WORKING, ImportState, ListKind
from homecare.recipients.models import Recipient

CLAIM = timedelta(minutes=15)
PROTECTION = "recipients.recipient.protection_level"
SHOWN_SENTENCES = 500  # lines whose changes are kept for showing; all faults are kept


def upload(*, content: bytes, file_name: str, by: User, kind: str = "", name: str = "") -> Import:
    """Take in a file: read it, understand its columns, and keep it encrypted for the next steps.

    Without a kind it is recognised by its columns. Refused, with nothing saved, when the file
    cannot be read (`FileRefused` says why), its kind not be recognised, or `by` may not change
    what it would change.
    """
    table = reading.read(content, file_name)  # may take a while: no transaction waits for it
    kind = kind or columns.guess_kind(table.headers) or ""
    if kind not in ListKind.values:
        raise RuleBroken(_("Det går inte att se vad det är för lista. Välj sort och försök igen."))
    _refuse_kind(kind, by)
    made = Import(
        kind=kind,
        name=name.strip()
        or _("%(kind)s %(day)s") % {"kind": ListKind(kind).label, "day": clock.today()},
        file_name=file_name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        content=encrypt_bytes(content),
        mapping=columns.understand(table.headers, kind).mapping,
        uploaded_by=by,
        uploaded_at=clock.now(),
        rows=len(table.rows),
    )
    with transaction.atomic():
        made.save()
        record(by, "import.uploaded", made, sha256=made.sha256, rows=made.rows, kind=kind)
    return made


def _refuse_kind(kind: str, by: User) -> None:
    if not may_bring_in(by, kind):
        raise RuleBroken(
            _("Du får inte läsa in %(kind)s. Be systemförvaltaren göra det.")
            % {"kind": str(ListKind(kind).label).lower()}
        )


def table_of(batch: Import) -> reading.Table:
    """The file as a table again."""
    if batch.content is None:
        raise RuleBroken(_("Filen finns inte kvar. Ladda upp den igen."))
    return reading.read(decrypt_bytes(bytes(batch.content)), batch.file_name)


@transaction.atomic
def start_trial(*, batch: Import, mapping: dict[str, str], by: User) -> Import:
    """Keep how the columns are understood, and start the dry run in the background."""
    _refuse_kind(batch.kind, by)
    batch = move(
        batch, ImportState.TRYING, moves=MOVES, mapping=mapping, refusal="", brought_in_by=None
    )
    record(by, "import.started", batch, kind=batch.kind, step="trial")
    progress.tell(batch.ref, 0, _("Väntar på att börja"))
    after_commit("exchange.try_import", import_id=batch.pk)
    return batch


def try_import(import_id: int) -> None:
    """The dry run: what would be new, changed, unchanged, and every fault. Safe to run again."""
    with claim(Import, import_id, lasting=CLAIM) as batch:
        if batch is None or batch.state != ImportState.TRYING:
            return
        try:
            plan = _plan(batch)
        except RuleBroken as refused:
            move(batch, ImportState.FAILED, moves=MOVES, refusal=str(refused)[:300])
            return
        for what, people in plan.refused.items():
            tried = [{"obj": batch, "person": ref} for ref in sorted(people)]
            note_many_denied(batch.uploaded_by, what=what, entries=tried)
        move(
            batch,
            ImportState.TRIED,
            moves=MOVES,
            counts=plan.counts,
            faults=json.dumps([fault.as_dict() for fault in plan.faults], ensure_ascii=False),
            sentences=json.dumps(_told(plan), ensure_ascii=False),
            fingerprint=plan.fingerprint,
        )
        progress.tell(batch.ref, 100, _("Klart"))


def _told(plan: Plan) -> dict[int, list[dict[str, Any]]]:
    lines = sorted(plan.sentences.items())[:SHOWN_SENTENCES]
    return {number: [one.as_dict() for one in sentences] for number, sentences in lines}


def _plan(batch: Import) -> Plan:
    """Read, check and plan the whole list anew. The same whether tried or brought in.

    A list does what the one who uploaded it may do, whoever sees it through.
    """
    if not may_bring_in(batch.uploaded_by, batch.kind):
        raise RuleBroken(
            _("Den som laddade upp listan får inte längre läsa in den. Ladda upp den på nytt.")
        )
    progress.tell(batch.ref, 5, _("Läser filen"))
    table = table_of(batch)
    progress.tell(batch.ref, 15, _("Kontrollerar värdena"))
    rows = max(len(table.rows), 1)
    checked = validation.check(
        table,
        batch.kind,
        batch.mapping,
        tell=lambda done: progress.tell(
            batch.ref, 15 + 25 * done // rows, _("Kontrollerar värdena")
        ),
    )
    progress.tell(batch.ref, 40, _("Jämför med registret"))
    plan = PLANNERS[batch.kind](
        [Line(row.number, row.values) for row in checked.rows], batch.uploaded_by
    )
    plan.faults = sorted([*checked.faults, *plan.faults], key=lambda fault: fault.row)
    progress.tell(batch.ref, 60, _("Har jämfört med registret"))
    return plan


@transaction.atomic
def start_bringing_in(*, batch: Import, by: User) -> Import:
    """Start to bring in a tried list, with `by` as the author of what it changes.

    Refused while it has faults.
    """
    _refuse_kind(batch.kind, by)
    if json.loads(batch.faults or "[]"):
        raise RuleBroken(_("Rätta felen i filen och ladda upp den igen. Inget är inläst."))
    batch = move(batch, ImportState.BRINGING_IN, moves=MOVES, brought_in_by=by)
    record(by, "import.started", batch, kind=batch.kind, step="bring_in")
    progress.tell(batch.ref, 0, _("Väntar på att börja"))
    after_commit("exchange.bring_in", import_id=batch.pk)
    return batch


def bring_in(import_id: int) -> None:
    """Save the plan in one transaction: all of it or nothing. Safe to run again.

    Refused when the register has changed since the dry run, so that what is saved is what the
    person saw.
    """
    with claim(Import, import_id, lasting=CLAIM) as batch:
        if batch is None or batch.state != ImportState.BRINGING_IN:
            return
        try:
            _bring_in(batch)
        except RuleBroken as refused:
            move(batch, ImportState.FAILED, moves=MOVES, refusal=str(refused)[:300])
        progress.tell(batch.ref, 100, _("Klart"))


@transaction.atomic
def _bring_in(batch: Import) -> None:
    batch = locked(batch)
    by = batch.author
    _refuse_kind(batch.kind, by)
    plan = _plan(batch)
    if plan.faults or plan.fingerprint != batch.fingerprint:
        raise RuleBroken(
            _(
                "Registret har ändrats sedan listan provades. Prova den en gång till. "
                "Inget är inläst."
            )
        )
    if by != batch.uploaded_by:
        _refuse_hidden(plan, by)
    reason = batch.name
    kept: list[ImportedRow] = []
    done, total = 0, sum(map(len, plan.new.values())) + sum(map(len, plan.changed.values()))
    for model, rows in plan.new.items():
        saved = create_tracked(rows, by=by, reason=reason)
        kept += _imported(batch, model, saved, before={})
        done += len(rows)
        progress.tell(batch.ref, 60 + 35 * done // max(total, 1), _("Sparar"))
    for model, changes in plan.changed.items():
        fields = sorted({name for one in changes.values() for name in one.fields})
        update_tracked([one.row for one in changes.values()], fields, by=by, reason=reason)
        before = {
            pk: {name: values[0] for name, values in one.fields.items()}
            for pk, one in changes.items()
        }
        kept += _imported(batch, model, [one.row for one in changes.values()], before=before)
    ImportedRow.objects.bulk_create(kept, batch_size=1000)
    move(
        batch,
        ImportState.DONE,
        moves=MOVES,
        finished_at=clock.now(),
        content=None,
        faults="",
        sentences="",
    )
    _record_people(batch, plan, by)
    record(
        by,
        "import.brought_in",
        batch,
        kind=batch.kind,
        sha256=batch.sha256,
        rows=batch.rows,
        new=plan.counts["new"],
        changed=plan.counts["changed"],
    )


def _refuse_hidden(plan: Plan, by: User) -> None:
    """Nobody changes a protected person that only the uploader is named for."""
    hidden = Recipient.objects.protected_and_not_named(by).order_by().values_list("ref", flat=True)
    known = {ref for ref, one in plan.touched.items() if not one.is_new}
    if not known.isdisjoint(map(str, hidden)):
        raise RuleBroken(_("Bara den som laddade upp listan får läsa in den. Inget är inläst."))


def _record_people(batch: Import, plan: Plan, by: User) -> None:
    """Write what the list did to each person, without the values."""
    said = {"reason": batch.name, "list": batch.kind, "batch": str(batch.ref)}
    new = [one.as_entry(**said) for one in plan.touched.values() if one.is_new]
    changed = [one for one in plan.touched.values() if not one.is_new]
    record_many(by, "recipient.brought_in", new)
    record_many(by, "recipient.changed_by_list", [one.as_entry(**said) for one in changed])
    protected = [one for one in changed if PROTECTION in one.fields]
    record_many(
        by,
        "recipient.protection_raised",
        [
            one.as_entry(before=one.fields[PROTECTION][0], after=one.fields[PROTECTION][1], **said)
            for one in protected
        ],
    )


def _imported(
    batch: Import, model: type[models.Model], rows: list[Any], *, before: dict[int, dict[str, Any]]
) -> list[ImportedRow]:
    content_type = ContentType.objects.get_for_model(model)
    newest = _newest_history(model, [row.pk for row in rows])
    return [
        ImportedRow(
            batch=batch,
            content_type=content_type,
            row_id=row.pk,
            is_new=row.pk not in before,
            before=json.dumps(before.get(row.pk, {}), cls=DjangoJSONEncoder, ensure_ascii=False)
            if row.pk in before
            else "",
            history_id=newest[row.pk],
        )
        for row in rows
    ]


def _newest_history(model: type[models.Model], pks: list[int]) -> dict[int, int]:
    """Row pk → its newest history row."""
    found: dict[int, int] = {}
    for start in range(0, len(pks), 900):
        found |= dict(
            model.history.filter(id__in=pks[start : start + 900])  # type: ignore[attr-defined]
            .order_by()
            .values_list("id")
            .annotate(newest=Max("history_id"))
        )
    return found


@transaction.atomic
def undo(*, batch: Import, by: User) -> Import:
    """Take back all that an import made and changed, in one transaction.

    Refused as soon as anything was built on it: a row changed since, or something else that
    points at a row it made. Refused too when it protected somebody: a protection is lowered by
    hand, with a reason.
    """
    _refuse_kind(batch.kind, by)
    batch = move(batch, ImportState.UNDONE, moves=MOVES, undone_at=clock.now(), undone_by=by)
    people = people_of(batch)
    kept: dict[int, list[ImportedRow]] = {}
    # What was made last goes first, since it may point at what was made before.
    for one in batch.imported.order_by("-is_new", "-pk"):
        kept.setdefault(one.content_type_id, []).append(one)
    reason = _("Ångrad: %(name)s") % {"name": batch.name}
    for content_type_id, rows in kept.items():
        model: Any = ContentType.objects.get_for_id(content_type_id).model_class()
        newest = _newest_history(model, [one.row_id for one in rows])
        if any(newest.get(one.row_id) != one.history_id for one in rows):
            raise RuleBroken(_built_on())
        changed = {one.row_id: json.loads(one.before) for one in rows if not one.is_new}
        if any("protection_level" in before for before in changed.values()):
            raise RuleBroken(
                _(
                    "Inläsningen kan inte ångras: den gav någon skydd för sina personuppgifter. "
                    "Rätta i registret i stället."
                )
            )
        restored = list(_in_bulk(model, list(changed)))
        for row in restored:
            for name, value in changed[row.pk].items():
                field = model._meta.get_field(name)
                setattr(row, name, field.to_python(value))
        fields = sorted({name for values in changed.values() for name in values})
        update_tracked(restored, fields, by=by, reason=reason)
        new = [one.row_id for one in rows if one.is_new]
        try:
            delete_tracked(model, new, by=by, reason=reason)
            connection.check_constraints()
        except IntegrityError as error:
            raise RuleBroken(_built_on()) from error
    said = {"reason": reason, "list": batch.kind, "batch": str(batch.ref)}
    record_many(by, "recipient.import_undone", ({**one, **said} for one in people))
    record(by, "import.undone", batch, kind=batch.kind, rows=batch.rows)
    return batch


def _built_on() -> str:
    return _(
        "Inläsningen kan inte ångras: uppgifter i den har ändrats eller används redan. "
        "Rätta i registret i stället."
    )


def _in_bulk(model: Any, pks: list[int]) -> Any:
    for start in range(0, len(pks), 900):
        yield from model._base_manager.filter(pk__in=pks[start : start + 900])


@transaction.atomic
def give_up(*, batch: Import, by: User) -> Import:
    """Leave a list that was not brought in. The file is thrown away."""
    batch = move(batch, ImportState.GIVEN_UP, moves=MOVES, content=None, faults="", sentences="")
    record(by, "import.given_up", batch, kind=batch.kind)
    return batch


def resume() -> int:
    """Do what was started and not finished. Safe to run at any time: each import is claimed."""
    waiting = list(
        Import.objects.filter(state__in=WORKING).values_list("pk", "state").order_by("pk")
    )
    for pk, state in waiting:
        (try_import if state == ImportState.TRYING else bring_in)(pk)
    return len(waiting)
