"""Valid objects for tests: one function per model. A test states only what it is about."""

import base64
import io
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count

from PIL import Image

from consent.models import Consent, ConsentCase, ConsentCover, ConsentText
from consent.states import CaseState, ConsentForm, ConsentKind
from homecare.accounts import actions as account_actions
from homecare.accounts.models import Scope, User
from homecare.accounts.roles import PRIVILEGED
from homecare.core import clock
from homecare.core.models import save_as
from homecare.organisation.models import CareUnit, District, Provider, ProviderKind
from homecare.recipients.models import Commission, NamedGrant, Recipient, Representative, Residence
from homecare.staff.models import Employment, StaffMember, UserAgreement
from locks import codes
from locks.models import (
    FallbackKind,
    FallbackRoute,
    Handout,
    Installation,
    Key,
    KeyKind,
    KeySlip,
    LockKind,
    LockModel,
    LockUnit,
    Receipt,
    SlipKind,
    WorkOrder,
)
from locks.states import InstallationState, OrderKind, OrderState, TestPoint
from properties.models import (
    DoorPath,
    Entrance,
    HomeDoor,
    OwnerContact,
    OwnerKind,
    Ownership,
    Property,
    PropertyOwner,
)

LONG_AGO = date(2020, 1, 1)
SOME_MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday morning
PASSWORD = "en lång mening att minnas"

_numbers = count(1)


def personal_number() -> str:
    """A valid personnummer (12 digits, 1930s), never the same twice in a run."""
    n = next(_numbers)
    born = date(1930, 1, 1) + timedelta(days=n // 900)
    digits = f"{born:%y%m%d}{100 + n % 900:03d}"
    total = sum(
        sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10))
        for place, digit in enumerate(digits)
    )
    return f"19{digits}{-total % 10}"


@lru_cache(maxsize=1)
def png() -> bytes:
    """A drawn signature: a small picture with a line in it."""
    picture = Image.new("RGB", (120, 40), "white")
    for x in range(10, 110):
        picture.putpixel((x, 20 + (x * 7) % 11 - 5), (0, 0, 0))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def signature() -> str:
    """A drawn signature as the page sends it."""
    return "data:image/png;base64," + base64.b64encode(png()).decode()


# --- organisation and accounts -------------------------------------------------------------------


def district(**given):
    n = next(_numbers)
    return save_as(District(**{"code": f"D{n}", "name": f"Område {n}", **given}), None)


def provider(**given):
    n = next(_numbers)
    return save_as(
        Provider(**{"name": f"Utförare {n}", "kind": ProviderKind.MUNICIPAL, **given}), None
    )


def unit(**given):
    n = next(_numbers)
    given.setdefault("provider", None)
    given["provider"] = given["provider"] or provider()
    return save_as(CareUnit(**{"code": f"E{n}", "name": f"Enhet {n}", **given}), None)


def user(
    role=None,
    in_unit=None,
    *,
    scope=None,
    starts_on=LONG_AGO,
    ends_on=None,
    has_password=True,
    **given,
):
    """An account; with `role` in a unit (or in the whole municipality when no unit is given).

    A privileged role is always for the whole municipality.
    """
    n = next(_numbers)
    if role in PRIVILEGED:
        in_unit = None
    made = User(**{"email": f"konto{n}@example.se", "name": f"Konto {n}", **given})
    if has_password:
        made.set_password(PASSWORD)
    else:
        made.set_unusable_password()
    save_as(made, None)
    if role:
        assignment(made, role, in_unit, scope=scope, starts_on=starts_on, ends_on=ends_on)
    return User.objects.get(pk=made.pk)


def assignment(user, role, in_unit=None, *, scope=None, starts_on=LONG_AGO, ends_on=None):
    """One more role for an account."""
    return account_actions.assign_role(
        user=user,
        role=role,
        scope=scope or (Scope.UNIT if in_unit else Scope.WHOLE),
        unit=in_unit,
        by=None,
        reason="Behövs i arbetet",
        starts_on=starts_on,
        ends_on=ends_on,
    )


def staff_member(unit=None, *, starts_on=LONG_AGO, ends_on=None, agreement=True, **given):
    """A staff member employed in `unit`, who has accepted the user agreement."""
    n = next(_numbers)
    member = save_as(
        StaffMember(
            **{
                "staff_id": f"M{n:05d}",
                "name": f"Medarbetare {n}",
                "email": f"medarbetare{n}@example.se",
                **given,
            }
        ),
        None,
    )
    employment(staff_member=member, unit=unit, starts_on=starts_on, ends_on=ends_on)
    if agreement:
        save_as(UserAgreement(staff_member=member, version="2026-1", accepted_on=LONG_AGO), None)
    return member


def employment(unit=None, **given):
    given.setdefault("starts_on", LONG_AGO)
    return save_as(Employment(unit=unit or globals()["unit"](), **given), None)


# --- properties ----------------------------------------------------------------------------------


def owner(*, email=None, **given):
    """A property owner with a contact to write to."""
    n = next(_numbers)
    made = save_as(
        PropertyOwner(**{"name": f"Fastighets AB {n}", "kind": OwnerKind.PUBLIC_HOUSING, **given}),
        None,
    )
    save_as(
        OwnerContact(
            owner=made,
            name=f"Förvaltare {n}",
            email=f"agare{n}@example.se" if email is None else email,
            starts_on=LONG_AGO,
        ),
        None,
    )
    return made


def real_property(owner=None, *, owned_from=LONG_AGO, **given):
    n = next(_numbers)
    made = save_as(Property(**{"designation": f"Skogen 1:{n}", **given}), None)
    save_as(
        Ownership(real_property=made, owner=owner or globals()["owner"](), starts_on=owned_from),
        None,
    )
    return made


def entrance(real_property=None, *, owner=None, **given):
    n = next(_numbers)
    return save_as(
        Entrance(
            **{
                "real_property": real_property or globals()["real_property"](owner),
                "address": f"Provgatan {n}",
                "postal_code": "12050",
                "city": "Årsta",
                **given,
            }
        ),
        None,
    )


def home_door(*entrances, **given):
    """A home door behind the given entrances (one of its own when none are given)."""
    path = entrances or (entrance(),)
    n = next(_numbers)
    door = save_as(
        HomeDoor(
            **{
                "real_property": path[-1].real_property,
                "address": path[-1].address,
                "postal_code": path[-1].postal_code,
                "city": path[-1].city,
                "apartment_number": f"{10 + n // 99 % 90}{1 + n % 99:02d}",  # no flat ends in 00
                **given,
            }
        ),
        None,
    )
    for position, one in enumerate(path, start=1):
        save_as(DoorPath(home_door=door, entrance=one, position=position), None)
    return door


# --- recipients ----------------------------------------------------------------------------------


def recipient(unit=None, *, home=None, starts_on=LONG_AGO, ends_on=None, **given):
    """A recipient cared for by `unit`, who lives behind `home` (a door of its own if not given)."""
    n = next(_numbers)
    made = save_as(
        Recipient(
            **{
                "personal_number": personal_number(),
                "first_name": f"Ada{n}",
                "last_name": f"Lund{n}",
                **given,
            }
        ),
        None,
    )
    save_as(
        Commission(
            recipient=made,
            unit=unit or globals()["unit"](),
            starts_on=starts_on,
            ends_on=ends_on,
        ),
        None,
    )
    save_as(Residence(recipient=made, home_door=home or home_door(), starts_on=starts_on), None)
    return made


def named_grant(recipient, user, **given):
    return save_as(
        NamedGrant(
            **{
                "recipient": recipient,
                "user": user,
                "reason": "Arbetar med personen",
                "starts_on": LONG_AGO,
                **given,
            }
        ),
        None,
    )


def representative(recipient, **given):
    return save_as(
        Representative(
            **{
                "recipient": recipient,
                "kind": "good_man",
                "name": "Gunnar God",
                "evidence": "Förordnande",
                "evidence_seen_on": LONG_AGO,
                "own_view": "agrees",
                "starts_on": LONG_AGO,
                **given,
            }
        ),
        None,
    )


# --- consent -------------------------------------------------------------------------------------


def consent_text(party="owner", **given):
    n = next(_numbers)
    return ConsentText.objects.create(
        **{
            "party": party,
            "language": "sv",
            "version": f"prov-{n}",
            "title": "Medgivande till lås",
            "body": "Vi ber om ditt medgivande.",
            "sha256": "0" * 64,
            "valid_from": LONG_AGO,
            "state": "approved",
            "approved_at": SOME_MOMENT,
            **given,
        }
    )


def owner_consent(owner, *covered, everything=False, **given):
    """An owner's yes in force: to the entrances and properties given, or to everything."""
    made = save_as(
        Consent(
            **{
                "kind": ConsentKind.FITTING_ENTRANCE,
                "owner": owner,
                "covers_all_of_owner": everything,
                "text": given.pop("text", None) or consent_text(),
                "form": ConsentForm.PAPER,
                "given_by_name": "Bo Ägare",
                "given_at": SOME_MOMENT,
                "starts_on": LONG_AGO,
                **given,
            }
        ),
        None,
    )
    for thing in covered:
        field = {Entrance: "entrance", HomeDoor: "home_door", Property: "real_property"}
        save_as(ConsentCover(consent=made, **{field[type(thing)]: thing}), None)
    return made


def recipient_consent(recipient, **given):
    """The recipient's own yes in force."""
    return save_as(
        Consent(
            **{
                "kind": ConsentKind.FITTING_HOME,
                "recipient": recipient,
                "text": given.pop("text", None) or consent_text("recipient"),
                "form": ConsentForm.SIGNED_ON_SCREEN,
                "given_by_name": recipient.name,
                "given_at": SOME_MOMENT,
                "starts_on": LONG_AGO,
                **given,
            }
        ),
        None,
    )


def case(owner=None, *entrances, state=CaseState.DRAFT, **given):
    """A request to an owner about entrances (one of the owner's when none are given)."""
    owner = owner or globals()["owner"]()
    sent = state != CaseState.DRAFT
    made = save_as(
        ConsentCase(
            **{
                "owner": owner,
                "text": given.pop("text", None) or consent_text(),
                "handler": given.pop("handler", None) or user(),
                "state": state,
                "created_at": SOME_MOMENT,
                "sent_at": SOME_MOMENT if sent else None,
                "link_number": 1 if sent else 0,
                "answer_by_on": date(2026, 3, 23) if sent else None,
                **given,
            }
        ),
        None,
    )
    for one in entrances or (entrance(owner=owner),):
        save_as(made.items.model(case=made, entrance=one), None)
    return made


# --- locks ---------------------------------------------------------------------------------------


def lock_model(**given):
    n = next(_numbers)
    return save_as(
        LockModel(**{"supplier": "Provlås", "name": f"M{n}", "kind": LockKind.CYLINDER, **given}),
        None,
    )


def lock_model_for(door, **given):
    """A product of the sort that such a door takes."""
    kind = LockKind.ENTRANCE_UNIT if isinstance(door, Entrance) else LockKind.CYLINDER
    return lock_model(**{"kind": kind, **given})


def lock_unit(**given):
    n = next(_numbers)
    given.setdefault("model", None)
    given["model"] = given["model"] or lock_model()
    return save_as(LockUnit(**{"serial": f"S{n:06d}", **given}), None)


def door_of(thing) -> dict:
    """The door as fields: an entrance or a home door."""
    return {"entrance": thing} if isinstance(thing, Entrance) else {"home_door": thing}


def order(door=None, **given):
    return save_as(
        WorkOrder(
            **{
                "kind": OrderKind.FITTING,
                "ordered_at": SOME_MOMENT,
                **door_of(door or entrance()),
                **given,
            }
        ),
        None,
    )


def booked_order(door=None, *, technician, on=None, **given):
    return order(
        door,
        state=OrderState.BOOKED,
        assigned_to=technician,
        booked_on=on or clock.today(),
        **given,
    )


def installation(door=None, *, in_operation=False, **given):
    """A lock on a door, fitted and signed with every test passed; in operation if asked."""
    door = door or entrance()
    by = given.pop("fitted_by", None) or user()
    return save_as(
        Installation(
            **{
                "unit": given.pop("unit", None) or lock_unit(),
                "order": given.pop("order", None)
                or order(door, state=OrderState.DONE, finished_at=SOME_MOMENT),
                "fitted_at": SOME_MOMENT,
                "fitted_by": by,
                "tests_passed": [str(point) for point in TestPoint],
                "signed_at": SOME_MOMENT,
                "state": InstallationState.IN_OPERATION
                if in_operation
                else InstallationState.FITTED,
                "in_operation_at": SOME_MOMENT if in_operation else None,
                **door_of(door),
                **given,
            }
        ),
        None,
    )


def fallback(home_door, **given):
    return save_as(
        FallbackRoute(**{"home_door": home_door, "kind": FallbackKind.SPARE_KEY, **given}), None
    )


def key(unit=None, recipient=None, **given):
    n = next(_numbers)
    unit = unit or globals()["unit"]()
    return save_as(
        Key(
            **{
                "code": codes.generate(),
                "kind": KeyKind.METAL,
                "unit": unit,
                "recipient": recipient or globals()["recipient"](unit),
                "cabinet": "Skåp A",
                "hook": str(n % 90),
                "received_on": LONG_AGO,
                **given,
            }
        ),
        None,
    )


def key_slip(key, **given):
    """What somebody signed when the key was taken in."""
    made = KeySlip(
        **{
            "key": key,
            "kind": SlipKind.RECEIVED,
            "name": key.recipient.name,
            "signature": png(),
            "signed_at": SOME_MOMENT,
            "recorded_by": user(),
            **given,
        }
    )
    made.seal()
    made.save()
    return made


def receipt(staff_member, unit, *keys, **given):
    """A receipt that `staff_member` signed for these keys."""
    n = next(_numbers)
    made = Receipt(
        **{
            "number": n,
            "staff_member": staff_member,
            "unit": unit,
            "duties": "Nyckeln bärs på kroppen.",
            "signature": png(),
            "signed_at": SOME_MOMENT,
            "handed_out_by": given.pop("handed_out_by", None) or user(),
            **given,
        }
    )
    made.seal((key, SOME_MOMENT + timedelta(hours=8)) for key in keys)
    made.save()
    return made


def handout(key=None, to=None, **given):
    """A key that is out, against a signed receipt."""
    key = key or globals()["key"]()
    to = to or staff_member(key.unit)
    by = given.pop("by", None) or user()
    return save_as(
        Handout(
            **{
                "key": key,
                "staff_member": to,
                "receipt": given.pop("receipt", None)
                or receipt(to, key.unit, key, handed_out_by=by),
                "handed_out_at": SOME_MOMENT,
                "handed_out_by": by,
                "due_back_at": SOME_MOMENT + timedelta(hours=8),
                **given,
            }
        ),
        None,
    )
