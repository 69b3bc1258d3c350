"""The traps of `tests/traps.py` catch what they are set for, and nothing else."""

import smtplib
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from homecare.accounts.models import RoleAssignment
from homecare.core import clock
from homecare.organisation.models import District
from tests import make
from tests.traps import faults_of

pytestmark = pytest.mark.urls(__name__)


@login_not_required
def reads(request):
    return HttpResponse(District.objects.count())


@login_not_required
def writes(request):
    make.district()
    return HttpResponse("saved")


@login_not_required
def says(request):
    return HttpResponse(request.GET["html"])


urlpatterns = [path("reads", reads), path("writes", writes), path("says", says)]


def test_a_get_may_read(client, db):
    assert client.get("/reads").content == b"0"


def test_a_get_may_not_write(client, db):
    with pytest.raises(AssertionError, match="A GET must not write: INSERT INTO"):
        client.get("/writes")


def test_a_post_may_write(client, db):
    assert client.post("/writes").content == b"saved"


def test_a_page_with_inline_script_fails_its_test(client):
    with pytest.raises(AssertionError, match=r"/says: \['inline <script>'\]"):
        client.get("/says", {"html": "<script>alert(1)</script>"})


@pytest.mark.parametrize(
    ("html", "faults"),
    [
        ('<p class="x">', []),
        ('<script src="/static/x.js" defer></script>', []),
        ('<script type="application/json">{"a": 1}</script>', []),
        ("<style>p {}</style>", ["inline <style>"]),
        ('<p style="color: red">', ['inline script or style: <p style="color: red">']),
        ('<p onclick="x()">', ['inline script or style: <p onclick="x()">']),
        ('<a href="javascript:x()">', ['inline script or style: <a href="javascript:x()">']),
        ("<form><input></form>", []),
        ('<form method="post"></form>', ['no {% csrf_token %} in <form method="post">']),
        ('<form method="post"><input name="csrfmiddlewaretoken"></form>', []),
    ],
)
def test_what_is_a_fault_in_a_page(html, faults):
    assert faults_of(html) == faults


def test_a_lock_with_joins_must_say_what_it_locks(db):
    joined = RoleAssignment.objects.select_related("user")

    with pytest.raises(AssertionError, match="must say of="):
        str(joined.select_for_update().query)

    assert str(joined.select_for_update(of=("self",)).query)
    assert str(District.objects.select_for_update().query)


def test_rows_that_nobody_ordered_come_newest_first(db):
    first, second = make.district(), make.district()

    assert list(District.objects.order_by()) == [second, first]
    assert list(District.objects.order_by("pk")) == [first, second]


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "2001:db8::1"])
def test_nobody_outside_is_called(host):
    with pytest.raises(AssertionError, match=f"must not call {host}"):
        socket.create_connection((host, 25), timeout=1)
    with pytest.raises(AssertionError, match=f"must not call {host}"):
        smtplib.SMTP(host, timeout=1)


def test_this_machine_may_be_called():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()


def test_the_time_that_is_set_holds_in_every_thread(at):
    moment = at(2030, 1, 31, 12)
    seen = []
    thread = threading.Thread(target=lambda: seen.append(clock.now()))
    thread.start()
    thread.join()

    assert moment == datetime(2030, 1, 31, 11, tzinfo=UTC)
    assert seen == [moment]
    assert str(clock.today()) == "2030-01-31"


def test_the_time_that_was_set_is_forgotten():
    assert clock.now() - timezone.now() < timedelta(seconds=1)
