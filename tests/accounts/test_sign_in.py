"""Signing in and out, and what the trail keeps of it."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.urls import reverse

from homecare.accounts import throttle
from homecare.accounts.links import password_token
from homecare.accounts.models import User
from homecare.audit.models import Kind, TrailEntry
from tests import make

pytestmark = pytest.mark.django_db

SIGN_IN = "/konto/logga-in/"


@pytest.fixture
def user():
    return make.user(email="eva@example.se", name="Eva Ek")


def sign_in(client, email="eva@example.se", password=make.PASSWORD, **extra):
    return client.post(SIGN_IN, {"username": email, "password": password}, **extra)


def errors(response):
    return response.context["form"].non_field_errors()


def test_signing_in_leads_to_the_page_that_was_asked_for(client, user):
    response = client.post(
        f"{SIGN_IN}?next=/konto/", {"username": "Eva@example.se", "password": make.PASSWORD}
    )

    assert (response.status_code, response.url) == (302, "/konto/")
    assert client.get("/konto/").status_code == 200


def test_signing_in_never_leads_out_of_the_house(client, user):
    response = client.post(
        f"{SIGN_IN}?next=https://example.org/", {"username": user.email, "password": make.PASSWORD}
    )

    assert response.url == reverse("desk:start")


def test_signing_in_takes_up_the_language_of_the_account(client):
    make.user(email="eva@example.se", language="en")

    response = sign_in(client)

    assert response.cookies["django_language"].value == "en"


@pytest.mark.parametrize(
    "how", ["unknown", "wrong password", "blocked", "blocked and wrong", "no password yet"]
)
def test_every_failure_looks_and_costs_the_same(client, user, how, monkeypatch):
    hashings = []
    encode = MD5PasswordHasher.encode

    def counted(self, password, salt):
        hashings.append(1)
        return encode(self, password, salt)

    if how.startswith("blocked"):
        User._base_manager.filter(pk=user.pk).update(is_active=False)
    if how == "no password yet":
        user.set_unusable_password()
        User._base_manager.filter(pk=user.pk).update(password=user.password)
    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)

    response = sign_in(
        client,
        email="ingen@example.se" if how == "unknown" else user.email,
        password=make.PASSWORD if how in {"blocked", "no password yet"} else "fel",
    )

    assert response.status_code == 200
    assert errors(response) == [
        (
            "E-postadressen och lösenordet hör inte ihop, eller så är kontot spärrat. Försök igen, "
            "eller fråga din chef."
        )
    ]
    assert len(hashings) == 1


def test_guessing_is_stopped_whether_or_not_the_account_exists(client, user):
    answers = {}
    for email in ("eva@example.se", "ingen@example.se"):
        for _ in range(throttle.MOST_PER_EMAIL):
            sign_in(client, email, "fel")
        answers[email] = errors(sign_in(client, email))

    assert set(map(tuple, answers.values())) == {
        ("För många försök. Vänta en kvart och försök igen.",)
    }


def test_a_sign_in_that_goes_well_forgets_the_failures(client, user):
    for _ in range(throttle.MOST_PER_EMAIL - 1):
        sign_in(client, password="fel")
    sign_in(client)
    client.post("/konto/logga-ut/")

    sign_in(client, password="fel")

    assert sign_in(client).status_code == 302


def test_people_sign_in_with_the_cache_away(client, user, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }

    assert errors(sign_in(client, password="fel"))
    assert sign_in(client).status_code == 302


def test_the_trail_tells_of_signing_in_and_out(client, user):
    sign_in(client)
    client.post("/konto/logga-ut/")

    entries = TrailEntry.objects.done_by(user).order_by("pk")
    assert [(entry.verb, entry.kind) for entry in entries] == [
        ("account.signed_in", Kind.SYSTEM),
        ("account.signed_out", Kind.SYSTEM),
    ]


@pytest.mark.parametrize("is_known", [True, False])
def test_the_trail_tells_of_a_failure_without_the_address_in_the_part_that_stays(
    client, user, is_known
):
    typed = user.email if is_known else "hemlig@example.se"

    sign_in(client, typed, "mitt lösenord")

    entry = TrailEntry.objects.get(verb="account.sign_in_failed")
    assert (entry.kind, entry.actor) == (Kind.DENIED, "visitor")
    assert entry.object_ref == (str(user.ref) if is_known else "")
    assert entry.details["email"] == typed
    assert typed not in entry.canonical
    assert "mitt lösenord" not in entry.canonical + entry.personal


def test_a_sign_in_makes_no_row_of_history(client, user):
    before = user.history.count()

    sign_in(client)

    user.refresh_from_db()
    assert user.last_login is not None
    assert user.history.count() == before


def test_signing_out_takes_a_button(client, user):
    client.force_login(user)

    assert client.get("/konto/logga-ut/").status_code == 405
    assert client.post("/konto/logga-ut/").url == SIGN_IN
    assert client.get("/konto/").url == f"{SIGN_IN}?next=/konto/"
    assert client.post("/konto/logga-ut/").url == SIGN_IN  # a session that has run out


# --- the link that sets a password ---------------------------------------------------------------


def link_for(user, token=None):
    return reverse("accounts:set_password", args=[user.ref, token or password_token(user)])


def test_the_link_sets_a_password_and_then_works_no_more(client):
    user = make.user()
    link = link_for(user)

    assert client.get(link).status_code == 200
    response = client.post(link, {"password": "fyra nya goda ord", "again": "fyra nya goda ord"})

    assert response.url == SIGN_IN
    assert client.get(link).status_code == 404
    assert sign_in(client, user.email, "fyra nya goda ord").status_code == 302


def test_opening_the_link_uses_nothing_up(client):
    link = link_for(make.user())

    client.get(link)

    assert client.get(link).status_code == 200


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"password": "kort", "again": "kort"}, "password", "12 tecken"),
        (
            {"password": "fyra nya goda ord", "again": "fyra nya goda ore"},
            "again",
            "Lösenorden är inte lika",
        ),
        ({"password": "", "again": ""}, "password", ""),
    ],
)
def test_a_password_that_is_not_taken(client, typed, field, error):
    user = make.user()

    response = client.post(link_for(user), typed)

    assert error in str(response.context["form"].errors[field])
    assert User.objects.get(pk=user.pk).password == user.password


def test_a_link_that_no_longer_works_says_nothing_of_the_account(client):
    user, blocked = make.user(), make.user()
    User._base_manager.filter(pk=blocked.pk).update(is_active=False)
    wrong = client.get(link_for(user, "abc-def"))
    shut = client.get(link_for(blocked))
    unknown = client.get(f"/konto/losenord/{make.unit().ref}/abc-def/")

    assert {wrong.status_code, shut.status_code, unknown.status_code} == {404}
    assert {template.name for template in wrong.templates} == {
        template.name for template in unknown.templates
    }
    assert "accounts/link_is_used.html" in {template.name for template in shut.templates}


# --- one's own account ---------------------------------------------------------------------------


def test_changing_the_password_needs_the_old_one(client, user):
    client.force_login(user)
    new = {"password": "fyra nya goda ord", "again": "fyra nya goda ord"}

    refused = client.post("/konto/losenord/", {"old": "fel", **new})
    taken = client.post("/konto/losenord/", {"old": make.PASSWORD, **new})

    assert refused.context["form"].errors == {"old": ["Det är inte ditt nuvarande lösenord."]}
    assert taken.url == "/konto/"
    assert client.get("/konto/").status_code == 200  # still signed in here


def test_the_language_is_kept(client, user):
    client.force_login(user)

    response = client.post("/konto/sprak/", {"language": "en"})

    assert (response.url, response.cookies["django_language"].value) == ("/konto/", "en")
    assert User.objects.get(pk=user.pk).language == "en"
    client.post("/konto/sprak/", {"language": "tlh"})
    assert User.objects.get(pk=user.pk).language == "en"
