"""The browser of the journeys works, and tells of what goes wrong in a page."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path

from homecare.organisation.models import District
from tests import browser, make

pytestmark = pytest.mark.urls(__name__)


@login_not_required
def districts(request):
    names = "".join(f"<li>{district.name}</li>" for district in District.objects.all())
    return HttpResponse(f"<!doctype html><ul>{names}</ul>")


@login_not_required
def inline(request):
    return HttpResponse("<!doctype html><p>Hej</p><script>document.title = 'ran'</script>")


urlpatterns = [path("districts", districts), path("inline", inline)]


@pytest.mark.browser
def test_a_page_shows_what_the_test_saved(browser_page):
    make.district(name="Årsta")

    browser_page.goto("/districts")

    assert browser_page.get_by_role("listitem").all_text_contents() == ["Årsta"]


@pytest.mark.browser
def test_script_in_a_page_does_not_run_and_is_told_of(new_page):
    page = new_page()

    page.goto("/inline")

    assert page.title() == ""
    assert len(new_page.faults) == 1
    assert "Content Security Policy" in new_page.faults.pop()


def test_without_a_browser_the_journeys_are_skipped_by_name(monkeypatch, request):
    request.node.add_marker(pytest.mark.browser)
    monkeypatch.setattr(browser, "installed", lambda: None)
    monkeypatch.delenv("REQUIRE_BROWSER", raising=False)

    with pytest.raises(pytest.skip.Exception, match="no browser installed"):
        browser.pytest_runtest_setup(request.node)


def test_where_a_browser_is_required_a_missing_one_is_a_failure(monkeypatch, request):
    request.node.add_marker(pytest.mark.browser)
    monkeypatch.setattr(browser, "installed", lambda: None)
    monkeypatch.setenv("REQUIRE_BROWSER", "1")

    with pytest.raises(pytest.fail.Exception, match="REQUIRE_BROWSER=1"):
        browser.pytest_runtest_setup(request.node)
