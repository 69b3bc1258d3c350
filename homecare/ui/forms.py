"""How forms look, and the widgets of our own."""

import base64
import binascii
import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.template import TemplateDoesNotExist
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

PNG_URL = "data:image/png;base64,"
LARGEST_SIGNATURE = 300 * 1024  # characters; a signed pad has some 40,000
LONGEST_SIDE = 2000  # pixels; a pad has 960


class Renderer(TemplatesSetting):
    """Draws forms with templates/ui/form/, and Django's own widgets with Django's templates."""

    form_template_name = "ui/form/form.html"
    field_template_name = "ui/form/field.html"
    formset_template_name = "ui/form/formset.html"

    def __init__(self) -> None:
        self.django = DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        try:
            return super().get_template(template_name)
        except TemplateDoesNotExist:
            return self.django.get_template(template_name)


class DateInput(forms.DateInput):
    """The browser's own calendar; the value is always ISO, as that calendar demands."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class Segmented(forms.RadioSelect):
    """A few choices side by side as big buttons: yes or no, all or none."""

    template_name = "ui/form/segmented.html"

    def __init__(self, attrs: dict[str, Any] | None = None, choices: Any = ()) -> None:
        super().__init__({"class": "segmented", **(attrs or {})}, choices)


class FileDrop(forms.ClearableFileInput):
    """A place to drop a file or choose one. Without script: an ordinary file field."""

    template_name = "ui/form/file_drop.html"


class SignaturePad(forms.Widget):
    """A name drawn with finger, pen or mouse; the value is a PNG as a data URL.

    It needs a script and a hand: a form that uses it also offers another way, such as a scan.
    """

    template_name = "ui/form/signature.html"
    use_fieldset = True

    def id_for_label(self, id_: str) -> str:
        return ""


class SignatureField(forms.Field):
    """A drawn signature, cleaned to the bytes of a PNG, or None where nothing was drawn."""

    widget = SignaturePad
    default_error_messages = {
        "required": _("Skriv under i rutan."),
        "invalid": _("Underskriften kunde inte läsas. Rensa rutan och skriv under igen."),
    }

    def to_python(self, value: Any) -> bytes | None:
        if not value:
            return None
        if not value.startswith(PNG_URL) or len(value) > LARGEST_SIGNATURE:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            png = base64.b64decode(value.removeprefix(PNG_URL), validate=True)
            with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
                size = image.size
                image.verify()
        except (binascii.Error, UnidentifiedImageError, OSError, SyntaxError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if max(size) > LONGEST_SIDE:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return png
