"""The texts of the application and their English: found in the source, kept in one catalogue.

Done with Babel, so that no gettext is needed on the machine.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOMS = ("homecare", "consent", "locks", "properties")
PLURAL, CONTEXT, BOTH = (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
MARKS: dict[str, Any] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), PLURAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), CONTEXT),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), BOTH),
}
PLACE = re.compile(r"%\((\w+)\)[a-z]|%[a-z]")


def catalogue_file(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def in_the_source() -> Catalog:
    """Every text that is marked for translation, in code and in templates."""
    found = Catalog()
    for file, code in _sources():
        with_path = str(file.relative_to(settings.BASE_DIR))
        for _line, text, _comments, context in extract("python", BytesIO(code.encode()), MARKS):
            found.add(text, locations=[(with_path, 0)], context=context)
    return found


def _sources() -> Iterator[tuple[Path, str]]:
    for room in ROOMS:
        for file in sorted((settings.BASE_DIR / room).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file, file.read_text(encoding="utf-8")
    for suffix in ("html", "txt"):
        for file in sorted((settings.BASE_DIR / "templates").rglob(f"*.{suffix}")):
            # In brackets, since what Django leaves of the template is indented as it happens.
            yield file, f"({templatize(file.read_text(encoding='utf-8'))}\n)"


def catalogue(language: str) -> Catalog:
    file = catalogue_file(language)
    if not file.exists():
        return Catalog(locale=language, fuzzy=False)
    with file.open("rb") as po:
        return read_po(po, locale=language)


def collect(language: str) -> Catalog:
    """Bring the catalogue to what is in the source: new texts come in empty, old ones go out."""
    source, kept = in_the_source(), catalogue(language)
    source.creation_date = kept.creation_date
    kept.update(source, no_fuzzy_matching=True)
    file = catalogue_file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as po:
        write_po(po, kept, no_location=True, sort_output=True, ignore_obsolete=True, width=100)
    with file.with_suffix(".mo").open("wb") as mo:
        write_mo(mo, kept)
    return kept


def faults(language: str) -> list[str]:
    """What a reader of `language` would miss: a text not there, not translated, or not whole."""
    source, kept = in_the_source(), catalogue(language)
    known, wanted = {_key(text) for text in kept}, {_key(text) for text in source}
    missing = [_shown(text) for text in source if text.id and _key(text) not in known]
    unused = [_shown(text) for text in kept if text.id and _key(text) not in wanted]
    return [
        *[f"not in the catalogue: {text}" for text in missing],
        *[f"not in the source any more: {text}" for text in unused],
        *[f"{fault}: {_shown(text)}" for text in kept if text.id and (fault := _fault(text))],
    ]


def _key(text: Message) -> Any:
    return (text.id, text.context)


def _shown(text: Message) -> str:
    where = ", ".join(sorted({file for file, _line in text.locations}))
    first = text.id if isinstance(text.id, str) else text.id[0]
    return f"{first!r} {where}".strip()


def _fault(text: Message) -> str:
    given = [text.string] if isinstance(text.string, str) else list(text.string or [""])
    if not all(given):
        return "not translated"
    if text.fuzzy:
        return "marked as uncertain"
    ids = [text.id] if isinstance(text.id, str) else list(text.id)
    # A singular may say "one" instead of the number.
    if _places(given[-1]) != _places(ids[-1]):
        return "not the same places to fill in"
    return ""


def _places(text: str) -> list[str]:
    return sorted(match.group() for match in PLACE.finditer(text.replace("%%", "")))
