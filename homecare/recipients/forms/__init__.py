"""The forms of the room."""

from homecare.recipients.forms.care import (
    CommissionEndForm,
    CommissionForm,
    ContactPersonChangeForm,
    ContactPersonForm,
    DeathForm,
    EndForm,
    NameStaffForm,
    ProtectionForm,
    ReasonForm,
    RepresentativeChangeForm,
    RepresentativeForm,
)
from homecare.recipients.forms.people import (
    HomeDoorChangeForm,
    MoveForm,
    PathForm,
    RecipientChangeForm,
    RecipientFilter,
    RegisterForm,
    SearchForm,
)

__all__ = [
    "CommissionEndForm",
    "CommissionForm",
    "ContactPersonChangeForm",
    "ContactPersonForm",
    "DeathForm",
    "EndForm",
    "HomeDoorChangeForm",
    "MoveForm",
    "NameStaffForm",
    "PathForm",
    "ProtectionForm",
    "ReasonForm",
    "RecipientChangeForm",
    "RecipientFilter",
    "RegisterForm",
    "RepresentativeChangeForm",
    "RepresentativeForm",
    "SearchForm",
]
