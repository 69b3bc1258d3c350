from typing import Any

from django import forms
from django.contrib.auth import authenticate, password_validation
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from homecare.accounts import throttle
from homecare.accounts.access import ASSIGN, may_everywhere, rights_of, units_where
from homecare.accounts.models import Scope, User
from homecare.accounts.roles import PRIVILEGED, Role
from homecare.core import clock, facts
from homecare.core.forms import ChangeForm
from homecare.organisation.models import CareUnit, District, Provider
from homecare.ui.forms import DateInput, Segmented

PASSWORD_HELP = _(
    "Minst 12 tecken. Tre eller fyra ord som bara du kommer på är både starkt och lätt att minnas."
)


class SignInForm(AuthenticationForm):
    """E-mail address and password. One sentence answers whatever was wrong with them."""

    error_messages = {
        "invalid_login": _(
            "E-postadressen och lösenordet hör inte ihop, eller så är kontot spärrat. Försök igen, "
            "eller fråga din chef."
        ),
        "throttled": _("För många försök. Vänta en kvart och försök igen."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = forms.EmailField(
            label=_("E-postadress"),
            max_length=254,
            widget=forms.EmailInput(attrs={"autofocus": True, "autocomplete": "username"}),
        )
        self.fields["password"].label = _("Lösenord")

    def clean(self) -> dict[str, Any]:
        email, password = (self.cleaned_data.get(name) for name in ("username", "password"))
        if not email or not password:
            return self.cleaned_data
        if throttle.is_blocked(email, facts.current.get().address):
            raise ValidationError(self.error_messages["throttled"], code="throttled")
        # Unknown, wrong and blocked each cost one hashing in Django's backend.
        self.user_cache = authenticate(self.request, username=email, password=password)
        if self.user_cache is None:
            raise ValidationError(self.error_messages["invalid_login"], code="invalid_login")
        return self.cleaned_data


class NewPasswordForm(forms.Form):
    """A new password, for the account it belongs to."""

    password = forms.CharField(
        label=_("Nytt lösenord"),
        strip=False,
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Samma lösenord igen"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.account)
        return password

    def clean(self) -> dict[str, Any]:
        password, again = (self.cleaned_data.get(name) for name in ("password", "again"))
        if password and again and password != again:
            self.add_error("again", _("Lösenorden är inte lika. Skriv samma två gånger."))
        return self.cleaned_data


class OwnPasswordForm(NewPasswordForm):
    """A change of password, with the old one to show that it is the account's owner."""

    old = forms.CharField(
        label=_("Nuvarande lösenord"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["old", "password", "again"]

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.account.check_password(old):
            raise ValidationError(_("Det är inte ditt nuvarande lösenord."))
        return old


# Each language by its own name: whoever looks for it may not read the other.
LANGUAGES = [(code, get_language_info(code)["name_local"].capitalize()) for code in ("sv", "en")]


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        label=_("Språk"), choices=LANGUAGES, widget=Segmented(choices=LANGUAGES)
    )


class AccountFilter(forms.Form):
    """What narrows the list of accounts."""

    q = forms.CharField(label=_("Namn eller e-postadress"), required=False, max_length=100)
    role = forms.ChoiceField(label=_("Roll"), required=False)
    state = forms.ChoiceField(
        label=_("Läge"),
        required=False,
        choices=[("", _("Alla")), ("active", _("Kan logga in")), ("blocked", _("Spärrade"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("Alla")), *Role.choices]  # type: ignore[attr-defined]


class PlaceField(forms.ChoiceField):
    """Where a role holds, in one list: the whole municipality, an area, a provider or a unit.

    Offers the places that `giver` reaches; cleaned to the arguments of `assign_role`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Gäller för"), **kwargs)

    def offer(self, giver: Any) -> None:
        rights = rights_of(giver)
        everywhere = may_everywhere(giver, ASSIGN)
        units = units_where(giver, ASSIGN).open_on(clock.today())  # type: ignore[attr-defined]
        districts = District.objects.all()
        providers = Provider.objects.all()
        if not everywhere:
            districts = districts.filter(pk__in=rights.in_districts.get(ASSIGN, set()))
            providers = providers.filter(pk__in=rights.in_providers.get(ASSIGN, set()))
        self.places: dict[str, tuple[Scope, CareUnit | Provider | District | None]] = {}
        groups: list[Any] = [("", _("Välj …"))]
        if everywhere:
            self.places["whole"] = (Scope.WHOLE, None)
            groups.append(("whole", Scope.WHOLE.label))
        for scope, heading, rows in (
            (Scope.UNIT, _("Enheter"), units),
            (Scope.DISTRICT, _("Stadsdelsområden"), districts),
            (Scope.PROVIDER, _("Utförare"), providers),
        ):
            choices = []
            for row in rows:
                value = f"{scope}:{row.ref}"
                self.places[value] = (scope, row)
                choices.append((value, row.name))
            if choices:
                groups.append((heading, choices))
        self.choices = groups

    def clean(self, value: Any) -> dict[str, Any]:
        scope, place = self.places[super().clean(value)]
        return {"scope": scope, str(scope): place} if place else {"scope": scope}


class RoleForm(forms.Form):
    """A role to give: which, where, from when and why."""

    role = forms.ChoiceField(label=_("Roll"))
    place = PlaceField()
    starts_on = forms.DateField(label=_("Från och med"), widget=DateInput)
    ends_on = forms.DateField(
        label=_("Till och med"),
        required=False,
        widget=DateInput,
        help_text=_("Lämna tomt om rollen gäller tills vidare."),
    )
    reason = forms.CharField(
        label=_("Motivering"),
        max_length=200,
        help_text=_("Varför behövs rollen i arbetet?"),
    )

    def __init__(self, *args: Any, giver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everywhere = may_everywhere(giver, ASSIGN)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", _("Välj …")),
            *(one for one in Role.choices if everywhere or one[0] not in PRIVILEGED),
        ]
        self.fields["place"].offer(giver)  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = clock.today

    @property
    def to_assign(self) -> dict[str, Any]:
        """The cleaned form as the arguments of `assign_role`."""
        cleaned = dict(self.cleaned_data)
        place = cleaned.pop("place")
        return {**cleaned, **place}


class AccountForm(forms.Form):
    name = forms.CharField(label=_("Namn"), max_length=120)
    email = forms.EmailField(
        label=_("E-postadress"),
        help_text=_("Personens egen adress i arbetet. Den är också inloggningsnamnet."),
    )


class AccountChangeForm(ChangeForm, AccountForm):
    """The name and the address of an account."""

    def __init__(self, *args: Any, may_change_email: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_change_email:
            self.fields["email"].disabled = True
            self.fields["email"].help_text = gettext(
                "Kontot används. Be en systemförvaltare om personen ska ha en annan adress."
            )


class NewAccountForm(RoleForm, AccountForm):
    """An account and its first role: without one the account can do nothing."""

    field_order = ["name", "email", "role", "place", "starts_on", "ends_on", "reason"]

    @property
    def to_assign(self) -> dict[str, Any]:
        given = super().to_assign
        return {name: given[name] for name in given if name not in {"name", "email"}}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Motivering"), max_length=200)
