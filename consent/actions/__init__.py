"""Everything that changes a consent or a request for one."""

from consent.actions.answers import AlreadyAnswered, Answer, LinkClosed, answer_case
from consent.actions.campaigns import (
    ask_to_send,
    draw_up_campaign,
    leave_out,
    put_back,
    resume_campaigns,
    send_campaign,
)
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
from consent.actions.confirmations import ask_to_confirm, confirm_consent, confirm_on_page
from consent.actions.digest import send_digests
from consent.actions.owner_page import (
    propose_contact,
    refuse_proposal,
    save_draft,
    send_new_link,
    take_proposal,
    withdraw_on_page,
    withdrawable_entrances,
)
from consent.actions.owners import end_owner_consent, record_owner_consent
from consent.actions.recipients import (
    end_recipient_consent,
    record_objection,
    record_recipient_answer,
    record_recipient_consent,
    record_recipient_refusal,
)
from consent.actions.recorded import (
    answers_of,
    approve_answer,
    items_of,
    record_answer,
    refuse_answer,
)
from consent.actions.reminders import remind_owners
from consent.actions.signing import check_sign_code, must_sign, send_sign_code
from consent.actions.take_over import ask_new_owners
from consent.actions.texts import (
    agreed,
    approve_text,
    change_draft,
    draft_text,
    ensure_texts,
    has_written_in,
    remove_draft,
)
from consent.actions.withdrawals import open_withdrawal, take_step

__all__ = [
    "AlreadyAnswered",
    "Answer",
    "LinkClosed",
    "agreed",
    "answer_case",
    "answers_of",
    "approve_answer",
    "approve_text",
    "ask_and_send",
    "ask_new_owners",
    "ask_owner",
    "ask_to_confirm",
    "ask_to_send",
    "askable_items",
    "cancel_case",
    "cancel_if_needless",
    "change_draft",
    "check_sign_code",
    "confirm_consent",
    "confirm_on_page",
    "draft_text",
    "draw_up_campaign",
    "end_owner_consent",
    "end_recipient_consent",
    "ensure_texts",
    "has_written_in",
    "items_of",
    "leave_out",
    "must_sign",
    "open_withdrawal",
    "preview_of_request",
    "propose_contact",
    "put_back",
    "record_answer",
    "record_objection",
    "record_owner_consent",
    "record_recipient_answer",
    "record_recipient_consent",
    "record_recipient_refusal",
    "refuse_answer",
    "refuse_proposal",
    "remind_owners",
    "remove_draft",
    "resume_campaigns",
    "save_draft",
    "send_again",
    "send_campaign",
    "send_case",
    "send_digests",
    "send_new_link",
    "send_sign_code",
    "take_proposal",
    "take_step",
    "withdraw_on_page",
    "withdrawable_entrances",
]
