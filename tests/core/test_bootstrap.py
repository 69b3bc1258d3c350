"""`make` on a machine where something is missing says what, in one sentence."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from homecare import bootstrap


def make(*arguments, **environment):
    return subprocess.run(
        [shutil.which("make"), *arguments],
        cwd=settings.BASE_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def sentence(made):
    """What was said, without make's own line about it."""
    assert made.returncode != 0
    [said] = [line for line in made.stderr.splitlines() if line and not line.startswith("make")]
    return said


def test_make_alone_lists_what_there_is():
    listed = make().stdout

    assert [name for name in bootstrap.TARGETS if f"\n  {name} " not in listed] == []


def test_a_port_in_use_is_said():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        made = make("demo", f"PORT={port}")

    assert sentence(made) == (
        f"Port {port} on 127.0.0.1 is in use. Choose another: make demo PORT=8123"
    )


@pytest.mark.parametrize("port", ["0", "70000", "http", "80 80"])
def test_a_port_that_is_none_is_said(port):
    assert sentence(make("demo", f"PORT={port}")).startswith("PORT must be a number")


def test_an_old_python_is_said(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)

    assert sentence(make("demo", PATH=str(tmp_path), PYTHON="")).startswith(
        "Python 3.11 or newer is needed, and none was found."
    )


@pytest.mark.parametrize(
    ("output", "why"),
    [
        ("... NewConnectionError(...): Connection refused", "no package index could be reached"),
        ("ERROR: No matching distribution found for amqp", "or it lacks a package"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "does not have the hash that a.lock"),
        ("ERROR: first\nERROR: No space left on device.", "installed: No space left on device. "),
        ("", "pip gave up"),
    ],
)
def test_why_nothing_was_installed_is_said_in_one_line(output, why):
    said = bootstrap._why_pip_failed(output, "a.lock")

    assert why in said
    assert said.endswith(f"All that pip said is in {Path('var/install.log')}.")
    assert "\n" not in said
