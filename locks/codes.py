"""Key codes such as K-7F3Q-M: random, with a check character, and saying nothing (design, rule 11).

The alphabet has 31 characters, a prime, and lacks those that are mistaken for others (I L O U V).
The check character is a weighted sum modulo 31: one wrong character, or two neighbours that have
changed places, are always found.
"""

import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTWXYZ"
PREFIX = "K"
LENGTH = 4

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = re.compile(r"[\s\-‐‑‒–—−._/]+")


def check_character(body: str) -> str:
    total = sum(place * ALPHABET.index(one) for place, one in enumerate(body, start=2))
    return ALPHABET[-total % len(ALPHABET)]


def generate() -> str:
    """A new random code. Nothing goes into it but chance."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return written(body + check_character(body))


def written(characters: str) -> str:
    """The body and its check character as they stand on the tag: K-7F3Q-M."""
    return f"{PREFIX}-{characters[:LENGTH]}-{characters[LENGTH:]}"


def normalised(typed: str) -> str | None:
    """The code that somebody typed or scanned, as it is saved; None when it cannot be one.

    Small letters, spaces, a forgotten hyphen or K, and o, i and l for 0 and 1 are understood.
    """
    characters = _BETWEEN.sub("", typed).upper()
    if len(characters) == LENGTH + 2 and characters.startswith(PREFIX):
        characters = characters[1:]
    characters = characters.translate(_READ_AS)
    if len(characters) != LENGTH + 1 or not set(characters) <= set(ALPHABET):
        return None
    if check_character(characters[:LENGTH]) != characters[LENGTH]:
        return None
    return written(characters)


def is_valid(code: str) -> bool:
    """Whether `code` is written as a code should be, and its check character is right."""
    return normalised(code) == code
