"""Searching treats capital and small letters alike, also å, ä and ö, on both databases."""

import pytest

from homecare.core.sqlite import like
from homecare.organisation.models import District
from tests import make


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ÅRSTA", True),
        ("årsta", True),
        ("ärsta", False),
        ("sta%", False),
        ("50 %", True),
        ("_", False),
        ("a\\b", True),
    ],
)
def test_letters_are_alike_and_signs_are_only_signs(text, found):
    make.district(name="Enskede-Årsta 50 % a\\b")

    assert District.objects.filter(name__icontains=text).exists() is found


@pytest.mark.django_db
def test_the_whole_text_and_its_beginning_are_found_alike():
    make.district(name="Årsta", code="Ö1")

    assert District.objects.filter(name__iexact="åRSTA", code__iexact="ö1").exists()
    assert District.objects.filter(name__istartswith="år").exists()
    assert not District.objects.filter(name__istartswith="rs").exists()


@pytest.mark.parametrize(
    ("pattern", "value", "answer"),
    [
        ("%a_c%", "xxABCxx", True),
        ("a.c", "abc", False),
        (None, "abc", None),
        ("%", None, None),
        ("12%", 123, True),
        ("a%\nb", "a\n\nb", True),
    ],
)
def test_like_means_what_the_standard_says(pattern, value, answer):
    assert like(pattern, value, "\\") is answer
