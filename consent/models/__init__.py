"""Texts to agree to, requests to property owners, and the consents that came of them."""

from consent.models.cases import (
    Campaign,
    CaseItem,
    CaseReminder,
    ConsentCase,
    ContactProposal,
    LeftOut,
    RecordedAnswer,
    SignCode,
)
from consent.models.consents import (
    Consent,
    ConsentCover,
    Proof,
    RecipientRefusal,
    Withdrawal,
    WithdrawalStep,
)
from consent.models.texts import ConsentText

__all__ = [
    "Campaign",
    "CaseItem",
    "CaseReminder",
    "Consent",
    "ConsentCase",
    "ConsentCover",
    "ConsentText",
    "ContactProposal",
    "LeftOut",
    "Proof",
    "RecipientRefusal",
    "RecordedAnswer",
    "SignCode",
    "Withdrawal",
    "WithdrawalStep",
]
