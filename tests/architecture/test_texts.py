"""Every text has its English."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings

from homecare.core import texts


def test_every_text_in_the_source_has_its_english():
    """`manage.py collect_texts` brings new texts into the catalogue, to be translated there."""
    assert texts.faults("en") == []


@pytest.fixture
def place(tmp_path, settings):
    """A little application with one template and one module."""
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "homecare" / "locale"]
    (tmp_path / "homecare").mkdir()
    (tmp_path / "templates").mkdir()
    return tmp_path


def ids(catalogue: Catalog):
    return {(text.id, text.context) for text in catalogue if text.id}


def test_texts_are_found_in_code(place):
    (place / "homecare" / "a.py").write_text(
        'a = _("Ett")\n'
        'b = gettext_lazy("Två" " delar")\n'
        'c = ngettext("%(n)s dörr", "%(n)s dörrar", n) % {"n": n}\n'
        'd = pgettext("månad", "Mars")\n'
        'e = gettext_noop("Fem")\n'
        'f = other("Inte")\n'
    )

    assert ids(texts.in_the_source()) == {
        ("Ett", None),
        ("Två delar", None),
        (("%(n)s dörr", "%(n)s dörrar"), None),
        ("Mars", "månad"),
        ("Fem", None),
    }


def test_texts_are_found_in_templates(place):
    (place / "templates" / "a.html").write_text(
        "<p>It's not a text\n"
        '    {% translate "Ett" %}{{ x|default:_("Två") }}\n'
        '  {% field label=_("Tre") %}\n'
        "{% blocktranslate trimmed with a=b %}\n   Fyra %(x)s\n   {{ a }} 5 %\n"
        "{% endblocktranslate %}\n"
        "{% blocktranslate count n=n %}{{ n }} dörr{% plural %}{{ n }} dörrar"
        "{% endblocktranslate %}\n"
        '  {% translate "Mars" context "månad" %}\n'
    )

    assert ids(texts.in_the_source()) == {
        ("Ett", None),
        ("Två", None),
        ("Tre", None),
        ("Fyra %%(x)s %(a)s 5 %%", None),
        (("%(n)s dörr", "%(n)s dörrar"), None),
        ("Mars", "månad"),
    }


def test_what_is_wrong_with_a_catalogue_is_said(place):
    code = place / "homecare" / "a.py"
    code.write_text('a = _("Gammal")\nb = _("Hej %(name)s")\nc = _("Osäker")\nd = _("Tom")\n')
    texts.collect("en")
    file = texts.catalogue_file("en")
    written = file.read_text()
    for swedish, english in [("Gammal", "Old"), ("Hej %(name)s", "Hi %(nmae)s"), ("Osäker", "X")]:
        written = written.replace(
            f'msgid "{swedish}"\nmsgstr ""', f'msgid "{swedish}"\nmsgstr "{english}"'
        )
    file.write_text(written.replace('msgid "Osäker"', '#, fuzzy\nmsgid "Osäker"'))
    code.write_text(code.read_text().replace("Gammal", "Ny"))

    assert texts.faults("en") == [
        "not in the catalogue: 'Ny' homecare/a.py",
        "not in the source any more: 'Gammal'",
        "not the same places to fill in: 'Hej %(name)s'",
        "marked as uncertain: 'Osäker'",
        "not translated: 'Tom'",
    ]


def test_collecting_again_changes_nothing_and_drops_what_is_gone(place):
    code = place / "homecare" / "a.py"
    code.write_text('a = _("Ett")\nb = _("Två")\n')
    texts.collect("en")
    once = texts.catalogue_file("en").read_text()
    texts.collect("en")
    assert texts.catalogue_file("en").read_text() == once

    code.write_text('a = _("Ett")\n')
    texts.collect("en")
    assert ids(texts.catalogue("en")) == {("Ett", None)}
    assert "Två" not in texts.catalogue_file("en").read_text()


def test_the_compiled_texts_are_not_older_than_the_catalogue():
    """Django reads the compiled file; `make environment` or `collect_texts` compiles it."""
    for source in Path(settings.LOCALE_PATHS[0]).rglob("*.po"):
        compiled = source.with_suffix(".mo")
        assert compiled.exists()
        assert compiled.stat().st_mtime >= source.stat().st_mtime
