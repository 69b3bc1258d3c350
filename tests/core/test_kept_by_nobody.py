"""What a signed-in person was shown is in no browser's keeping afterwards."""

import pytest
from django.urls import reverse

from homecare.accounts.roles import Role
from tests import make


@pytest.mark.django_db
def test_no_browser_keeps_what_a_signed_in_person_was_shown(client):
    unit = make.unit()
    person = make.recipient(unit)
    client.force_login(make.user(Role.COORDINATOR, unit))
    answers = [
        client.get(reverse("desk:recipient", args=[person.ref])),
        client.get(reverse("recipients:recipient_list"), headers={"HX-Request": "true"}),
        client.post(reverse("recipients:reveal_phone", args=[person.ref])),
        client.get(reverse("recipients:recipient_change", args=[make.recipient().ref])),
        client.get("/finns-inte/"),
    ]

    assert [answer["Cache-Control"] for answer in answers] == ["no-store"] * 5
    assert [answer.status_code for answer in answers] == [200, 200, 200, 404, 404]


@pytest.mark.django_db
def test_what_everybody_may_see_is_kept_as_before(client):
    assert "Cache-Control" not in client.get("/ui/")
    assert "no-store" not in client.get("/static/css/base.css").get("Cache-Control", "")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_back_after_signing_out_shows_nothing(browser_page, live):
    unit = make.unit()
    user = make.user(Role.COORDINATOR, unit)
    person = make.recipient(unit, first_name="Ada", last_name="Lovelace")
    browser_page.goto("/konto/logga-in/")
    browser_page.get_by_label("E-postadress").fill(user.email)
    browser_page.get_by_label("Lösenord").fill(make.PASSWORD)
    browser_page.get_by_role("button", name="Logga in").click()
    browser_page.goto(reverse("desk:recipient", args=[person.ref]))
    browser_page.get_by_role("heading", name="Ada Lovelace").wait_for()

    browser_page.goto(reverse("recipients:recipient_list"))
    browser_page.go_back()
    browser_page.get_by_role("heading", name="Ada Lovelace").wait_for()

    browser_page.locator("summary", has_text=user.name).first.click()
    browser_page.get_by_role("button", name="Logga ut").first.click()
    browser_page.get_by_role("heading", name="Logga in").wait_for()
    browser_page.go_back()
    browser_page.get_by_role("heading", name="Logga in").wait_for()
    assert "Lovelace" not in browser_page.content()
