"""The main navigation. Each room puts its own items in, from its AppConfig.ready."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Place = Literal["main", "account", "search"]


def everybody(user: Any) -> bool:
    return True


@dataclass(frozen=True)
class Item:
    """One way into a room, shown to those who may go there."""

    key: str
    title: Any  # lazily translated, so that it follows the language of the request
    url_name: str
    icon: str
    may: Callable[[Any], bool] = everybody
    order: int = 100
    place: Place = "main"


_items: dict[str, Item] = {}


def register(
    key: str,
    title: Any,
    url_name: str,
    icon: str,
    may: Callable[[Any], bool] = everybody,
    order: int = 100,
    place: Place = "main",
) -> None:
    """Put an item in the menu. The same key again replaces the item.

    `place` is "main" for the navigation, "account" for the menu under the user's name,
    and "search" for the address that the search field in the header posts to.
    """
    _items[key] = Item(key, title, url_name, icon, may, order, place)


def items_for(user: Any, place: Place = "main") -> list[Item]:
    chosen = [item for item in _items.values() if item.place == place and item.may(user)]
    return sorted(chosen, key=lambda item: (item.order, item.key))


def registered() -> list[Item]:
    return list(_items.values())
