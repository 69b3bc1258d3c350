"""Child processes that never outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Child:
    """A running process, alone with its own children in a process group."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]

    def has_ended(self) -> bool:
        return self.process.poll() is not None


def start(name: str, command: Sequence[str], log: Path, *, keep: Sequence[int] = ()) -> Child:
    """Start `command`, all it says in `log`, with the open files `keep` passed on to it.

    A group of its own keeps the Ctrl-C of the terminal from it: the parent decides what ends when.
    """
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            pass_fds=keep,
            process_group=0,
            preexec_fn=_ends_with_its_parent(),
        )
    return Child(name, log, process)


def _ends_with_its_parent() -> Callable[[], None] | None:
    """On Linux the kernel ends a child whose parent is gone, however the parent went."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def ask_the_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask_the_kernel


def stop(children: Iterable[Child], *, patience: float) -> None:
    """Ask each to end, and after `patience` seconds end what is left by force."""
    children = list(children)
    _signal(children, signal.SIGTERM)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and not all(child.has_ended() for child in children):
        time.sleep(0.05)
    # The group, not the process: what the child itself started goes too.
    _signal(children, signal.SIGKILL)
    for child in children:
        child.process.wait()


def _signal(children: Iterable[Child], number: signal.Signals) -> None:
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, number)
