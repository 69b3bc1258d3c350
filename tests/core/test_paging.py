"""Paging by the last row seen."""

import pytest
from django.http import QueryDict

from homecare.core.paging import paged
from homecare.organisation.models import District
from tests import make

SORTS = {"name": ["name"], "code": ["code"]}


@pytest.fixture
def districts(db):
    # Two share a name: the key must settle their order.
    return [
        make.district(name=name, code=code)
        for name, code in [("A", "5"), ("B", "4"), ("B", "3"), ("C", "2"), ("D", "1")]
    ]


def page_of(query: str, size: int = 2):
    return paged(District.objects.all(), QueryDict(query), sorts=SORTS, default="name", size=size)


def walk(query: str, way: str = "next_url") -> list[list[str]]:
    """The codes on each page, from `query` on until there are no more pages."""
    pages = []
    url = f"?{query}"
    while url:
        found = page_of(url[1:])
        pages.append([row.code for row in found])
        url = getattr(found, way)
    return pages


@pytest.mark.parametrize(
    ("sort", "pages"),
    [
        ("", [["5", "4"], ["3", "2"], ["1"]]),
        ("sort=name", [["5", "4"], ["3", "2"], ["1"]]),
        ("sort=-name", [["1", "2"], ["3", "4"], ["5"]]),
        ("sort=code", [["1", "2"], ["3", "4"], ["5"]]),
        ("sort=nonsense", [["5", "4"], ["3", "2"], ["1"]]),
    ],
)
def test_every_row_is_on_one_page_in_order(districts, sort, pages):
    assert walk(sort) == pages


def test_going_back_gives_the_same_rows(districts):
    last = page_of(page_of(page_of("").next_url[1:]).next_url[1:])

    back = page_of(last.previous_url[1:])
    first = page_of(back.previous_url[1:])

    assert [row.code for row in back] == ["3", "2"]
    assert [row.code for row in first] == ["5", "4"]
    assert first.previous_url == ""


def test_the_filter_of_the_address_is_kept(districts):
    assert page_of("q=ett&sort=-name").next_url.startswith("?q=ett&sort=-name&after=")


@pytest.mark.parametrize("query", ["after=nonsense", f"after={'0' * 32}", "before="])
def test_a_row_that_is_gone_gives_the_first_page(districts, query):
    assert [row.code for row in page_of(query)] == ["5", "4"]


def test_one_page_has_no_neighbours(districts):
    page = page_of("", size=5)

    assert (len(page), page.previous_url, page.next_url) == (5, "", "")
