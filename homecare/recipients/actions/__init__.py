"""Everything that changes a recipient, the home, the care and who is close."""

from homecare.recipients.actions.care import (
    end_commission,
    record_death,
    start_commission,
    take_back_death,
)
from homecare.recipients.actions.homes import NewHome, change_home, move
from homecare.recipients.actions.near import (
    add_contact_person,
    add_representative,
    change_contact_person,
    change_representative,
    end_contact_person,
    end_representative,
)
from homecare.recipients.actions.people import (
    AlreadyRegistered,
    change_recipient,
    register_recipient,
)
from homecare.recipients.actions.protection import change_protection, end_grant, name_staff

__all__ = [
    "AlreadyRegistered",
    "NewHome",
    "add_contact_person",
    "add_representative",
    "change_contact_person",
    "change_home",
    "change_protection",
    "change_recipient",
    "change_representative",
    "end_commission",
    "end_contact_person",
    "end_grant",
    "end_representative",
    "move",
    "name_staff",
    "record_death",
    "register_recipient",
    "start_commission",
    "take_back_death",
]
