"""All that changes a lock, an order or a key. One import: `from locks import actions`."""

from locks.actions.failed import order_new_visit, take_down
from locks.actions.fitting import (
    AlreadyRecorded,
    WrongSerial,
    put_in_operation,
    record_fitting,
    record_not_possible,
    record_removal,
    record_test,
)
from locks.actions.handouts import (
    KeyNotAvailable,
    hand_out_keys,
    return_key,
    reverse_receipt,
)
from locks.actions.keys import change_key, destroy_key, give_back_key, register_key
from locks.actions.models import add_lock_model, change_lock_model
from locks.actions.orders import (
    TechnicianBusy,
    book_order,
    cancel_order,
    order_fitting,
    order_removal,
    react_to_lost_consents,
    read_conditions,
    unbook_order,
)

__all__ = [
    "AlreadyRecorded",
    "KeyNotAvailable",
    "TechnicianBusy",
    "WrongSerial",
    "add_lock_model",
    "book_order",
    "cancel_order",
    "change_key",
    "change_lock_model",
    "destroy_key",
    "give_back_key",
    "hand_out_keys",
    "order_fitting",
    "order_new_visit",
    "order_removal",
    "put_in_operation",
    "react_to_lost_consents",
    "read_conditions",
    "record_fitting",
    "record_not_possible",
    "record_removal",
    "record_test",
    "register_key",
    "return_key",
    "reverse_receipt",
    "take_down",
    "unbook_order",
]
