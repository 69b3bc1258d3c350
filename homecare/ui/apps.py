from typing import Any

from django import forms
from django.apps import AppConfig
from django.core import validators
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    name = "homecare.ui"
    label = "ui"

    def ready(self) -> None:
        """Django's own sentences, said as one would to a colleague."""
        required: Any = forms.Field.default_error_messages
        required["required"] = _("Fyll i fältet.")
        validators.MinValueValidator.message = _("Skriv minst %(limit_value)s.")
        validators.MaxValueValidator.message = _("Skriv högst %(limit_value)s.")
