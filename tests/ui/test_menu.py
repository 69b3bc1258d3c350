"""The menu and the shell: who sees which rooms, and that nobody's page breaks on it."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse

from homecare.ui import context, icons, menu


@pytest.fixture
def no_items(monkeypatch):
    monkeypatch.setattr(menu, "_items", {})


class Person(SimpleNamespace):
    """Somebody who is signed in."""

    def __str__(self):
        return self.name


def person(name="Maria Lindqvist"):
    return Person(is_authenticated=True, name=name)


def shell(path="/", user=None, cookies=None):
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies or {})
    if user is not None:
        request.user = user
    return context.shell(request)


def test_items_come_in_order_and_only_for_those_who_may(no_items):
    menu.register("b", "Nycklar", "ui:components", "key", order=2)
    menu.register("a", "Start", "ui:components", "home", order=1)
    menu.register("c", "Loggar", "ui:components", "shield", may=lambda user: False)
    menu.register("d", "Min sida", "ui:components", "person", place="account")

    assert [item.key for item in menu.items_for(person())] == ["a", "b"]
    assert [item.key for item in menu.items_for(person(), "account")] == ["d"]


def test_the_same_key_again_replaces_the_item(no_items):
    menu.register("keys", "Nyckel", "ui:components", "key")
    menu.register("keys", "Nycklar", "ui:components", "key")

    assert [item.title for item in menu.registered()] == ["Nycklar"]


def test_the_room_one_stands_in_is_the_one_with_the_longest_address(no_items):
    menu.register("all", "Alla", "ui:components", "list")
    menu.register("start", "Start", "ui:sample_start", "home")

    nav = shell(reverse("ui:sample_start") + "mer/", person())["nav"]

    assert {link["title"]: link["is_current"] for link in nav} == {"Alla": False, "Start": True}


@pytest.mark.parametrize("user", [None, AnonymousUser()])
def test_a_stranger_gets_a_whole_shell_without_rooms(user, settings):
    settings.MUNICIPALITY = "Årsta kommun"

    assert shell("/", user) == {
        "municipality": "Årsta kommun",
        "signed_in_as": "",
        "nav": [],
        "account_nav": [],
        "search_url": "",
        "theme": "",
    }


def test_the_signed_in_are_shown_by_name(no_items):
    assert shell("/", person("Maria Lindqvist"))["signed_in_as"] == "Maria Lindqvist"


def test_the_search_goes_where_a_room_says(no_items):
    assert shell("/", person())["search_url"] == ""

    menu.register("search", "Sök", "ui:components", "search", place="search")

    assert shell("/", person())["search_url"] == reverse("ui:components")


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><b>', "")])
def test_only_the_two_themes_are_believed(cookie, theme):
    assert shell("/", cookies={"theme": cookie})["theme"] == theme


@pytest.mark.parametrize("item", menu.registered(), ids=lambda item: item.key)
def test_every_item_of_the_rooms_leads_somewhere_and_has_an_icon(item):
    assert reverse(item.url_name)
    assert item.icon in icons.ICONS
