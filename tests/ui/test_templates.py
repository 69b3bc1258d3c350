"""What holds for every template, style and script of the product."""

import re
from pathlib import Path

import pytest
from django.template import Engine

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# A letter is read in a mail program, which knows no style sheets.
PAGES = [path for path in TEMPLATES if path.parent.name != "mailing" or path.stem[:5] != "email"]
STYLES = sorted((ROOT / "static/css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_no_page_carries_script_or_style_of_its_own(path):
    """The browser is told to refuse them, so they would fail silently."""
    source = re.sub(
        r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", path.read_text(), flags=re.DOTALL
    )

    assert not re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", source)
    assert not re.findall(r"<style\b", source)
    assert not re.findall(r"\sstyle\s*=", source)
    assert not re.findall(r"\son[a-z]+\s*=\s*[\"']", source)
    assert not re.findall(r"javascript:", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_nothing_is_fetched_from_elsewhere(path):
    assert not re.findall(r"(?:src|href)=[\"'](?:https?:)?//", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_template_can_be_read(path):
    Engine.get_default().get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", STYLES, ids=named)
def test_a_style_stays_short_and_uses_the_tokens(path):
    source = path.read_text()

    assert source.count("\n") <= 400
    assert source.count("{") == source.count("}")
    if path.name != "tokens.css":
        used = set(re.findall(r"var\((--[a-z0-9-]+)", source))
        tokens = set(re.findall(r"(--[a-z0-9-]+):", (ROOT / "static/css/tokens.css").read_text()))
        own = set(re.findall(r"(--[a-z0-9-]+):", source))
        assert used <= tokens | own


def test_every_style_and_script_is_loaded_and_none_holds_up_the_page():
    sources = "".join(path.read_text() for path in TEMPLATES)

    for path in (*STYLES, *SCRIPTS):
        assert f'{{% static "{path.parent.name}/{path.name}" %}}' in sources
    assert all(" defer" in tag for tag in re.findall(r"<script [^>]*>", sources))


def test_no_rule_is_dead():
    """Each class that a style names is drawn by a template, a component or a script."""
    drawn = "".join(
        path.read_text() for path in (*TEMPLATES, *SCRIPTS, *(ROOT / "homecare/ui").rglob("*.py"))
    )
    made = {"field-date", "field-number", "field-radioselect", "field-checkboxselectmultiple"}
    named_in_styles = set()
    for path in STYLES:
        source = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text(), flags=re.DOTALL)
        named_in_styles |= set(re.findall(r"\.([a-z][a-z0-9-]*)(?=[^{}]*{)", source))

    dead = {
        name
        for name in named_in_styles - made
        if not re.search(rf"(?<![a-z-]){name}(?![a-z-])", drawn) and not _made(name, drawn)
    }
    assert dead == set()


def _made(name: str, drawn: str) -> bool:
    """`tone-bad` is drawn by `tone-{{ tone }}` where something is of the tone "bad"."""
    start, _, end = name.rpartition("-")
    if not start or f"{start}-{{" not in drawn:
        return False
    return end.isdigit() or f'"{end}"' in drawn.replace("'", '"')


def test_no_two_scripts_give_different_things_the_same_name():
    """They share one global scope, where the last one would win without a word."""
    named = [
        (name, path.name)
        for path in SCRIPTS
        for name in re.findall(r"^(?:function|const|let|var|class) (\w+)", path.read_text(), re.M)
    ]
    names = [name for name, _path in named]

    assert [one for one in named if names.count(one[0]) > 1] == []
