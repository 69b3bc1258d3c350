"""Everything that changes a consent or a request for one."""

from consent.actions.answers import AlreadyAnswered, Answer, LinkClosed, answer_case
from consent.actions.cases import (
    ask_and_send,
    ask_owner,
    askable_items,
    cancel_case,
    cancel_if_needless,
    preview_of_request,
    send_again,
    send_case,
)
from consent.actions.owners import end_owner_consent, record_owner_consent
from consent.actions.recipients import (
    end_recipient_consent,
    record_recipient_consent,
    record_recipient_refusal,
)
from consent.actions.reminders import remind_owners
from consent.actions.texts import (
    approve_text,
    change_draft,
    draft_text,
    ensure_texts,
    has_written_in,
    remove_draft,
)

__all__ = [
    "AlreadyAnswered",
    "Answer",
    "LinkClosed",
    "answer_case",
    "approve_text",
    "ask_and_send",
    "ask_owner",
    "askable_items",
    "cancel_case",
    "cancel_if_needless",
    "change_draft",
    "draft_text",
    "end_owner_consent",
    "end_recipient_consent",
    "ensure_texts",
    "has_written_in",
    "preview_of_request",
    "record_owner_consent",
    "record_recipient_consent",
    "record_recipient_refusal",
    "remind_owners",
    "remove_draft",
    "send_again",
    "send_case",
]
