"""The house stands as it was drawn: its rooms, its tasks, its clock."""

import ast
from functools import cache
from pathlib import Path

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings
from django.core.management import get_commands

from homecare.ui import menu

# design.md, section 2. Every room has its place, also one that is still almost empty.
ROOMS = {
    "homecare.core",
    "homecare.ui",
    "homecare.audit",
    "homecare.organisation",
    "homecare.accounts",
    "homecare.mailing",
    "properties",
    "homecare.recipients",
    "homecare.staff",
    "consent",
    "locks",
    "homecare.desk",
    "homecare.api",
    "homecare.oversight",
    "homecare.exchange",
    "homecare.rollout",
}
# What beat runs by the clock can be run by hand too. The command
# is called as the task is, unless it says otherwise here.
COMMAND_OF: dict[str, str] = {}


@cache
def sources():
    """Every module of ours: (path, syntax tree)."""
    roots = [settings.BASE_DIR / room for room in ("homecare", "consent", "locks", "properties")]
    paths = [
        path for root in roots for path in root.rglob("*.py") if "migrations" not in path.parts
    ]
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths]


def calls_of(name):
    """Every call of a function by that name: (where, call)."""
    for path, tree in sources():
        for node in ast.walk(tree):
            called = getattr(node, "func", None)
            if isinstance(node, ast.Call) and name in {
                getattr(called, "id", ""),
                getattr(called, "attr", ""),
            }:
                yield f"{path.relative_to(settings.BASE_DIR)}:{node.lineno}", node


def test_every_room_is_there():
    assert {config.name for config in apps.get_app_configs()} >= ROOMS
    for room in ROOMS:
        folder = settings.BASE_DIR / Path(*room.split("."))
        assert (folder / "__init__.py").is_file(), f"{room} has no folder."


def test_nobody_else_moved_in():
    ours = {
        config.name
        for config in apps.get_app_configs()
        if Path(config.path).is_relative_to(settings.BASE_DIR)
        and ".venv" not in Path(config.path).parts
    }

    assert ours == ROOMS


def test_work_left_for_later_names_a_task_that_exists():
    for where, call in calls_of("after_commit"):
        name = call.args[0]
        assert isinstance(name, ast.Constant), f"{where}: name the task as text."
        assert name.value in current_app.tasks, (
            f"{where}: no task is called {name.value!r}. Write it in the room's tasks.py with "
            f'@shared_task(name="{name.value}").'
        )


@pytest.mark.parametrize("what", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_what_beat_starts_is_a_task_that_exists(what):
    name = settings.CELERY_BEAT_SCHEDULE[what]["task"]

    assert name in current_app.tasks, f"Beat starts {name!r}, which no tasks.py holds."


@pytest.mark.parametrize("what", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_what_beat_starts_can_be_run_by_hand(what):
    """So that a municipality without beat, or a person at three in the night, can do it too."""
    name = settings.CELERY_BEAT_SCHEDULE[what]["task"]
    command = COMMAND_OF.get(name, name.partition(".")[2])

    assert command in get_commands(), (
        f"{name} has no command. Write management/commands/{command}.py in its room, which calls "
        f"the same action."
    )


def test_every_task_is_named_after_its_room():
    rooms = {room.rpartition(".")[2]: room for room in ROOMS}
    ours = {
        name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")
    }

    for name, task in ours.items():
        room = rooms.get(name.partition(".")[0])
        assert room, f"Task {name!r} must begin with its room."
        assert task.__module__ == f"{room}.tasks", f"{name!r} stands in {task.__module__}."


def test_every_way_in_leads_somewhere():
    for item in menu.registered():
        assert item.url_name.partition(":")[0] in {room.rpartition(".")[2] for room in ROOMS}


def test_time_is_asked_in_one_place():
    """`datetime.now()` and the like stand in the clock alone."""
    asked = {
        where
        for name in ("now", "today", "utcnow", "localdate")
        for where, call in calls_of(name)
        if getattr(getattr(call.func, "value", None), "id", "")
        in {"datetime", "date", "timezone", "dt"}
    }

    assert {where.rpartition(":")[0] for where in asked} <= {
        "homecare/core/clock.py",
        "homecare/exchange/pilot/story.py",  # sets the clock, so asks what day it really is
    }
