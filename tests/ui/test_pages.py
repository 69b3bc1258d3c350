"""The page of components and the pages for when something is wrong."""

import pytest
from django.template import Engine
from django.test import RequestFactory
from django.urls import reverse
from django.views import defaults

PAGES = ["components", "sample_start", "sample_recipient", "sample_owner", "sample_field"]


@pytest.mark.parametrize("name", PAGES)
def test_anyone_may_look_at_the_components_and_no_register_is_asked(client, name):
    # Without the mark for it, pytest refuses any query.
    response = client.get(reverse(f"ui:{name}"))

    assert response.status_code == 200
    assert response.content.count(b"<h1>") == 1


def test_every_component_is_shown(client):
    drawn = client.get(reverse("ui:components"))
    names = {template.name for template in drawn.templates if template.name}
    shown = {name.removeprefix("ui/") for name in names if name.startswith("ui/")}

    folder = Engine.get_default().dirs[0] / "ui"
    components = {path.name for path in folder.glob("[!_]*.html")}
    assert components - shown == set()


def test_every_id_on_the_page_of_components_is_there_once(client):
    html = client.get(reverse("ui:components")).content.decode()
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]

    assert sorted(ids) == sorted(set(ids))


def test_missing_and_refused_pages_say_what_to_do(rf):
    missing = defaults.page_not_found(rf.get("/x/"), Exception())
    refused = defaults.permission_denied(rf.get("/x/"), Exception())

    assert (missing.status_code, refused.status_code) == (404, 403)
    assert "Fråga din enhetschef" in missing.content.decode()
    assert "Ingenting har ändrats." in refused.content.decode()


def test_the_page_of_a_breakdown_needs_nothing():
    broken = defaults.server_error(RequestFactory().get("/x/"))

    assert broken.status_code == 500
    assert "Något gick fel hos oss" in broken.content.decode()
