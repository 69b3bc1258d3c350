"""Every asset that a page or a style sheet names is there, and none comes from elsewhere."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

NAMED_IN_TEMPLATES = re.compile(r"""\{%\s*static\s+["']([^"']+)["']""")
NAMED_IN_CODE = re.compile(r"""\bstatic\(["']([^"']+)["']\)""")
# What a browser fetches by itself. A link that a person follows may lead out.
FETCHED = re.compile(
    r"""<(?:script|img|source|iframe|link)\b[^>]*\b(?:src|href)=["'](?:https?:)?//[^"']+"""
    r"""|@import[^;]*//[^;]+|url\(["']?(?:https?:)?//[^)]+""",
    re.IGNORECASE,
)


def sources(*patterns):
    for pattern in patterns:
        for file in sorted(settings.BASE_DIR.glob(pattern)):
            yield file.relative_to(settings.BASE_DIR), file.read_text(encoding="utf-8")


def test_every_asset_that_is_named_exists():
    named = {
        (str(file), name)
        for file, text in sources("templates/**/*.*", "homecare/**/*.py")
        for name in [*NAMED_IN_TEMPLATES.findall(text), *NAMED_IN_CODE.findall(text)]
    }

    assert {one for one in named if not finders.find(one[1])} == set()


def test_nothing_is_fetched_from_another_origin():
    files = sources("templates/**/*.html", "static/css/**/*.css", "static/js/**/*.js")

    assert {str(file): found for file, text in files if (found := FETCHED.findall(text))} == {}


def test_the_assets_can_be_collected_as_for_production(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    assert (tmp_path / "staticfiles.json").exists()


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://example.org/x.js">',
        "<link rel='stylesheet' href='//example.org/x.css'>",
        '@import "https://example.org/x.css";',
        "a { background: url(https://example.org/x.png) }",
    ],
)
def test_what_counts_as_fetched_from_elsewhere(text):
    assert FETCHED.search(text)
    assert not FETCHED.search('<a href="https://example.org/"><img src="/static/x.png">')
