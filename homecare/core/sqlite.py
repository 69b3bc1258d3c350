"""What SQLite lacks: it holds only the letters a to z to be the same in upper and lower case."""

import re
from functools import lru_cache
from typing import Any


def teach(sender: Any, connection: Any, **_: Any) -> None:
    """Let a new connection find Åsa when somebody searches for åsa, as PostgreSQL does."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("like", 2, like, deterministic=True)
        connection.connection.create_function("like", 3, like, deterministic=True)


def like(pattern: Any, value: Any, escape: str = "") -> bool | None:
    """The operator `value LIKE pattern ESCAPE escape`, which Django's `icontains` becomes."""
    if pattern is None or value is None:
        return None
    return _matcher(str(pattern), escape)(str(value).casefold()) is not None


@lru_cache(maxsize=256)
def _matcher(pattern: str, escape: str) -> Any:
    parts = []
    characters = iter(pattern.casefold())
    for character in characters:
        if escape and character == escape:
            parts.append(re.escape(next(characters, "")))
        elif character == "%":
            parts.append(".*")
        elif character == "_":
            parts.append(".")
        else:
            parts.append(re.escape(character))
    return re.compile("".join(parts), re.DOTALL).fullmatch
