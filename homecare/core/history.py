"""What has happened to an object and its parts, told so that a person can read it.

Built from the rows that simple_history keeps. What is encrypted is told of without its value.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import formats, timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from homecare.core.encryption import EncryptedField
from homecare.core.models import Period

# Days of a period have no name of their own in the models.
LABELS: dict[str, Any] = {
    "starts_on": gettext_lazy("från och med"),
    "ends_on": gettext_lazy("till och med"),
    "ended_at": gettext_lazy("avslutad"),
}
ICONS = {"+": "plus", "~": "edit", "-": "minus"}
NAMED_FIELDS = 3  # a sentence that lists more fields than this is harder to read than the list


@dataclass(frozen=True, slots=True)
class Change:
    """One field that got another value, in words."""

    label: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. The `timeline` component draws it."""

    at: datetime
    who: str
    what: str
    changes: tuple[Change, ...] = ()
    note: str = ""
    icon: str = ""
    tone: str = "neutral"
    url: str = ""


def timeline(
    *sources: Any,
    hide: Collection[str] = (),
    labels: Mapping[str, Any] | None = None,
    only: Mapping[type[models.Model], Collection[Any]] | None = None,
    limit: int = 100,
) -> list[Entry]:
    """What happened to the `sources`, newest first.

    A source is a saved row, or the related manager of its parts (`recipient.commissions`); parts
    that were taken away are told of too. `hide` names fields that are no matter of the reader's,
    and `labels` gives fields other names than the models do. `only` names, per model, the keys of
    the parts that the reader may know of. One query per source and one per kind of row that is
    pointed at, however long the history.
    """
    called = {**LABELS, **(labels or {})}
    stories = [_Story(source, hide=hide, labels=called, only=only or {}) for source in sources]
    names = _names_of(stories)
    # Of what happened at one moment the first source was first, so that an object is there before
    # its parts.
    entries = [
        ((moment[0], number, moment[1]), entry)
        for number, story in enumerate(stories)
        for moment, entry in story.entries(names)
    ]
    entries.sort(key=lambda entry: entry[0], reverse=True)
    return [entry for _when, entry in entries[:limit]]


Names = Mapping[type[models.Model], Mapping[Any, models.Model]]


class _Story:
    """The history rows of one source, and how to tell of them."""

    def __init__(
        self,
        source: Any,
        *,
        hide: Collection[str],
        labels: Mapping[str, Any],
        only: Mapping[type[models.Model], Collection[Any]],
    ) -> None:
        self.is_part = not isinstance(source, models.Model)
        self.model: Any = source.model if self.is_part else type(source)
        self.labels = labels
        parent = source.field.name if self.is_part else ""
        kept_by = {source.field.attname: source.instance.pk} if self.is_part else {"id": source.pk}
        rows = self.model.history.filter(**kept_by).select_related("history_user")
        if self.model in only:
            rows = rows.filter(id__in=only[self.model])
        self.rows = list(rows.order_by("history_date", "history_id"))
        self.fields = [
            field
            for field in self.model.history.model.tracked_fields
            if field.editable
            and not field.primary_key
            and field.name not in hide
            and field.name != parent
        ]
        self.pointers = [
            field for field in self.model.history.model.tracked_fields if field.is_relation
        ]

    def pointed_at(self) -> Iterator[tuple[type[models.Model], Any]]:
        for row in self.rows:
            for field in self.pointers:
                if (pk := getattr(row, field.attname)) is not None:
                    yield field.related_model, pk

    def entries(self, names: Names) -> Iterator[tuple[tuple[datetime, int], Entry]]:
        before: dict[Any, Any] = {}
        for row in self.rows:
            previous = before.get(row.id)
            before[row.id] = row
            told = self._entry(row, previous, names)
            if told:
                yield (row.history_date, row.history_id), told

    def _entry(self, row: Any, previous: Any, names: Names) -> Entry | None:
        changes: tuple[Change, ...] = ()
        if row.history_type == "~" and previous is not None:
            changed = [
                field
                for field in self.fields
                if getattr(row, field.attname) != getattr(previous, field.attname)
            ]
            if not changed:
                return None
            changes = tuple(self._change(field, row, previous, names) for field in changed)
            what = self._what_changed(row, changed, changes, names)
        else:
            what = self._what_came_or_went(row, names)
        return Entry(
            at=timezone.localtime(row.history_date),
            who=str(row.history_user or _("Systemet")),
            what=what,
            changes=changes,
            note=row.history_change_reason or "",
            icon=ICONS[row.history_type],
        )

    # --- sentences -------------------------------------------------------------------------------

    def _what_came_or_went(self, row: Any, names: Names) -> str:
        said = {"thing": self._thing(row, names), "day": ""}
        if row.history_type == "-":
            return _("Tog bort %(thing)s") % said
        if issubclass(self.model, Period):
            said["day"] = _shown_day(row.starts_on)
            if row.ends_on:
                said["last"] = _shown_day(row.ends_on)
                return _("Lade till %(thing)s från %(day)s till %(last)s") % said
            return _("Lade till %(thing)s från %(day)s") % said
        return _("Lade till %(thing)s") % said

    def _what_changed(
        self, row: Any, fields: list[Any], changes: tuple[Change, ...], names: Names
    ) -> str:
        thing = self._thing(row, names)
        ended = any(field.name == "ends_on" for field in fields) and row.ends_on
        if self.is_part and ended:
            return _("Avslutade %(thing)s den %(day)s") % {
                "thing": thing,
                "day": _shown_day(row.ends_on),
            }
        if len(changes) > NAMED_FIELDS:
            changed = _("uppgifter")
        else:
            changed = get_text_list([change.label for change in changes], _("och"))
        if self.is_part:
            return _("Ändrade %(fields)s för %(thing)s") % {"fields": changed, "thing": thing}
        return _("Ändrade %(fields)s") % {"fields": changed}

    def _thing(self, row: Any, names: Names) -> str:
        """What it is, and which: "uppdrag Årsta hemtjänst". The object itself needs no name."""
        kind = str(self.model._meta.verbose_name)
        return f"{kind} {self._instance(row, names)}" if self.is_part else kind

    def _instance(self, row: Any, names: Names) -> models.Model:
        """The row as it was, with what it points at in place, so that `str()` asks nothing."""
        fields = self.model.history.model.tracked_fields
        made = self.model(**{field.attname: getattr(row, field.attname) for field in fields})
        for field in self.pointers:
            target = names[field.related_model].get(getattr(row, field.attname))
            if target is not None:
                setattr(made, field.name, target)
        return made

    # --- values ----------------------------------------------------------------------------------

    def _change(self, field: Any, row: Any, previous: Any, names: Names) -> Change:
        label = str(self.labels.get(field.name, field.verbose_name))
        old, new = getattr(previous, field.attname), getattr(row, field.attname)
        if isinstance(field, EncryptedField):
            return Change(label, new=_("ändrades") if new else _("togs bort"))
        return Change(label, _shown(field, old, names), _shown(field, new, names))


def _names_of(stories: Iterable[_Story]) -> Names:
    """Everything that the rows point at, one query per kind."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for story in stories:
        for field in story.pointers:
            wanted.setdefault(field.related_model, set())
        for model, pk in story.pointed_at():
            wanted[model].add(pk)
    return {model: model._base_manager.in_bulk(pks) if pks else {} for model, pks in wanted.items()}


def _shown(field: Any, value: Any, names: Names) -> str:
    if value is None or value == "":
        return ""
    if field.is_relation:
        return str(names[field.related_model].get(value, ""))
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return _shown_day(value)
    return str(value)


def _shown_day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")
