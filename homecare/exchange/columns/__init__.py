"""Understanding what the columns of somebody's list are called."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from django.utils import translation
from django.utils.translation import gettext as _

from homecare.exchange.cells import plain_key
from homecare.exchange.columns.lists import LISTS, Field, ListOf

__all__ = [
    "LISTS",
    "Field",
    "Guess",
    "ListOf",
    "Understanding",
    "faults_of",
    "fields_of",
    "guess_kind",
    "known_names",
    "list_of",
    "understand",
]

SURE = 1.0  # the label itself
KNOWN = 0.95  # a word that others are known to use
OTHERWISE_SAID = 0.9  # other order of the words, or with the owner in front
MISSPELT = 0.85
LEAST = 0.82  # below this a likeness is chance
LONG_ENOUGH_TO_MISSPELL = 5


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column is taken for: a field, or None, and how sure that is (0 to 1)."""

    header: str
    field: Field | None
    confidence: float = 0.0

    @property
    def is_sure(self) -> bool:
        return self.confidence >= OTHERWISE_SAID


@dataclass(frozen=True, slots=True)
class Understanding:
    """How the columns of a file were understood, before a person has looked at it."""

    kind: str
    guesses: tuple[Guess, ...]
    notes: tuple[str, ...]

    @property
    def mapping(self) -> dict[str, str]:
        """Header → field, of the columns that are to be read in."""
        return {one.header: one.field.name for one in self.guesses if one.field is not None}

    @property
    def faults(self) -> list[str]:
        """What keeps the list from being read as it is understood now."""
        return faults_of(self.mapping, self.kind)


def list_of(kind: str) -> ListOf:
    return next(one for one in LISTS if one.name == kind)


def fields_of(kind: str) -> tuple[Field, ...]:
    return list_of(kind).fields


def understand(headers: Sequence[str], kind: str) -> Understanding:
    """Propose a field for each column. Of two columns for one field, the surer is taken."""
    guesses = [_guess(header, kind) for header in headers]
    best: dict[str, Guess] = {}
    for guess in guesses:
        if guess.field is not None:
            held = best.get(guess.field.name)
            if held is None or guess.confidence > held.confidence:
                best[guess.field.name] = guess
    notes = [
        _("Kolumnen ”%(left)s” läses inte in: ”%(taken)s” tas som %(field)s. Ändra om det är fel.")
        % {
            "left": guess.header,
            "taken": best[guess.field.name].header,
            "field": str(guess.field.label).lower(),
        }
        for guess in guesses
        if guess.field is not None and best[guess.field.name] is not guess
    ]
    left_out = [guess.header for guess in guesses if guess.field is None]
    if left_out:
        notes.append(
            _("De här kolumnerna känns inte igen och läses inte in: %(headers)s.")
            % {"headers": ", ".join(left_out)}
        )
    kept = tuple(
        guess
        if guess.field is None or best[guess.field.name] is guess
        else Guess(guess.header, None)
        for guess in guesses
    )
    return Understanding(kind, kept, tuple(notes))


def faults_of(mapping: Mapping[str, str], kind: str) -> list[str]:
    """What keeps a list from being read with this mapping (header → field), as sentences."""
    the_list = list_of(kind)
    labels = {field.name: str(field.label) for field in the_list.fields}
    faults = [
        _("Kolumnen ”%(header)s” är kopplad till något som inte finns i listan. Välj på nytt.")
        % {"header": header}
        for header, name in mapping.items()
        if name not in labels
    ]
    given = set(mapping.values())
    for name in sorted(given & set(labels), key=list(labels).index):
        headers = [header for header, taken in mapping.items() if taken == name]
        if len(headers) > 1:
            faults.append(
                _("Flera kolumner är kopplade till %(field)s: %(headers)s. Välj en av dem.")
                % {"field": labels[name].lower(), "headers": ", ".join(headers)}
            )
    faults.extend(
        _("Kolumnen %(field)s saknas. Lägg till den i filen, eller välj vilken kolumn det är.")
        % {"field": labels[field.name].lower()}
        for field in the_list.fields
        if field.required and field.name not in given
    )
    faults.extend(
        _("Någon av kolumnerna %(fields)s behövs. Lägg till den, eller välj vilken det är.")
        % {"fields": _alternatives(group, labels)}
        for group in the_list.either
        if not any(given.issuperset(names) for names in group)
    )
    return faults


def _alternatives(group: Iterable[Sequence[str]], labels: Mapping[str, str]) -> str:
    return ", ".join(
        _(" och ").join(f"”{labels[name].lower()}”" for name in names) for names in group
    )


def guess_kind(headers: Sequence[str]) -> str | None:
    """Which kind of list this looks like, or None when it looks like none."""
    scores = {one.name: _likeness(headers, one) for one in LISTS}
    kind = max(scores, key=lambda name: scores[name])
    return kind if scores[kind] > 0 else None


def _likeness(headers: Sequence[str], the_list: ListOf) -> float:
    understanding = understand(headers, the_list.name)
    found = sum(guess.confidence for guess in understanding.guesses)
    # A list that lacks what it must have is rather one of another kind.
    return found - 2 * len(understanding.faults) - len(headers) / 100 * (found == 0)


def known_names(cells: Iterable[str]) -> int:
    """How many of the texts are a name of some column in some list: tells a header row."""
    return sum(_header_key(cell) in _all_words() for cell in cells)


# --- one header ----------------------------------------------------------------------------------


def _words_of(header: str) -> list[str]:
    words = re.split(r"[\W_]+", header.casefold())
    return [_in_full(plain_key(word)) for word in words if word]


def _in_full(word: str) -> str:
    return re.sub(r"nr$", "nummer", word)


def _header_key(header: str) -> str:
    return "".join(_words_of(header))


@lru_cache
def _words_of_list(kind: str) -> dict[str, tuple[Field, float]]:
    """Key → field. A label goes before other words, and an earlier field before a later."""
    found: dict[str, tuple[Field, float]] = {}
    for language in (None, "en"):  # the labels of a template, whichever language it was made in
        with translation.override(language):
            for field in fields_of(kind):
                found.setdefault(_header_key(str(field.label)), (field, SURE))
    for field in fields_of(kind):
        for word in field.words:
            found.setdefault(_header_key(word), (field, KNOWN))
    return found


@lru_cache
def _all_words() -> frozenset[str]:
    return frozenset(key for one in LISTS for key in _words_of_list(one.name))


def _guess(header: str, kind: str) -> Guess:
    known = _words_of_list(kind)
    key = _header_key(header)
    if key in known:
        return Guess(header, *known[key])
    for other in _other_ways(header, list_of(kind)):
        if other in known:
            return Guess(header, known[other][0], OTHERWISE_SAID)
    if key in _all_words() or len(key) < LONG_ENOUGH_TO_MISSPELL:
        return Guess(header, None)  # a word of its own, not a misspelling of another
    likeness, word = max((_alike(key, word), word) for word in known)
    if likeness < LEAST:
        return Guess(header, None)
    return Guess(header, known[word][0], min(likeness, MISSPELT))


def _other_ways(header: str, the_list: ListOf) -> list[str]:
    without_remark = re.sub(r"\(.*?\)|\[.*?\]", " ", header)
    owners = {key for owner in the_list.owners for key in _words_of(owner)}
    words = [word for word in _words_of(without_remark) if word not in owners]
    plain = _words_of(header)
    ways = [_header_key(without_remark), "".join(words)]
    # Two words in the other order: ”nr lägenhet”. A name in the other order is another field.
    if len(plain) == 2 and "namn" not in "".join(plain):
        ways.append("".join(reversed(plain)))
    return ways


def _alike(key: str, word: str) -> float:
    if len(word) < LONG_ENOUGH_TO_MISSPELL or re.sub(r"\D", "", key) != re.sub(r"\D", "", word):
        return 0.0
    return SequenceMatcher(None, key, word).ratio()
