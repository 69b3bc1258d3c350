"""Writing the trail. Every change and every reading of a person's data goes through here.

`by` is a user, None for the system, or a word for somebody without an account ("owner"). A user
may say in which role it acts (`trail_role`) and in which unit (`trail_unit`). The names `obj`,
`person`, `unit`, `reason`, `personal` and `on_behalf_of` are taken; every other keyword is a fact.
"""

import secrets
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from homecare.audit.models import Kind, TrailEntry, canonical, digest_of, utc
from homecare.audit.querysets import ref_of
from homecare.core import clock
from homecare.core.facts import current

MANY = 500  # entries in one INSERT


def record(
    by: Any,
    verb: str,
    obj: Any = None,
    /,
    *,
    person: Any = None,
    unit: Any = None,
    reason: str = "",
    personal: dict[str, Any] | None = None,
    on_behalf_of: Any = None,
    **facts: Any,
) -> TrailEntry:
    """Write that `by` did `verb` with `obj`, in the transaction that does it.

    `person` is whom it concerns, `unit` in which unit. Facts are small and without personal
    details, as they can never be erased; names, addresses and what people typed go in `personal`
    (`reason` is kept with it). No personnummer and no codes in either. Raises outside a
    transaction.
    """
    return _write(
        Kind.CHANGE,
        by,
        verb,
        obj,
        person=person,
        unit=unit,
        reason=reason,
        personal=personal,
        on_behalf_of=on_behalf_of,
        **facts,
    )


def record_many(by: Any, verb: str, entries: Iterable[dict[str, Any]]) -> list[TrailEntry]:
    """Write that `by` did the same with many things: each as `record(by, verb, obj, …)` would.

    Every entry is a dict of what `record` takes, with the thing itself as `obj`.
    """
    _refuse_outside_a_transaction(verb)
    return _write_many(Kind.CHANGE, by, verb, entries)


def note_reading(
    by: Any,
    person: Any,
    *,
    what: str,
    about: Any = None,
    unit: Any = None,
    reason: str = "",
    personal: dict[str, Any] | None = None,
    **facts: Any,
) -> TrailEntry:
    """Write that `by` reads the data of `person`, before the data are given out.

    `about` is what was read when it is not the person's own page. A reading that cannot be
    logged fails: let the error through.
    """
    return note(
        Kind.READ,
        by,
        what,
        about or person,
        person=person,
        unit=unit,
        reason=reason,
        personal=personal,
        **facts,
    )


def note(kind: Kind, by: Any, verb: str, obj: Any = None, **about: Any) -> TrailEntry:
    """Write anything else that is no change, in a transaction of its own where none is running.

    Inside a transaction that is undone, the note is undone with it.
    """
    with transaction.atomic():
        return _write(kind, by, verb, obj, **about)


def note_search(by: Any, *, what: str, **about: Any) -> TrailEntry:
    """Write that `by` searched; what was searched for goes in `personal`."""
    return note(Kind.SEARCH, by, what, **about)


def note_export(by: Any, *, what: str, obj: Any = None, **about: Any) -> TrailEntry:
    """Write that `by` took data out, as a file."""
    return note(Kind.EXPORT, by, what, obj, **about)


def note_print(by: Any, *, what: str, obj: Any = None, **about: Any) -> TrailEntry:
    """Write that `by` took data out, on paper."""
    return note(Kind.PRINT, by, what, obj, **about)


def note_denied(by: Any, *, what: str, obj: Any = None, **about: Any) -> TrailEntry:
    """Write that `by` was refused."""
    return note(Kind.DENIED, by, what, obj, **about)


def note_many_denied(by: Any, *, what: str, entries: Iterable[dict[str, Any]]) -> list[TrailEntry]:
    """Write that `by` was refused many things: each as `note_denied` would."""
    with transaction.atomic():
        return _write_many(Kind.DENIED, by, what, entries)


def _write(kind: Kind, by: Any, verb: str, obj: Any = None, /, **about: Any) -> TrailEntry:
    """Write one entry in the running transaction: one INSERT, no question asked."""
    _refuse_outside_a_transaction(verb)
    entry = _entry(kind, by, verb, obj, **about)
    entry.save(force_insert=True)
    return entry


def _write_many(
    kind: Kind, by: Any, verb: str, entries: Iterable[dict[str, Any]]
) -> list[TrailEntry]:
    made = []
    for entry in entries:
        about = {name: value for name, value in entry.items() if name != "obj"}
        made.append(_entry(kind, by, verb, entry.get("obj"), **about))
    return TrailEntry.objects.bulk_create(made, batch_size=MANY)


def _refuse_outside_a_transaction(verb: str) -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{verb}: the trail is written in the transaction of what it tells of."
        )


def _entry(
    kind: Kind,
    by: Any,
    verb: str,
    obj: Any = None,
    /,
    *,
    person: Any = None,
    unit: Any = None,
    reason: str = "",
    personal: dict[str, Any] | None = None,
    on_behalf_of: Any = None,
    **facts: Any,
) -> TrailEntry:
    """One entry in its canonical form, not saved yet."""
    request = current.get()
    now = clock.now()
    columns: dict[str, Any] = {
        "ref": uuid.uuid4(),
        "at": now,
        "kind": Kind(kind).value,
        "verb": verb,
        "actor": ref_of(by) or "system",
        "role": str(getattr(by, "trail_role", ""))[:64],
        "on_behalf_of": ref_of(on_behalf_of),
        "unit_ref": ref_of(unit or getattr(by, "trail_unit", None)),
        "object_type": "" if obj is None else obj._meta.label_lower,
        "object_ref": ref_of(obj),
        "person_ref": ref_of(person),
        "request_id": request.request_id,
    }
    parts = {
        "name": _shown_name(by),
        "on_behalf_of": _shown_name(on_behalf_of),
        "address": request.address,
        "reason": str(reason),
        "details": personal,
    }
    kept = canonical({name: value for name, value in parts.items() if value})
    salt = secrets.token_hex(32)
    text = canonical(
        {
            **columns,
            "at": utc(now),
            "facts": facts,
            "personal_hash": digest_of(salt + kept),
            "v": 1,
        }
    )
    return TrailEntry(**columns, canonical=text, digest=digest_of(text), personal=kept, salt=salt)


def _shown_name(somebody: Any) -> str:
    if somebody is None or isinstance(somebody, str):
        return ""
    return str(getattr(somebody, "shown_name", "") or somebody)
