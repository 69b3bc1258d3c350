from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from homecare.exchange import columns
from homecare.exchange.access import kinds_for
from homecare.exchange.models import Import
from homecare.ui.forms import FileDrop

MAX_MEGABYTES = 20


class UploadForm(forms.Form):
    """Which list, of those that `by` may bring in, and the file."""

    kind = forms.ChoiceField(label=_("Vad är det för lista?"), required=False)
    file = forms.FileField(
        label=_("Fil"),
        help_text=_("Excel (.xlsx) eller CSV, högst 100 000 rader."),
        widget=FileDrop(),
        error_messages={
            "required": _("Välj en fil."),
            "empty": _("Filen är tom. Kontrollera att rätt fil är vald."),
        },
    )
    name = forms.CharField(
        label=_("Namn på inläsningen"),
        required=False,
        max_length=120,
        help_text=_("Syns i historiken, till exempel Årstapiloten hösten 2026."),
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [("", _("Känn igen den på kolumnerna")), *kinds_for(by)]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(
                _("Filen är större än %(size)s MB. Dela upp listan i flera filer.")
                % {"size": MAX_MEGABYTES}
            )
        return file


class MappingForm(forms.Form):
    """How each column of the file is understood; the person may change every one."""

    def __init__(self, *args: Any, batch: Import, headers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headers = headers
        self.kind = batch.kind
        known = columns.fields_of(batch.kind)
        choices = [("", _("Läs inte in"))] + [(one.name, one.label) for one in known]
        for place, header in enumerate(headers):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=header,
                choices=choices,
                required=False,
                initial=batch.mapping.get(header, ""),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        mapping = {
            header: cleaned[f"column_{place}"]
            for place, header in enumerate(self.headers)
            if cleaned.get(f"column_{place}")
        }
        for sentence in columns.faults_of(mapping, self.kind):
            self.add_error(None, sentence)
        cleaned["mapping"] = mapping
        return cleaned
