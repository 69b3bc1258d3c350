"""What was recorded and signed at the door, as the office reads it."""

import base64

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from homecare.core import clock
from locks.states import TestPoint
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client, keeper):
    client.force_login(keeper)
    return client


def url(name, *things):
    return reverse(f"locks:{name}", args=[thing.ref for thing in things])


def fitted(door, **given):
    return make.installation(
        door,
        **{
            "minutes": 35,
            "attended": "owner",
            "damage": "Repa vid slutblecket",
            "removed_parts": "Påse 7",
            "tests_passed": ["lock"],
            "signature": make.png(),
            "fitted_by": make.user(name="Mats Montör"),
            **given,
        },
    )


@pytest.mark.parametrize("page", ["order", "door"])
def test_the_protocol_can_be_read(client, port, page):
    lock = fitted(port)

    shown = url("order", lock.order) if page == "order" else url("entrance_door", port)
    text = client.get(shown).text

    for words in ("Protokoll", "35", "Fastighetsägaren", "Repa vid slutblecket", "Påse 7"):
        assert words in text
    for point in TestPoint:
        assert str(point.label) in text
    assert text.count("</svg>Nej</span>") == len(TestPoint) - 1
    assert base64.b64encode(make.png()).decode() in text
    assert "Undertecknat av Mats Montör 2 mars 2026" in text


def test_a_protocol_signed_by_ticking_has_no_picture(client, port):
    lock = fitted(port, signature=None)

    text = client.get(url("order", lock.order)).text

    assert "Undertecknat av Mats Montör" in text
    assert "data:image/png" not in text


def test_the_protocol_of_a_lock_taken_down_is_read_from_its_order(client, port, technician):
    lock = fitted(
        port,
        state="removed",
        removed_at=clock.now(),
        removed_by=technician,
        parts_restored=False,
        removal_note="Cylindern är utbytt",
    )

    assert url("order", lock.order) in client.get(url("entrance_door", port)).text
    text = client.get(url("order", lock.order)).text
    assert "Cylindern är utbytt" in text
    assert "Originaldelarna är tillbaka" in text


def test_the_lists_do_not_fetch_the_signatures(client, port, technician):
    fitted(port)

    with CaptureQueriesContext(connection) as asked:
        client.get(url("order_list") + "?state=all")
        client.get(url("door_list"))

    assert not [one for one in asked if '"locks_installation"."signature"' in one["sql"]]
