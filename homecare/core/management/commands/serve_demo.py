"""Serve the demo: web, worker and beat, until Ctrl-C."""

import fcntl
import logging
import os
import re
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from homecare.core import processes

CELERY = [sys.executable, "-m", "celery", "--app", "homecare", "--quiet"]
WORKER = [*CELERY, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "INFO"]
WORKER += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
BEAT = [*CELERY, "beat", "--loglevel", "INFO", "--pidfile="]
WEB = [sys.executable, "-m", "gunicorn", "homecare.wsgi", "--threads", "8"]
WEB += ["--graceful-timeout", "5", "--no-control-socket"]


class Command(BaseCommand):
    help = "Serve the demo at BASE_URL, with worker and beat, all it keeps in DATA_DIR."
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        _let_signals_interrupt()
        children: list[processes.Child] = []
        try:
            with _the_only_one(), _listening() as listener:
                self._prepare()
                self._start(children, listener)
                self._tell()
                self._watch(children)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping.")
        finally:
            _stop(children)

    def _prepare(self) -> None:
        """Bring the database, the pilot and the assets to where they should be."""
        unfinished = settings.DATA_DIR / "pilot.unfinished"
        if unfinished.exists():
            # Stopped in the middle of loading: nobody has worked in it yet.
            _remove_what_was_loaded()
        if is_new := not Path(settings.DATABASES["default"]["NAME"]).exists():
            self.stdout.write("Making the database and loading the pilot (half a minute or so).")
            unfinished.touch()
        logging.disable(logging.INFO)
        call_command("migrate", verbosity=0, interactive=False)
        if is_new:
            if "load_pilot" in get_commands():
                call_command("load_pilot", stdout=self.stdout)
            unfinished.unlink()
        call_command("collectstatic", verbosity=0, interactive=False)
        logging.disable(logging.NOTSET)
        connections.close_all()

    def _start(self, children: list[processes.Child], listener: socket.socket) -> None:
        logs = settings.DATA_DIR / "log"
        logs.mkdir(exist_ok=True)
        fd = listener.fileno()
        web = [*WEB, "--bind", f"fd://{fd}"]
        children.append(processes.start("The web server", web, logs / "web.log", keep=[fd]))
        children.append(processes.start("The worker", WORKER, logs / "worker.log"))
        children.append(processes.start("Beat", BEAT, logs / "beat.log"))
        while not _answers(settings.BASE_URL):
            _refuse_to_limp(children)
            time.sleep(0.1)

    def _tell(self) -> None:
        folder = os.path.relpath(settings.DATA_DIR)
        self.stdout.write(f"\nThe demo is at {settings.BASE_URL}\n")
        accounts = settings.DATA_DIR / "accounts.txt"
        if accounts.exists():
            self.stdout.write(accounts.read_text(encoding="utf-8"))
        self.stdout.write(f"Mail it sends is in {folder}/mail, its logs in {folder}/log.")
        self.stdout.write("Ctrl-C stops it. What you do in it is kept until: make demo-reset")
        self.stdout.flush()

    def _watch(self, children: list[processes.Child]) -> None:
        while not _make_was_interrupted():
            _refuse_to_limp(children)
            time.sleep(0.5)
        raise KeyboardInterrupt


def _let_signals_interrupt() -> None:
    """SIGTERM and a closed terminal end it as Ctrl-C does, also where Ctrl-C was ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})


def _make_was_interrupted() -> bool:
    """Whether Ctrl-C reached `make` alone. It then waits for us without telling us.

    All that shows is that it no longer catches the signal, once it has done so.
    """
    parent = Path(f"/proc/{os.getppid()}")
    try:
        if (parent / "comm").read_text().strip() not in {"make", "gmake"}:
            return False
        status = (parent / "status").read_text()
    except OSError:
        return False
    signals = dict(re.findall(r"^(Sig\w+):\s*(\w+)$", status, re.MULTILINE))
    handled = int(signals["SigCgt"], 16) | int(signals["SigIgn"], 16)
    return not handled & 1 << (signal.SIGINT - 1)


@contextmanager
def _the_only_one() -> Iterator[None]:
    with (settings.DATA_DIR / "running").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError("The demo is already running from this folder.") from None
        yield


@contextmanager
def _listening() -> Iterator[socket.socket]:
    """The open port. It is ours before the long work begins, so nobody else takes it."""
    url = urlsplit(settings.BASE_URL)
    port = url.port or 80
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((url.hostname, port))
        except OSError as error:
            raise CommandError(f"Port {port} cannot be opened: {error.strerror}.") from error
        listener.listen(128)
        yield listener


def _remove_what_was_loaded() -> None:
    for folder in ("mail", "cache", "files", "queue/messages"):
        for left in (settings.DATA_DIR / folder).rglob("*"):
            if left.is_file():
                left.unlink()
    file = Path(settings.DATABASES["default"]["NAME"])
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        file.with_name(name).unlink(missing_ok=True)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            log = os.path.relpath(settings.DATA_DIR / "log" / "web.log")
            raise CommandError(f"{url} answers with an error; its log is {log}.") from None
        return True
    except OSError:
        return False
    return True


def _refuse_to_limp(children: list[processes.Child]) -> None:
    for child in children:
        if child.has_ended():
            lines = child.log.read_text(encoding="utf-8", errors="replace").splitlines()
            end = f"{child.name} ended by itself; its log is {os.path.relpath(child.log)}."
            raise CommandError("\n".join([end, *lines[-5:]]))


def _stop(children: list[processes.Child]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: processes.stop(children, patience=0))
    processes.stop(children, patience=10)
