"""Forms: label, help and fault of each field are tied to its input; a signature is a real PNG."""

import base64
import io

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from PIL import Image

from homecare.ui.forms import PNG_URL, DateInput, FileDrop, Segmented, SignatureField


class KeyForm(forms.Form):
    code = forms.CharField(label="Kod", help_text="Står på brickan.")
    note = forms.CharField(label="Anteckning", required=False)
    due_on = forms.DateField(label="Åter senast", widget=DateInput)
    answer = forms.ChoiceField(
        label="Svar", choices=[("yes", "Ja"), ("no", "Nej")], widget=Segmented
    )
    read = forms.BooleanField(label="Jag har läst avtalet")
    scan = forms.FileField(label="Papper", widget=FileDrop(attrs={"accept": ".pdf"}))
    token = forms.CharField(widget=forms.HiddenInput)


def draw(source: str, **values) -> str:
    request = RequestFactory().get("/")
    html = Template(source).render(Context({"request": request, "csrf_token": "t", **values}))
    return " ".join(html.split())


def png(size=(4, 2)) -> str:
    file = io.BytesIO()
    Image.new("RGBA", size).save(file, "PNG")
    return PNG_URL + base64.b64encode(file.getvalue()).decode()


def test_a_field_ties_label_help_and_fault_to_its_input():
    html = draw("{{ form }}", form=KeyForm({}))

    assert '<label class="field-label" for="id_code"> Kod </label>' in html
    assert 'aria-describedby="id_code_helptext id_code_error"' in html
    assert 'id="id_code_helptext"' in html
    assert 'id="id_code_error"' in html
    assert 'aria-invalid="true"' in html


def test_choices_side_by_side_are_one_group_with_its_fault():
    html = draw("{{ form.answer.as_field_group }}", form=KeyForm({}))

    assert '<fieldset class="field field-segmented has-errors" id="id_answer_field"' in html
    assert 'aria-describedby="id_answer_error"' in html
    assert html.count('type="radio"') == 2


def test_only_what_may_be_left_out_is_marked():
    html = draw("{{ form }}", form=KeyForm())

    assert html.count("(frivilligt)") == 1
    assert 'Anteckning <span class="optional">(frivilligt)</span>' in html


def test_the_summary_links_to_each_faulty_field_and_takes_the_focus():
    html = draw("{% error_summary form %}", form=KeyForm({}))

    assert 'tabindex="-1" autofocus' in html
    assert '<a href="#id_code">Kod – ' in html
    assert '<a href="#id_answer_field">Svar – ' in html
    # A field that nobody sees cannot be gone to.
    assert 'href="#id_token"' not in html


def test_a_form_without_faults_has_no_summary():
    assert draw("{% error_summary form %}", form=KeyForm()) == ""


def test_nothing_typed_is_lost():
    html = draw("{{ form }}", form=KeyForm({"code": "K7", "answer": "no", "due_on": "2030-01-31"}))

    assert 'value="K7"' in html
    assert 'value="2030-01-31"' in html
    assert 'value="no" id="id_answer_1" checked' in html


def test_a_date_is_written_as_the_browsers_calendar_reads_it():
    form = KeyForm(initial={"due_on": __import__("datetime").date(2030, 1, 31)})

    assert 'type="date" name="due_on" value="2030-01-31"' in str(form["due_on"])


def test_a_form_with_a_file_is_sent_in_parts():
    html = draw(
        "{% post_form form submit='Lämna ut' cancel_url='/nycklar/' %}{% endpost_form %}",
        form=KeyForm(),
    )

    assert 'enctype="multipart/form-data"' in html
    assert 'type="file" name="scan" accept=".pdf"' in html
    assert 'value="t"' in html
    assert "<span>Lämna ut</span>" in html
    assert 'href="/nycklar/"' in html


def test_a_form_laid_out_by_hand_keeps_its_summary_and_its_hidden_fields():
    html = draw(
        "{% post_form form %}{{ form.code.as_field_group }}{% endpost_form %}", form=KeyForm({})
    )

    assert "error-summary" in html
    assert 'type="hidden" name="token"' in html
    assert 'name="note"' not in html


@pytest.mark.parametrize("required", [True, False])
def test_a_signature_becomes_a_png(required):
    assert SignatureField(required=required).clean(png()).startswith(b"\x89PNG")


def test_a_signature_may_be_left_out_where_the_form_says_so():
    assert SignatureField(required=False).clean("") is None


@pytest.mark.parametrize(
    ("value", "says"),
    [
        pytest.param("", "Skriv under i rutan.", id="nothing"),
        pytest.param("data:image/svg+xml;base64,PHN2Zz4=", "kunde inte läsas", id="another kind"),
        pytest.param(PNG_URL + "???", "kunde inte läsas", id="not base64"),
        pytest.param(PNG_URL + "aGVq", "kunde inte läsas", id="not a picture"),
        pytest.param(png()[:-12], "kunde inte läsas", id="cut off"),
        pytest.param(png() + "A" * 400_000, "kunde inte läsas", id="too large"),
        pytest.param(png((5000, 5000)), "kunde inte läsas", id="more pixels than a pad has"),
    ],
)
def test_what_is_no_signature_is_refused(value, says):
    with pytest.raises(forms.ValidationError, match=says):
        SignatureField().clean(value)
