"""Fixtures for journeys in a real browser: the system's Chromium, driven by Playwright.

    @pytest.mark.browser
    def test_the_start_page_greets(live, browser_page):
        browser_page.goto(live)

Where no browser is installed the test is skipped by name; with REQUIRE_BROWSER=1 it fails.
"""

import os
import shutil

import pytest
from django.db import connections

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing but the pages under test may cause traffic.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def installed():
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def pytest_runtest_setup(item):
    if not item.get_closest_marker("browser") or installed():
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail("No browser is installed, and REQUIRE_BROWSER=1 asks for one.", pytrace=False)
    pytest.skip("no browser installed")


@pytest.fixture(scope="session")
def chromium(django_db_setup):
    """One browser for the session."""
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, and Django would take our queries for async ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    # Under the loop Django opens a connection of its own, which must know the same first rows.
    first_rows = getattr(connections["default"], "_test_serialized_contents", None)
    with sync_playwright() as playwright:
        if first_rows is not None:
            connections["default"]._test_serialized_contents = first_rows
        browser = playwright.chromium.launch(executable_path=installed(), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def live(live_server, settings, django_db_serialized_rollback):
    """The address of the running application, with the rows that the migrations make."""
    settings.BASE_URL = live_server.url
    return live_server.url


@pytest.fixture
def new_page(chromium, live):
    """Open a page of a person of their own: new_page(), or new_page(viewport=…, locale=…).

    The test fails in the end when any page met an error in its script, a refusal by the Content
    Security Policy or an answer of 500.
    """
    contexts, faults = [], []

    def watch(page):
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("response", lambda answer: answer.status >= 500 and faults.append(answer.url))
        page.on(
            "console",
            lambda said: (
                said.type == "error"
                and "Content Security Policy" in said.text
                and faults.append(said.text)
            ),
        )

    def open_page(**options):
        context = chromium.new_context(**{"locale": "sv-SE", "base_url": live, **options})
        context.set_default_timeout(15_000)
        context.on("page", watch)
        contexts.append(context)
        return context.new_page()

    open_page.faults = faults
    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def browser_page(new_page):
    return new_page()
