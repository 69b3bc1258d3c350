"""The shapes of input."""

from consent.forms.answer import AnswerForm, ItemFields
from consent.forms.campaigns import CampaignForm, LeaveOutForm
from consent.forms.fields import (
    NO_REASON,
    ReasonField,
    ScanField,
    SometimesField,
    SometimesSignatureField,
)
from consent.forms.office import (
    AreaFilter,
    AskForm,
    CaseFilter,
    ConsentFilter,
    CoverageFilter,
    OwnerConsentForm,
    ReasonForm,
)
from consent.forms.owner_page import CodeForm, ContactForm, ShortCodeForm, WithdrawForm
from consent.forms.recipients import (
    FIRST_QUESTIONS,
    OF_RECIPIENTS,
    YES_OR_NO,
    RecipientConsentForm,
    RecipientEndForm,
)
from consent.forms.recorded import CheckForm, RecordedAnswerForm
from consent.forms.texts import TextForm

__all__ = [
    "FIRST_QUESTIONS",
    "NO_REASON",
    "OF_RECIPIENTS",
    "YES_OR_NO",
    "AnswerForm",
    "AreaFilter",
    "AskForm",
    "CampaignForm",
    "CaseFilter",
    "CheckForm",
    "CodeForm",
    "ConsentFilter",
    "ContactForm",
    "CoverageFilter",
    "ItemFields",
    "LeaveOutForm",
    "OwnerConsentForm",
    "ReasonField",
    "ReasonForm",
    "RecipientConsentForm",
    "RecipientEndForm",
    "RecordedAnswerForm",
    "ScanField",
    "ShortCodeForm",
    "SometimesField",
    "SometimesSignatureField",
    "TextForm",
    "WithdrawForm",
]
