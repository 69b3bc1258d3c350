"""Texts to agree to, requests to property owners, and the consents that came of them."""

from consent.models.cases import CaseItem, CaseReminder, ConsentCase
from consent.models.consents import Consent, ConsentCover, Proof, RecipientRefusal
from consent.models.texts import ConsentText

__all__ = [
    "CaseItem",
    "CaseReminder",
    "Consent",
    "ConsentCase",
    "ConsentCover",
    "ConsentText",
    "Proof",
    "RecipientRefusal",
]
