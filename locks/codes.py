"""Codes on keys, such as K-7F3Q-M (see `homecare.core.codes`)."""

from homecare.core.codes import ALPHABET, check_character, drawn, read

__all__ = ["ALPHABET", "LENGTH", "check_character", "generate", "is_valid", "normalised", "written"]

PREFIX = "K"
LENGTH = 4


def generate() -> str:
    """A new random code. Nothing goes into it but chance."""
    return written(drawn(LENGTH))


def written(characters: str) -> str:
    """The body and its check character as they stand on the tag: K-7F3Q-M."""
    return f"{PREFIX}-{characters[:LENGTH]}-{characters[LENGTH:]}"


def normalised(typed: str) -> str | None:
    """The code that somebody typed or scanned, as it is saved; None when it cannot be one."""
    characters = read(typed, LENGTH, prefix=PREFIX)
    return written(characters) if characters else None


def is_valid(code: str) -> bool:
    """Whether `code` is written as a code should be, and its check character is right."""
    return normalised(code) == code
