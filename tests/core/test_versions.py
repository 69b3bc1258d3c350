"""Two people change the same thing."""

import pytest
from django import forms
from django.http import QueryDict

from homecare.core.errors import RuleBroken
from homecare.core.forms import ChangeForm, PhoneField, PostalCodeField, carry_out
from homecare.core.models import save_as
from homecare.core.versions import ChangedMeanwhile, refuse_if_changed, version_of
from properties.models import OwnerKind, PropertyOwner
from tests import make


class OwnerForm(ChangeForm):
    name = forms.CharField()
    kind = forms.ChoiceField(choices=OwnerKind)
    city = forms.CharField(required=False)
    do_not_contact = forms.BooleanField(required=False)
    personal_number = forms.CharField(required=False)


NAMES = ["name", "kind", "city", "do_not_contact"]


def shown_form(owner, data=None):
    """The form for the owner as the page makes it anew at each request."""
    fresh = PropertyOwner.objects.get(pk=owner.pk)
    values = {name: getattr(fresh, name) for name in NAMES}
    return OwnerForm(data, values=values, version=version_of(fresh))


def sent(form, **typed):
    """What the browser sends of a form that was shown."""
    data = QueryDict(mutable=True)
    for name in form.fields:
        if value := {**form.initial, **typed}.get(name):
            data[name] = value
    return data


def change(owner, by=None, **values):
    fresh = PropertyOwner.objects.get(pk=owner.pk)
    for name, value in values.items():
        setattr(fresh, name, value)
    return save_as(fresh, by)


@pytest.mark.django_db
def test_who_has_seen_the_newest_version_may_go_on():
    owner = make.owner()

    refuse_if_changed(owner, version_of(owner))


@pytest.mark.django_db
def test_who_has_seen_no_version_may_go_on():
    refuse_if_changed(make.owner(), None)


@pytest.mark.django_db
def test_saving_without_a_change_is_no_change():
    owner = make.owner()
    seen = version_of(owner)
    change(owner)

    refuse_if_changed(owner, seen)


@pytest.mark.django_db
@pytest.mark.parametrize("seen", ["", "nonsense", "0"])
def test_a_version_that_never_was_is_an_old_one(seen):
    with pytest.raises(ChangedMeanwhile):
        refuse_if_changed(make.owner(), seen)


@pytest.mark.django_db
def test_the_later_of_two_is_told_by_whom_and_what():
    owner = make.owner(name="A")
    seen = version_of(owner)
    change(owner, make.user(name="Anna Berg"), name="B")

    with pytest.raises(ChangedMeanwhile, match="ändrade Anna Berg samma sak") as refused:
        refuse_if_changed(owner, seen)

    assert refused.value.fields == {"name"}
    assert refused.value.version == version_of(owner)


@pytest.mark.django_db
def test_parts_have_a_version_together():
    door = make.home_door()
    seen = version_of(door.path)
    door.path.get().delete()

    with pytest.raises(ChangedMeanwhile):
        refuse_if_changed(door.path, seen)


@pytest.mark.django_db
def test_the_form_keeps_what_was_typed_and_shows_what_the_others_wrote():
    owner = make.owner(name="A", kind="company", city="Årsta")
    first_page = shown_form(owner)
    change(owner, name="B", kind="person", do_not_contact=True, personal_number="191212121212")

    form = shown_form(owner, sent(first_page, name="C"))
    assert form.is_valid()
    assert not carry_out(form, lambda: refuse_if_changed(owner, form.seen))

    assert {name: list(errors) for name, errors in form.errors.items() if name != "__all__"} == {
        "name": ["Nu står det: B"],
        "kind": ["Nu står det: Privatperson"],
        "do_not_contact": ["Nu står det: ja"],
        "personal_number": ["Någon annan har ändrat den här uppgiften."],
    }
    assert form["name"].value() == "C"
    assert form["version"].value() == version_of(owner)


@pytest.mark.django_db
def test_the_next_try_writes_over_what_the_others_wrote():
    owner = make.owner(name="A")
    first_page = shown_form(owner)
    change(owner, name="B")
    refused = shown_form(owner, sent(first_page, name="C"))
    refused.is_valid()
    carry_out(refused, lambda: refuse_if_changed(owner, refused.seen))

    again = shown_form(owner, refused.data)

    assert again.is_valid()
    assert again.seen == version_of(owner)
    assert again.values["name"] == "C"


def test_a_broken_rule_stands_on_the_form():
    def act():
        raise RuleBroken("Det går inte.")

    form = forms.Form({})

    assert form.is_valid()
    assert carry_out(form, act) is None
    assert form.non_field_errors() == ["Det går inte."]


def test_a_number_is_cleaned_to_what_is_saved_and_shown_as_people_write_it():
    class Numbers(forms.Form):
        phone = PhoneField(required=False)
        code = PostalCodeField()

    form = Numbers({"phone": "070 174 06 05", "code": "12054"})

    assert form.is_valid()
    assert form.cleaned_data == {"phone": "+46701740605", "code": "12054"}
    assert Numbers(initial={"phone": "+46701740605"})["phone"].value() == "070-174 06 05"
    assert form["phone"].value() == "070 174 06 05"
    assert Numbers({"phone": "", "code": "x"}).errors == {
        "code": ["Det här är inget svenskt postnummer. Skriv fem siffror, som 120 54."]
    }


class SecretForm(ChangeForm):
    code = forms.CharField()
    name = forms.CharField()
    secrets = {"code": "Ta bort koden"}


@pytest.mark.parametrize(
    ("sent", "code"), [({}, None), ({"code": "1"}, "1"), ({"code_gone": "on"}, "")]
)
def test_a_secret_is_kept_renewed_or_taken_away(sent, code):
    form = SecretForm({"name": "A", **sent}, values={"name": "A"}, version="1", kept=["code"])

    assert form.is_valid()
    assert form.values == {"name": "A", "code": code}
    assert [*form.fields] == ["version", "code", "code_gone", "name"]


def test_there_is_nothing_to_take_away_where_there_is_no_secret():
    form = SecretForm({"name": "A", "code_gone": "on"}, values={}, version="1")

    assert form.is_valid()
    assert form.values == {"name": "A", "code": None}
