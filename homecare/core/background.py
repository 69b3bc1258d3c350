"""Starting work that is done later, by a worker."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def after_commit(task_name: str, /, **ids: int) -> None:
    """Start a background task, by name, once the present transaction is saved.

    Naming the task as text keeps the arrows pointing one way: tasks import actions, never the
    reverse. The task gets ids, never objects. With the broker away the work is not lost: the row
    says what is wanted, and the sweep that looks for such rows does it when the broker is back.
    """
    task = current_app.tasks[task_name]

    def start() -> None:
        try:
            task.apply_async(kwargs=ids)
        except (OperationalError, OSError) as error:
            log.warning("%s waits for its sweep: the broker is away (%s)", task_name, error)

    transaction.on_commit(start)
