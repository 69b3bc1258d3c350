"""Errors whose text is meant for the person who reads it. Anything else is a fault, not caught."""

from django.core.exceptions import ImproperlyConfigured


class RuleBroken(Exception):
    """A rule of the house forbids this. The text says what to do instead, in the user's words."""


class WrongSetting(ImproperlyConfigured):
    """An environment variable stops the start. The text names it and says what is expected."""
