"""What the start page and a person's page show."""

from homecare.desk.queries.chains import (
    STAGE_TONES,
    asks_the_person,
    doors,
    nearest,
    next_step,
    overview,
    stage_bars,
    strip,
    waits_for_others,
    what_it_waits_for,
)
from homecare.desk.queries.worklist import late_handouts, locks_without_consent, worklist

__all__ = [
    "STAGE_TONES",
    "asks_the_person",
    "doors",
    "late_handouts",
    "locks_without_consent",
    "nearest",
    "next_step",
    "overview",
    "stage_bars",
    "strip",
    "waits_for_others",
    "what_it_waits_for",
    "worklist",
]
