from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from homecare.accounts.access import account_by_email, units_where
from homecare.accounts.models import User
from homecare.core import clock
from homecare.core.forms import ChangeForm, PhoneField
from homecare.organisation.models import CareUnit
from homecare.staff.models import StaffMember
from homecare.staff.texts import AGREEMENTS, CURRENT
from homecare.ui.forms import DateInput


class UnitField(forms.ModelChoiceField):
    """A unit, by its reference. Offers those where `user` has the right."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "label": _("Enhet"),
                "queryset": CareUnit.objects.none(),
                "to_field_name": "ref",
                "empty_label": _("Välj …"),
                **kwargs,
            }
        )

    def offer(self, user: Any, right: str) -> None:
        self.queryset = units_where(user, right).order_by("name", "pk")


class StaffFilter(forms.Form):
    """What narrows the list of staff."""

    q = forms.CharField(label=_("Namn eller anställningsnummer"), required=False, max_length=100)
    unit = UnitField(required=False, empty_label=_("Alla"))
    state = forms.ChoiceField(
        label=_("Läge"),
        required=False,
        choices=[
            ("", _("Arbetar nu")),
            ("agreement", _("Arbetar nu, utan gällande avtal")),
            ("left", _("Har slutat")),
            ("all", _("Alla")),
        ],
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(user, "see_staff")  # type: ignore[attr-defined]


class StaffMemberForm(forms.Form):
    name = forms.CharField(label=_("Namn"), max_length=120)
    staff_id = forms.CharField(
        label=_("Anställningsnummer"),
        max_length=20,
        help_text=_("Som i lönesystemet. Personnummer behövs inte."),
    )
    email = forms.EmailField(label=_("E-postadress i arbetet"), required=False)
    phone = PhoneField(label=_("Telefon i arbetet"), required=False)


class StaffMemberChangeForm(ChangeForm, StaffMemberForm):
    def __init__(self, data: Any = None, *, member: StaffMember, version: str) -> None:
        values = {name: getattr(member, name) for name in StaffMemberForm.base_fields}
        super().__init__(data, values=values, version=version)


class EmploymentForm(forms.Form):
    unit = UnitField()
    starts_on = forms.DateField(label=_("Första dagen"), widget=DateInput)
    ends_on = forms.DateField(
        label=_("Sista dagen"),
        required=False,
        widget=DateInput,
        help_text=_("Lämna tomt om anställningen gäller tills vidare."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.offer(user, "change_staff")
        field.queryset = field.queryset.open_on(clock.today())
        self.fields["starts_on"].initial = clock.today


class NewStaffMemberForm(EmploymentForm, StaffMemberForm):
    """Somebody new, with the first employment."""

    field_order = ["name", "staff_id", "email", "phone", "unit", "starts_on", "ends_on"]


class EndForm(forms.Form):
    ends_on = forms.DateField(label=_("Sista dagen"), widget=DateInput)
    reason = forms.CharField(label=_("Motivering"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].initial = clock.today


class PaperAgreementForm(forms.Form):
    version = forms.ChoiceField(
        label=_("Version"), choices=[(one.version, one.version) for one in AGREEMENTS]
    )
    on = forms.DateField(label=_("Undertecknat"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = CURRENT.version
        self.fields["on"].initial = clock.today


class OwnAgreementForm(forms.Form):
    """The care worker's own yes. The version is sent along: it says which words were read."""

    version = forms.CharField(widget=forms.HiddenInput)
    has_read = forms.BooleanField(
        label=_("Jag har läst avtalet och lovar att följa det."),
        error_messages={"required": _("Kryssa i att du har läst avtalet.")},
    )

    def clean_version(self) -> str:
        version: str = self.cleaned_data["version"]
        if version != CURRENT.version:
            raise ValidationError(_("Avtalet har ändrats. Ladda om sidan och läs den nya texten."))
        return version


class ConnectForm(forms.Form):
    email = forms.EmailField(label=_("Kontots e-postadress"))

    def __init__(self, *args: Any, giver: Any, **kwargs: Any) -> None:
        self.giver = giver
        super().__init__(*args, **kwargs)

    def clean_email(self) -> User:
        account = account_by_email(self.giver, self.cleaned_data["email"])
        if account is None:
            raise ValidationError(_("Du når inget konto med den adressen."))
        return account
