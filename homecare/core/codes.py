"""Codes that say nothing (design, rule 11): random, with a check character, easy to read aloud.

The alphabet has 31 characters, a prime, and lacks those that are mistaken for others (I L O U V).
The check character is a weighted sum modulo 31: one wrong character, or two neighbours that have
changed places, are always found.
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTWXYZ"

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = re.compile(r"[\s\-‐‑‒–—−._/]+")


def check_character(body: str) -> str:
    total = sum(place * ALPHABET.index(one) for place, one in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def drawn(length: int) -> str:
    """So many random characters and their check character. Nothing goes into it but chance."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(length))
    return body + check_character(body)


def read(typed: str, length: int, *, prefix: str = "") -> str | None:
    """The characters that somebody typed or scanned; None when they cannot be such a code.

    Small letters, spaces, a forgotten hyphen or prefix, and o, i and l for 0 and 1 are understood.
    """
    characters = _BETWEEN.sub("", typed).upper()
    if len(characters) == length + 1 + len(prefix) and characters.startswith(prefix):
        characters = characters[len(prefix) :]
    characters = characters.translate(_READ_AS)
    if len(characters) != length + 1 or not set(characters) <= set(ALPHABET):
        return None
    return characters if check_character(characters[:-1]) == characters[-1] else None
