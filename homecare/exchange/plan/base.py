"""The plan of one import, built line by line, the same in the dry run and in earnest."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext as _

from homecare.core.encryption import blind_index
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


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a line changes, and whose data it is: `people` are references of recipients.

    `text` may hold values of the register, for those who may read all of them; `veiled` never.
    """

    text: str
    veiled: str
    people: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class About:
    """Whose data a line changes: a recipient, the reference of a unit that cares for them, and
    whether the one who brings the list in may be told what the register knows of them.
    """

    person: Any
    unit: str
    is_shown: bool

    @property
    def is_new(self) -> bool:
        return self.person.pk is None


@dataclass(slots=True)
class Touched:
    """What the list gives a recipient and changes for them."""

    about: About
    is_new: bool
    new: set[str] = field(default_factory=set)
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def as_entry(self, **facts: Any) -> dict[str, Any]:
        """As the trail wants it: what became of the person, without the values."""
        return {
            "obj": self.about.person,
            "person": self.about.person,
            "unit": self.about.unit or None,
            "new": sorted(self.new),
            "fields": sorted(self.fields),
            **facts,
        }


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
    sentences: dict[int, list[Sentence]] = field(default_factory=lambda: defaultdict(list))
    # Reference of a recipient → what the list does to them.
    touched: dict[str, Touched] = field(default_factory=dict)
    # Verb of the trail → references of recipients of whom a fault told that they are registered.
    refused: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _about: dict[int, list[About]] = field(default_factory=dict)

    def begin(self, line: Line) -> None:
        self.outcome.setdefault(line.number, "unchanged")

    def is_about(self, line: Line, *people: About) -> None:
        """Say whose data the line changes from now on."""
        self._about[line.number] = list(people)

    @contextmanager
    def aside(self, line: Line, people: list[About]) -> Iterator[None]:
        """Inside the block the line changes the data of these instead."""
        kept = self._about.get(line.number, [])
        self._about[line.number] = people
        try:
            yield
        finally:
            self._about[line.number] = kept

    def create(
        self, row: models.Model, line: Line, *, is_main: bool = True, is_told: bool = True
    ) -> Any:
        """Plan a new row. `is_main`: the line itself is new, not just a detail of what exists."""
        self.new[type(row)].append(row)
        if is_main:
            self.outcome[line.number] = "new"
        elif self.outcome[line.number] == "unchanged":
            self.outcome[line.number] = "changed"
        for touched in self._touched(line):
            touched.new.add(row._meta.label_lower)
        if is_told and not is_main:
            self._say(line, _("Ny uppgift: %(what)s.") % {"what": row._meta.verbose_name})
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
            for touched in self._touched(line):
                touched.fields[f"{row._meta.label_lower}.{name}"] = (before, after)
            field_of_row: Any = row._meta.get_field(name)
            label = str(field_of_row.verbose_name).capitalize()
            told = {"before": _shown(row, name, before), "after": _shown(row, name, after)}
            self._say(
                line,
                _("%(field)s ändras.") % {"field": label},
                ""
                if secret
                else _("%(field)s ändras från ”%(before)s” till ”%(after)s”.")
                % {"field": label, **told},
            )

    def _touched(self, line: Line) -> Iterator[Touched]:
        for about in self._about.get(line.number, []):
            ref = str(about.person.ref)
            yield self.touched.setdefault(ref, Touched(about, is_new=about.is_new))

    def _say(self, line: Line, veiled: str, text: str = "") -> None:
        """`text` is kept only when the planner's user may read all whose data it tells."""
        about = self._about.get(line.number, [])
        people = tuple(str(one.person.ref) for one in about if not one.is_new)
        is_shown = bool(text) and all(one.is_shown for one in about)
        self.sentences[line.number].append(Sentence(text if is_shown else veiled, veiled, people))

    def fault(self, line: Line, column: str, value: Any, message: str, remedy: str) -> None:
        known = [one for one in self._about.get(line.number, []) if not one.is_new]
        self.faults.append(
            Fault(
                row=line.number,
                column=column,
                value=str(value),
                message=message,
                remedy=remedy,
                person=str(known[0].person.ref) if known else "",
            )
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many lines do what. One with a fault does nothing, however far it was planned."""
        faulty = {fault.row for fault in self.faults}
        counted = Counter(what for line, what in self.outcome.items() if line not in faulty)
        return {name: counted[name] for name in ("new", "changed", "unchanged")}

    @property
    def fingerprint(self) -> str:
        """The same for the same plan: shows that the register has not changed since the dry run.

        Made with a key, as it is made of people's data.
        """
        told = [
            sorted(self.outcome.items()),
            sorted((model._meta.label, len(rows)) for model, rows in self.new.items()),
            sorted(
                (model._meta.label, pk, sorted(one.fields.items()))
                for model, rows in self.changed.items()
                for pk, one in rows.items()
            ),
            sorted((fault.row, fault.column, fault.message) for fault in self.faults),
        ]
        return blind_index(
            "exchange.plan", json.dumps(told, ensure_ascii=False, cls=DjangoJSONEncoder)
        )


def _shown(row: models.Model, name: str, value: Any) -> str:
    if value in (None, ""):
        return "–"
    if isinstance(value, bool):
        return _("ja") if value else _("nej")
    field_of_row: Any = row._meta.get_field(name)
    choices = dict(field_of_row.flatchoices)
    return str(choices.get(value, value))
