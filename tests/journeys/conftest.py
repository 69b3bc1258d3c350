import re

import pytest

from tests import make


@pytest.fixture
def enter(new_page):
    """Sign in as somebody and give the page: enter(user), enter(user, viewport=PHONE)."""

    def sign_in(user, **options):
        page = new_page(**options)
        page.goto("/")
        page.get_by_label("E-postadress").fill(user.email)
        page.get_by_label("Lösenord").fill(make.PASSWORD)
        page.get_by_role("button", name="Logga in").click()
        page.wait_for_url(re.compile(r"/$|/las/min-dag/"))
        return page

    return sign_in
