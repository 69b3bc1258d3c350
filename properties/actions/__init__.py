"""Changing the register of owners, properties and doors. What ends is kept, with its last day."""

from properties.actions.doors import (
    HomeDoorTaken,
    add_entrance,
    add_home_door,
    change_entrance,
    change_home_door,
    close_entrance,
    reopen_entrance,
    set_path,
)
from properties.actions.owners import (
    add_contact,
    add_owner,
    change_contact,
    change_owner,
    end_contact,
)
from properties.actions.properties import (
    add_property,
    change_property,
    sell_property,
)
from properties.actions.rules import NOT_HERE

__all__ = [
    "NOT_HERE",
    "HomeDoorTaken",
    "add_contact",
    "add_entrance",
    "add_home_door",
    "add_owner",
    "add_property",
    "change_contact",
    "change_entrance",
    "change_home_door",
    "change_owner",
    "change_property",
    "close_entrance",
    "end_contact",
    "reopen_entrance",
    "sell_property",
    "set_path",
]
