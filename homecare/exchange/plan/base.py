"""The plan of one import, built line by line, the same in the dry run and in earnest."""

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from homecare.exchange.validation import Fault


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list after validation: its number in the file, and its values by field."""

    number: int
    values: dict[str, Any]

    def get(self, name: str) -> Any:
        return self.values.get(name)


@dataclass(slots=True)
class Changed:
    """A row of the register that the list changes: field → (before, after)."""

    row: models.Model
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass
class Plan:
    """New rows, changed rows and faults. Rows are unsaved until `exchange.actions` saves them."""

    faults: list[Fault] = field(default_factory=list)
    # Model → rows to create; models stand in the order in which they must be saved.
    new: dict[type[models.Model], list[models.Model]] = field(
        default_factory=lambda: defaultdict(list)
    )
    changed: dict[type[models.Model], dict[int, Changed]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    # Line number → "new", "changed" or "unchanged".
    outcome: dict[int, str] = field(default_factory=dict)
    # What a person is shown of the changes: line → sentences.
    sentences: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    def begin(self, line: Line) -> None:
        self.outcome.setdefault(line.number, "unchanged")

    def create(self, row: models.Model, line: Line, *, is_main: bool = True) -> Any:
        """Plan a new row. `is_main`: the line itself is new, not just a detail of what exists."""
        self.new[type(row)].append(row)
        if is_main:
            self.outcome[line.number] = "new"
        elif self.outcome[line.number] == "unchanged":
            self.outcome[line.number] = "changed"
        if not is_main:
            self.sentences[line.number].append(
                _("Ny uppgift: %(what)s.") % {"what": row._meta.verbose_name}
            )
        return row

    def change(self, row: models.Model, line: Line, *, secret: bool = False, **values: Any) -> None:
        """Plan other values for a saved row; those that are as before are left out.

        An empty cell says nothing: it never wipes what the register knows.
        """
        for name, after in values.items():
            before = getattr(row, name)
            if after in (None, "") or before == after:
                continue
            entry = self.changed[type(row)].setdefault(row.pk, Changed(row))
            entry.fields.setdefault(name, (before, after))
            setattr(row, name, after)
            if self.outcome[line.number] == "unchanged":
                self.outcome[line.number] = "changed"
            field_of_row: Any = row._meta.get_field(name)
            label = field_of_row.verbose_name
            self.sentences[line.number].append(
                _("%(field)s ändras.") % {"field": str(label).capitalize()}
                if secret
                else _("%(field)s ändras från ”%(before)s” till ”%(after)s”.")
                % {
                    "field": str(label).capitalize(),
                    "before": _shown(row, name, before),
                    "after": _shown(row, name, after),
                }
            )

    def fault(self, line: Line, column: str, value: Any, message: str, remedy: str) -> None:
        self.faults.append(
            Fault(row=line.number, column=column, value=str(value), message=message, remedy=remedy)
        )

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(self.outcome.values())
        return {name: counted[name] for name in ("new", "changed", "unchanged")}

    @property
    def fingerprint(self) -> str:
        """The same for the same plan: shows that the register has not changed since the dry run."""
        told = [
            sorted(self.outcome.items()),
            sorted((number, lines) for number, lines in self.sentences.items()),
            sorted((fault.row, fault.column, fault.message) for fault in self.faults),
        ]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _shown(row: models.Model, name: str, value: Any) -> str:
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    field_of_row: Any = row._meta.get_field(name)
    choices = dict(field_of_row.flatchoices)
    return str(choices.get(value, value))
