"""A task really goes through the broker to a worker of its own, and what it does is seen.

Over the folder that needs no server, and over Redis where `REDIS_URL` says where one is.
"""

import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection

from homecare.core import folder_broker, processes
from homecare.core.management.commands.serve_demo import WORKER
from homecare.mailing import actions
from homecare.mailing.models import Message
from tests import make

POST = """
from homecare.mailing.actions import post
from homecare.organisation.models import District
post(to_name="Anna", to_address="anna@example.org", subject="Hej", body="Hej Anna",
     purpose="Test", once="test", about=District.objects.get())
"""


def database_url():
    """The suite's own database, as another process can open it."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(given['NAME'])}"
    user = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}"
    return f"postgres://{user}@{given['HOST']}:{given['PORT'] or 5432}/{given['NAME']}"


def redis_url():
    """The last database of the Redis that is given, so that nobody else's tasks are met."""
    return urlsplit(settings.REDIS_URL)._replace(path="/15").geturl() if settings.REDIS_URL else ""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The environment that a web process and a worker share, so far without Redis."""
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "homecare.settings")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("REDIS_URL", "")
    return tmp_path


@pytest.fixture(params=["folder", "redis"])
def worker(request, place, monkeypatch):
    if request.param == "redis":
        if not settings.REDIS_URL:
            pytest.skip("no REDIS_URL")
        monkeypatch.setenv("REDIS_URL", redis_url())
    worker = processes.start("The worker", WORKER, place / "worker.log")
    yield worker
    processes.stop([worker], patience=10)


def post_a_message():
    make.district()
    return subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", POST],
        cwd=settings.BASE_DIR,
        check=True,
        timeout=60,
        capture_output=True,
        text=True,
    )


def wait_for(what, worker, seconds=60):
    deadline = time.monotonic() + seconds
    while not what():
        assert not worker.has_ended(), worker.log.read_text()
        assert time.monotonic() < deadline, worker.log.read_text()
        time.sleep(0.1)


@pytest.mark.django_db(transaction=True)
def test_a_message_that_the_web_process_writes_is_sent_by_the_worker(place, worker):
    post_a_message()

    wait_for(lambda: Message.objects.get().state == "sent", worker)

    [mail] = (place / "mail").iterdir()
    assert "To: Anna <anna@example.org>" in mail.read_text()


@pytest.mark.django_db(transaction=True)
def test_with_the_broker_away_people_work_on_and_the_sweep_sends_later(place, monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    said = post_a_message().stderr
    assert Message.objects.get().state == "waiting"
    assert "mailing.send_message waits for its sweep" in said

    actions.send_waiting()

    assert Message.objects.get().state == "sent"


# --- the folder ----------------------------------------------------------------------------------


@pytest.fixture
def channel(tmp_path):
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
    }
    with current_app.connection_for_write(
        "filesystem://", transport=folder_broker.Transport, transport_options=options
    ) as connection:
        yield connection.channel()


def test_messages_come_in_the_order_they_were_put(channel):
    for number in range(20):
        channel._put("work", {"number": number})

    assert [channel._get("work")["number"] for _ in range(20)] == list(range(20))


def test_a_message_is_for_its_own_queue(channel):
    channel._put("other.work", {"for": "other"})

    with pytest.raises(folder_broker.Empty):
        channel._get("work")
    assert channel._get("other.work") == {"for": "other"}


def test_a_message_that_is_half_written_is_not_seen(channel):
    (channel._messages / "1_x.unready").write_text('{"half')

    with pytest.raises(folder_broker.Empty):
        channel._get("work")


def test_a_message_is_given_once(channel, monkeypatch):
    channel._put("work", {"number": 1})
    seen = sorted(channel._messages.iterdir())
    assert channel._get("work") == {"number": 1}

    # A second reader that had listed the folder before the first took the message.
    monkeypatch.setattr(type(channel._messages), "iterdir", lambda _folder: iter(seen))
    with pytest.raises(folder_broker.Empty):
        channel._get("work")


# --- child processes -----------------------------------------------------------------------------

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("on", flush=True)
time.sleep(60)
"""
PARENT = """
import os, sys, time
from pathlib import Path
from homecare.core import processes
sleeping = [sys.executable, "-c", "import time; time.sleep(60)"]
child = processes.start("x", sleeping, Path(sys.argv[1]))
print(child.process.pid, flush=True)
time.sleep(60)
"""


def is_running(pid):
    try:
        with Path(f"/proc/{pid}/stat").open() as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_that_will_not_end_is_ended(tmp_path):
    child = processes.start("x", [sys.executable, "-c", STUBBORN], tmp_path / "log")
    wait_for(lambda: "on" in (tmp_path / "log").read_text(), child, 10)

    began = time.monotonic()
    processes.stop([child], patience=0.5)

    assert child.process.returncode == -9
    assert time.monotonic() - began < 5


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children by itself")
def test_a_child_ends_when_its_parent_is_killed(tmp_path):
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        assert is_running(pid)
        parent.kill()

    deadline = time.monotonic() + 10
    while is_running(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)
