"""The office's page of outgoing messages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from homecare.mailing import actions
from homecare.mailing.models import Message, MessageState
from tests import make

LIST = "/meddelanden/"


def post(case, **given):
    n = Message.objects.count()
    return actions.post(
        **{
            "to_name": f"Mottagare {n}",
            "to_address": "asa@example.se",
            "subject": "Fråga",
            "body": "https://las.example.se/svar/hemligt/",
            "purpose": "Förfrågan om medgivande",
            "once": f"m{n}",
            "about": case,
            **given,
        }
    )


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("coordinator", 200),
        ("system_manager", 200),
        ("unit_manager", 404),
        ("technician", 404),
        ("auditor", 404),
        ("care_worker", 404),
    ],
)
def test_who_may_see_outgoing_messages(client, db, role, status):
    failed = post(make.case())
    Message.objects.update(state=MessageState.FAILED)
    client.force_login(make.user(role))

    assert client.get(LIST).status_code == status
    again = reverse("mailing:send_again", kwargs={"message": failed.ref})
    assert client.post(again).status_code == (302 if status == 200 else 404)


@pytest.mark.parametrize(("role", "is_link"), [("coordinator", True), ("system_manager", False)])
def test_what_a_message_is_about_is_a_link_for_those_who_may_follow_it(client, db, role, is_link):
    case = make.case()
    post(case)
    client.force_login(make.user(role))

    assert (f'href="{case.get_absolute_url()}"' in client.get(LIST).text) == is_link


def test_the_list_shows_what_failed_first_and_never_the_link(client, db):
    case = make.case()
    post(case, to_name="Cecilia")
    Message.objects.update(state=MessageState.SENT, sent_at=make.SOME_MOMENT)
    post(case, to_name="Bertil")
    post(case, to_name="Adam", to_address="")
    client.force_login(make.user("coordinator"))

    page = client.get(LIST).content.decode()

    assert page.index("Adam") < page.index("Bertil") < page.index("Cecilia")
    assert "Mottagaren har ingen e-postadress." in page
    assert case.get_absolute_url() in page
    assert "hemligt" not in page
    assert "asa@example.se" not in page


def test_a_failed_message_can_be_sent_again_from_the_list(client, db, committing):
    message = post(make.case())
    Message.objects.update(state=MessageState.FAILED, reason="E-postservern svarar inte.")
    client.force_login(make.user("coordinator"))
    assert "Skicka igen" in client.get(LIST).content.decode()

    with committing():
        client.post(reverse("mailing:send_again", kwargs={"message": message.ref}))

    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert "Skicka igen" not in client.get(LIST).content.decode()


def test_the_list_is_filtered(client, db):
    case = make.case()
    post(case, to_name="Alfa")
    post(case, to_name="Beta", to_address="")
    client.force_login(make.user("coordinator"))

    assert "Alfa" not in client.get(LIST, {"state": "not_sent"}).content.decode()
    assert "Beta" not in client.get(LIST, {"q": "alf"}).content.decode()


def test_the_list_costs_the_same_for_five_as_for_one(client, db, django_assert_num_queries):
    client.force_login(make.user("coordinator"))
    post(make.case())
    with CaptureQueriesContext(connection) as for_one:
        client.get(LIST)

    for _ in range(4):
        post(make.case())

    with django_assert_num_queries(len(for_one)):
        client.get(LIST)
