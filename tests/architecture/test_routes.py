"""Every route × every role × objects of the own unit, a foreign unit and a protected person.

A new route is covered by itself. It fails here until its view is classified with a decorator of
`homecare.accounts.access`, and until `world.py` can build what stands in its address.
"""

import io
import random
import zipfile
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpResponseNotFound
from django.test import Client
from django.urls import resolve, reverse
from pypdf import PdfReader

from homecare.accounts.access import may, may_everywhere
from homecare.organisation.models import RIGHTS
from tests.architecture.links import links_in
from tests.architecture.world import (
    CANARIES,
    Place,
    Visitor,
    World,
    builders_nobody_uses,
    hidden_places,
    missing_builders,
    nothing,
    routes,
    what_to_build,
)

# Each test runs in a savepoint of its own, inside the transaction that holds the world.
pytestmark = pytest.mark.django_db

# The only pages that can be read without signing in. Each says why in its `open_to_all("…")`.
OPEN_TO_ALL = {
    "accounts:set_password",
    "accounts:sign_in",
    "accounts:sign_out",
    "consent:answer",
    "consent:answer_confirm",
    "consent:answer_contact",
    "consent:answer_proof",
    "consent:answer_receipt",
    "consent:answer_renew",
    "consent:answer_sign",
    "consent:answer_text",
    "consent:answer_withdraw",
    "consent:code",
    "set_language",
    "ui:components",
    "ui:sample_field",
    "ui:sample_owner",
    "ui:sample_recipient",
    "ui:sample_start",
}
# Whoever names staff for the protected must see who they are, and nothing else.
NAMING = "name_protected"
SHOWN_TO_NAME = {"first name", "last name", "customer number"}

ROUTES = routes()
BY_NAME = {route.name: route for route in ROUTES}
GUARDED = [route for route in ROUTES if not route.is_open]


# --- what is said of each route ------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_route_is_classified(route):
    assert route.is_open or route.needs is not None, (
        f'{route} is not classified. Put @needs("…"), @signed_in or @open_to_all("why") of '
        f"homecare.accounts.access on its view {route.view.__module__}.{route.view.__name__}."
    )
    assert not (route.is_open and route.needs is not None), (
        f"{route} is both open to all and guarded: keep one of the decorators."
    )
    unknown = set(route.needs or ()) - {right for right, _name in RIGHTS}
    assert not unknown, f"{route} needs {unknown}, which is no right (organisation.models.RIGHTS)."


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_route_has_a_name_that_no_other_has(route):
    assert ":" in route.name or route.name == "set_language", (
        f"{route} has no name of its own. Give its path() a name, in a room with an app_name."
    )
    assert [one.name for one in ROUTES].count(route.name) == 1


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_everything_in_an_address_can_be_built(route):
    assert not missing_builders(route), what_to_build(route)


def test_only_these_routes_are_open():
    is_open = {route.name for route in ROUTES if route.is_open}
    without_sign_in = {
        route.name for route in ROUTES if not getattr(route.view, "login_required", True)
    }

    assert is_open == OPEN_TO_ALL
    assert without_sign_in == OPEN_TO_ALL


# --- the world, and visits to it -----------------------------------------------------------------


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once for the module, in a transaction that is undone."""
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        # Most answers here are 404, whose page says the same each time and takes time to draw.
        patch.setattr("homecare.urls.handler404", no_page, raising=False)
        made = World()
        made.clients = {}
        for visitor in made.visitors:
            client = Client()
            client.force_login(visitor.user)
            made.clients[visitor.label] = client
        yield made
        transaction.set_rollback(True)


def no_page(request, exception):
    return HttpResponseNotFound("404")


@dataclass
class Answer:
    status: int
    text: str
    location: str
    what: str

    allowed: frozenset[str] = frozenset()

    def shows(self):
        """Which canaries are in it that may not be."""
        found = {name for name, value in CANARIES.items() if value in self.text}
        return found - self.allowed


ANYBODY = Visitor("anybody", AnonymousUser())


def visit(world, visitor, method, url, data=None):
    """Ask for a page as `visitor`; whatever it changes is undone afterwards."""
    client = world.clients.get(visitor.label) or Client()
    cookies = client.cookies.output(header="")
    what = f"{method.upper()} {url} as {visitor.label}"
    try:
        with transaction.atomic():
            response = getattr(client, method)(url, data or {})
            answer = Answer(
                response.status_code,
                text_of(response),
                response.get("Location", ""),
                what,
                allowed_at(url),
            )
            transaction.set_rollback(True)
    except Exception as error:
        raise AssertionError(f"{what} failed: {type(error).__name__}: {error}") from error
    finally:
        client.cookies = SimpleCookie(cookies)
    return answer


def allowed_at(url):
    """What of the protected an address may show: to name staff one must know for whom."""
    needs = getattr(resolve(urlsplit(url).path).func, "needs", None) or ()
    return frozenset(SHOWN_TO_NAME if NAMING in needs else ())


def text_of(response):
    """What can be read in an answer, also in a PDF or a workbook."""
    content = b"".join(response) if response.streaming else response.content
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(
                archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
            )
    return content.decode("utf-8", "replace")


def has_right(visitor, route):
    return not route.needs or any(may(visitor.user, right) for right in route.needs)


def reaches_everywhere(visitor, route):
    return any(may_everywhere(visitor.user, right) for right in route.needs or ())


def sees_people(visitor):
    """Whether the role has to do with people at all, and not only with doors and locks."""
    return may(visitor.user, "see_recipients") or may(visitor.user, "do_work")


def is_hidden(answer):
    return answer.status == 404


def expect(condition, answer, expected):
    assert condition, f"{answer.what} answered {answer.status} {answer.location}; {expected}"


def refuses_protected(answer):
    shown = answer.shows()
    assert not shown, f"{answer.what} shows the protected person's {', '.join(sorted(shown))}."


# --- who gets what -------------------------------------------------------------------------------


@pytest.mark.parametrize("route", GUARDED, ids=str)
def test_nobody_gets_in_without_signing_in(world, route):
    there, not_there = world.kwargs(route, Place.OWN), nothing(route)
    for method in ("get", "post"):
        for kwargs in (there, not_there):
            answer = visit(world, ANYBODY, method, route.url(kwargs))
            to_sign_in = urlsplit(answer.location).path == reverse(settings.LOGIN_URL)
            expect(
                answer.status == 302 and to_sign_in,
                answer,
                "but nobody but OPEN_TO_ALL is answered without signing in.",
            )


@pytest.mark.parametrize("route", [one for one in ROUTES if one.is_open], ids=str)
def test_an_open_route_never_fails_and_never_tells(world, route):
    for kwargs in (nothing(route), world.kwargs(route, Place.PROTECTED)):
        for method in ("get", "post"):
            answer = visit(world, ANYBODY, method, route.url(kwargs))
            expect(answer.status < 500, answer, "which is a fault.")
            refuses_protected(answer)


@pytest.mark.parametrize("route", [one for one in GUARDED if one.needs], ids=str)
def test_without_the_right_there_is_no_page(world, route):
    url = route.url(world.kwargs(route, Place.OWN))
    for visitor in world.visitors:
        if visitor.has_grant or has_right(visitor, route):
            continue
        # One guard stands before both methods: with one visitor both are tried.
        for method in ("get",) if visitor.role else ("get", "post"):
            answer = visit(world, visitor, method, url)
            # 405 says only that such an address exists, which is in the source for all to read.
            fine = is_hidden(answer) or answer.status == 405
            expect(fine, answer, f"but who lacks {' and '.join(route.needs)} gets 404.")


@pytest.mark.parametrize("route", GUARDED, ids=str)
def test_who_has_the_right_sees_the_own_and_not_the_foreign_nor_the_protected(world, route):
    hidden = hidden_places(route)
    methods = []
    for visitor in world.visitors:
        if not has_right(visitor, route):
            continue
        if visitor.has_grant:  # the role was here before, without it
            if Place.PROTECTED in hidden:
                object_of_the_protected(world, route, visitor, methods, hidden)
            continue
        is_first = not methods
        if not route.needs:
            methods = ["get", "post"]
        elif is_first:  # finds out how the route can be asked
            methods = own_object(world, route, visitor, ["get", "post"])
        else:
            own_object(world, route, visitor, methods[:1])
        if route.kwargs:
            if is_first:
                object_that_is_not_there(world, route, visitor, methods)
            if Place.FOREIGN in hidden and not reaches_everywhere(visitor, route):
                object_of_a_foreign_unit(world, route, visitor, methods)
            object_of_the_protected(world, route, visitor, methods, hidden)


def own_object(world, route, visitor, methods):
    """The page opens for the own unit's object. Gives the methods that the route knows."""
    answers = {}
    with undone():
        url = route.url(world.kwargs(route, Place.OWN, visitor))
        for method in methods:
            answers[method] = answer = visit(world, visitor, method, url)
            expect(answer.status < 500, answer, "which is a fault.")
            refuses_protected(answer)
    known = [method for method, answer in answers.items() if answer.status != 405]
    first = answers[known[0]]
    if is_hidden(first) and not sees_people(visitor) and Place.PROTECTED in hidden_places(route):
        return known  # sees doors and locks, and not whose homes they are
    expect(
        first.status in {200, 204, 302, 400},
        first,
        f"but who has {' or '.join(route.needs)} gets what is the own unit's. (If it is hidden "
        f"with reason, such as by its state, let the builder in world.py make another one.)",
    )
    return known


def object_that_is_not_there(world, route, visitor, methods):
    for method in methods:
        answer = visit(world, visitor, method, route.url(nothing(route)))
        fine = is_hidden(answer) or (answer.status == 405 and not route.needs)
        expect(fine, answer, "but what is not there gives 404.")


def object_of_a_foreign_unit(world, route, visitor, methods):
    with undone():
        url = route.url(world.kwargs(route, Place.FOREIGN, visitor))
        for method in methods:
            answer = visit(world, visitor, method, url)
            fine = is_hidden(answer) or (answer.status == 405 and not route.needs)
            expect(fine, answer, "but what belongs to a foreign unit gives 404.")


def object_of_the_protected(world, route, visitor, methods, hidden):
    is_hidden_here = Place.PROTECTED in hidden
    with undone():
        url = route.url(world.kwargs(route, Place.PROTECTED, visitor))
        for method in methods:
            answer = visit(world, visitor, method, url)
            if not visitor.has_grant:
                refuses_protected(answer)
                if is_hidden_here:
                    fine = is_hidden(answer) or (answer.status == 405 and not route.needs)
                    expect(fine, answer, "but what is the protected's gives 404.")
            elif route.needs and method == methods[0] and sees_people(visitor):
                expect(not is_hidden(answer), answer, "but who has the named grant may see it.")


class undone:  # noqa: N801 - reads as a word of the sentence
    """What is made inside is unmade."""

    def __enter__(self):
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def __exit__(self, *error):
        transaction.set_rollback(True)
        self.transaction.__exit__(*error)


# --- lists, searches and links -------------------------------------------------------------------

LISTS = [route for route in GUARDED if not route.kwargs]
MOST_PAGES = 60  # for each role
WORDS = ("Kanarie", "Gömd", "KNR", CANARIES["personnummer"])


@pytest.mark.parametrize("route", LISTS, ids=str)
def test_no_list_or_search_finds_the_protected(world, route):
    """Searched for by a part of what is secret, as the form shows again what was typed."""
    for visitor in world.visitors:
        if visitor.has_grant or not has_right(visitor, route):
            continue
        plain = visit(world, visitor, "get", route.url({}))
        refuses_protected(plain)
        # One field of that name is the search in the header.
        method = "get" if plain.text.count('name="q"') > 1 else ""
        method = "post" if route.name == "desk:search" else method
        for word in WORDS if method else ():
            found = visit(world, visitor, method, route.url({}), {"q": word})
            # What was typed may be shown again.
            found.allowed |= {name for name, value in CANARIES.items() if value == word}
            refuses_protected(found)


def test_no_link_leads_to_a_page_that_its_reader_may_not_open_or_to_the_protected(world):
    dead = {}
    for visitor in world.visitors:
        if visitor.has_grant:
            continue
        choose = random.Random(1).randrange  # the same walk each time
        waiting, seen = [("/", "the address bar")], set()
        while waiting and len(seen) < MOST_PAGES:
            url, came_from = waiting.pop(choose(len(waiting)))
            if url in seen:
                continue
            seen.add(url)
            answer = visit(world, visitor, "get", url)
            refuses_protected(answer)
            if answer.status not in {200, 302}:
                name = resolve(urlsplit(url).path).view_name
                dead[f"{name} as {visitor.label}, from {came_from}"] = answer.status
            here = resolve(urlsplit(url).path).view_name
            waiting += [(link, here) for link in links_in(answer.text, url) if link not in seen]

    assert not dead, "A page links to what its reader may not open. Show the link to those who may."


# --- the test itself -----------------------------------------------------------------------------


def test_no_builder_is_left_over():
    left_over = builders_nobody_uses()

    assert not left_over, f"No route has {left_over} in its address: remove from world.py."


def test_the_canary_is_where_it_should_be(world):
    """Else the tests above would pass because there is nothing to find."""
    coordinator = next(one for one in world.visitors if one.label == "coordinator with grant")
    url = BY_NAME["desk:recipient"].url(world.kwargs(BY_NAME["desk:recipient"], Place.PROTECTED))

    assert {"first name", "last name", "address"} <= visit(world, coordinator, "get", url).shows()
