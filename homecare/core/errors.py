"""Errors whose text is meant for the person who reads it. Anything else is a fault, not caught."""


class RuleBroken(Exception):
    """A rule of the house forbids this. The text says what to do instead, in the user's words."""
