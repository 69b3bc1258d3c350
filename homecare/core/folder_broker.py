"""The broker that needs no server: messages are files in a folder.

Kombu's own, made safe for several processes: there, a reader can meet a message that is half
written, and two processes that start at once can both create the same table of queues.
"""

import fcntl
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """One connection to the folder."""

    @property
    def _messages(self) -> Path:
        return Path(self.data_folder_in)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.control_folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time.time_ns()}_{uuid.uuid4().hex}"
        unready = self._messages / f"{name}.unready"
        unready.write_text(dumps(payload), encoding="utf-8")
        unready.rename(self._messages / f"{name}.{queue}.msg")

    def _get(self, queue: str, timeout: Any = None) -> Any:
        for waiting in sorted(self._messages.iterdir()):
            if waiting.name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = waiting.with_name(f"{waiting.name}.taken")
            try:
                waiting.rename(taken)
            except FileNotFoundError:
                continue  # another reader was first
            payload = loads(taken.read_text(encoding="utf-8"))
            taken.unlink()
            return payload
        raise Empty

    def _queue_bind(self, *args: Any) -> None:
        with self._alone():
            super()._queue_bind(*args)

    def get_table(self, exchange: str) -> Any:
        with self._alone():
            return super().get_table(exchange)


class Transport(filesystem.Transport):
    """`CELERY_BROKER_TRANSPORT` names this class."""

    Channel = Channel
