"""A small world to walk every route in: two units, and a person with protected identity.

A route's keyword arguments are built by name, from BUILDERS. When you bring a new name, add a
builder here: a function of that name that gives the object in the place asked for, and which
says in which places it must be hidden (404) from somebody who has the route's right.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, UUIDConverter

from consent import actions as consents
from consent.links import token_for
from consent.models import ContactProposal, Proof, RecordedAnswer, Withdrawal
from consent.states import CaseState, ConsentKind
from homecare.accounts.links import password_token
from homecare.accounts.models import User
from homecare.accounts.roles import Role
from homecare.core import clock
from homecare.core.models import save_as
from homecare.exchange import actions as exchange
from homecare.exchange.states import ListKind
from homecare.mailing.actions import post
from homecare.mailing.letters import print_letters
from homecare.mailing.models import Channel, Message
from homecare.oversight import actions as oversight
from homecare.recipients.models import ContactPerson, ProtectionLevel
from locks.models import WorkOrder
from locks.states import OrderState
from properties.models import OwnerKind
from tests import make

# --- routes --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Route:
    """One address pattern of the application."""

    name: str
    converters: dict[str, Any] = field(compare=False)
    view: Callable[..., Any] = field(compare=False)

    def __str__(self) -> str:
        return self.name

    @property
    def kwargs(self) -> tuple[str, ...]:
        return tuple(self.converters)

    @property
    def needs(self) -> tuple[str, ...] | None:
        """The rights of which one is enough; () for everybody signed in; None when not said."""
        return getattr(self.view, "needs", None)

    @property
    def is_open(self) -> bool:
        return bool(getattr(self.view, "open_because", "") or getattr(self.view, "is_open", False))

    def url(self, kwargs: dict[str, Any]) -> str:
        return reverse(self.name, kwargs=kwargs)


@cache
def routes() -> list[Route]:
    """Every route there is. A pattern without a name is named by its address."""
    return sorted(_walk(get_resolver().url_patterns), key=str)


def _walk(patterns: Any, namespace: str = "", before: dict[str, Any] | None = None) -> Any:
    for pattern in patterns:
        kwargs = {**(before or {}), **pattern.pattern.converters}
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner, kwargs)
        elif isinstance(pattern, URLPattern):
            yield Route(f"{namespace}{pattern.name or pattern.pattern}", kwargs, pattern.callback)


# --- what must never be seen ---------------------------------------------------------------------

CANARIES = {
    "first name": "Kanariefågel",
    "last name": "Gömdsdotter",
    "address": "Kanarievägen",
    "phone": "0701740699",
    "phone, as shown": "070-174 06 99",
    "phone, as kept": "+46701740699",
    "personnummer": "194105112389",
    "personnummer, as shown": "19410511-2389",
    "customer number": "KANARIE-KUND",
    "key code": "KNR-K4NAR1E",
    "serial of the lock": "KANARIE-SN",
    "relative": "Kanariekusin",
    "representative": "Kanarieombud",
}


class Place(StrEnum):
    OWN = "own unit"
    FOREIGN = "foreign unit"
    PROTECTED = "protected recipient"


@dataclass(frozen=True)
class Visitor:
    """Somebody who visits: a role in the own unit, with or without the named grant."""

    label: str
    user: User
    role: str = ""
    has_grant: bool = False


class World:
    """Everything that the builders build on. Made once, inside a transaction that is undone."""

    def __init__(self) -> None:
        self.units = {
            Place.OWN: make.unit(name="Egna enheten", district=make.district()),
            Place.FOREIGN: make.unit(name="Främmande enheten", district=make.district()),
        }
        self.units[Place.PROTECTED] = self.units[Place.OWN]
        # A private person, so that there is a personnummer to ask for.
        self.owner_row = make.owner(kind=OwnerKind.PERSON, personal_number=make.personal_number())
        self.people = {
            place: make.recipient(self.units[place], home=self._home(place), **self._person(place))
            for place in Place
        }
        self.visitors = [Visitor("without role", make.user())]
        for role in Role:
            self.visitors.append(self._visitor(role))
            self.visitors.append(self._visitor(role, has_grant=True))
        self._built: dict[tuple[str, Place], Any] = {}
        for name in BUILDERS:
            for place in Place:
                self.build(name, place)

    def _home(self, place: Place) -> Any:
        # The port has an address of its own: it is the owner's, and no secret.
        port = make.entrance(owner=self.owner_row, entrance_code="2580")
        if place is Place.PROTECTED:
            return make.home_door(port, address=f"{CANARIES['address']} 7", apartment_number="1717")
        return make.home_door(port)

    def _person(self, place: Place) -> dict[str, Any]:
        if place is not Place.PROTECTED:
            return {}
        return {
            "first_name": CANARIES["first name"],
            "last_name": CANARIES["last name"],
            "personal_number": CANARIES["personnummer"],
            "customer_number": CANARIES["customer number"],
            "phone": CANARIES["phone, as kept"],
            "protection_level": ProtectionLevel.MARKED,
        }

    def _visitor(self, role: str, *, has_grant: bool = False) -> Visitor:
        user = make.user(role, self.units[Place.OWN])
        make.staff_member(self.units[Place.OWN], user=user)
        if has_grant:
            make.named_grant(self.people[Place.PROTECTED], user)
        return Visitor(f"{role}{' with grant' if has_grant else ''}", user, role, has_grant)

    def home(self, place: Place) -> Any:
        return self.people[place].residences.get().home_door

    def build(self, name: str, place: Place) -> Any:
        """The object called `name` in `place`, made the first time it is asked for."""
        if (name, place) not in self._built:
            self._built[name, place] = BUILDERS[name].make(self, place)
        return self._built[name, place]

    def kwargs(self, route: Route, place: Place, visitor: Visitor | None = None) -> dict[str, Any]:
        """The arguments of a route's address. What is the visitor's own is made theirs."""
        made = {}
        assert not missing_builders(route), what_to_build(route)
        for name in route.kwargs:
            builder = BUILDERS[builder_name(route, name)]
            thing = self.build(builder_name(route, name), place)
            if builder.hand_to is not None and visitor is not None and place is not Place.FOREIGN:
                builder.hand_to(thing, visitor.user)
            made[name] = getattr(thing, "ref", None) or getattr(thing, "pk", thing)
        return made


# --- builders ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Builder:
    make: Callable[[World, Place], Any]
    hidden: frozenset[Place]
    hand_to: Callable[[Any, User], None] | None = None


BUILDERS: dict[str, Builder] = {}
# Where an argument means something else than its name does elsewhere: (route or room, kwarg).
SPECIAL: dict[tuple[str, str], str] = {}

OF_A_UNIT = (Place.FOREIGN,)  # hidden from other units
OF_A_PERSON = (Place.FOREIGN, Place.PROTECTED)  # and from those without the named grant
OF_NOBODY = ()  # seen by whoever has the right, anywhere


def builder(
    hidden: tuple[Place, ...] = OF_NOBODY,
    *,
    of: tuple[str, str] | None = None,
    hand_to: Callable[[Any, User], None] | None = None,
):
    """Register a builder, under its function's name.

    `of` names the route, or the room, and the kwarg it is for, where two mean different things
    by one name. `hand_to` makes the object the visitor's own, as an order is the technician's.
    """

    def register(function):
        name = function.__name__
        BUILDERS[name] = Builder(function, frozenset(hidden), hand_to)
        if of is not None:
            SPECIAL[of] = name
        return function

    return register


def builder_name(route: Route, kwarg: str) -> str:
    room = route.name.partition(":")[0]
    return SPECIAL.get((route.name, kwarg)) or SPECIAL.get((room, kwarg), kwarg)


def hidden_places(route: Route) -> set[Place]:
    """Where one of the route's objects must be hidden."""
    return set().union(*(BUILDERS[builder_name(route, kwarg)].hidden for kwarg in route.kwargs))


def missing_builders(route: Route) -> list[str]:
    return [kwarg for kwarg in route.kwargs if builder_name(route, kwarg) not in BUILDERS]


def what_to_build(route: Route) -> str:
    return (
        f"{route} has {missing_builders(route)} in its address, which the world cannot build. "
        f"Add a @builder function of that name to tests/architecture/world.py."
    )


def nothing(route: Route) -> dict[str, Any]:
    """Arguments of the right shape that lead to no object."""
    shapes = {UUIDConverter: uuid.UUID(int=7), IntConverter: 987654321}
    return {
        name: shapes.get(type(converter), "nothing-of-the-sort")
        for name, converter in route.converters.items()
    }


def _name(place: Place, canary: str) -> str:
    return CANARIES[canary] if place is Place.PROTECTED else "Karin Karlsson"


def _phone(place: Place) -> str:
    return CANARIES["phone, as kept"] if place is Place.PROTECTED else "+46850800001"


@builder()
def unit(world, place):
    return world.units[place]


@builder()
def provider(world, place):
    return world.units[place].provider


@builder()
def district(world, place):
    return world.units[place].district


@builder(OF_A_UNIT)
def account(world, place):
    return make.user(Role.CARE_WORKER, world.units[place])


@builder(OF_A_UNIT)
def assignment(world, place):
    return world.build("account", place).assignments.get()


@builder(of=("accounts:set_password", "token"))
def password_link(world, place):
    return password_token(world.build("account", place))


@builder(OF_A_UNIT)
def staff_member(world, place):
    """Whoever holds the key of the person there."""
    return make.staff_member(world.units[place])


@builder(OF_A_UNIT)
def employment(world, place):
    return world.build("staff_member", place).employments.get()


@builder()
def owner(world, place):
    return world.owner_row


@builder(of=("properties", "contact"))
def owner_contact(world, place):
    return world.owner_row.contacts.get()


@builder()
def real_property(world, place):
    return world.build("entrance", place).real_property


@builder()
def entrance(world, place):
    """The port on the way to the person there: everybody's to see, and silent of who lives in."""
    return world.home(place).entrances.get()


@builder(OF_A_PERSON)
def home_door(world, place):
    return world.home(place)


@builder(OF_A_PERSON)
def recipient(world, place):
    return world.people[place]


@builder(OF_A_PERSON)
def commission(world, place):
    return world.people[place].commissions.get()


@builder(OF_A_PERSON)
def representative(world, place):
    return make.representative(
        world.people[place],
        name=_name(place, "representative"),
        phone=_phone(place),
        email="ombud@example.se",
    )


@builder(OF_A_PERSON)
def contact(world, place):
    return save_as(
        ContactPerson(
            recipient=world.people[place], name=_name(place, "relative"), phone=_phone(place)
        ),
        None,
    )


@builder(OF_A_UNIT)
def protected(world, place):
    """Somebody protected, for whoever names staff. One in each place, the canary among them."""
    if place is Place.PROTECTED:
        return world.people[place]
    return make.recipient(world.units[place], protection_level=ProtectionLevel.MARKED)


@builder(OF_A_UNIT)
def named_grant(world, place):
    return make.named_grant(world.build("protected", place), make.user())


@builder()
def case(world, place):
    """A request about the port on the way to the person there."""
    return make.case(
        world.owner_row,
        world.build("entrance", place),
        state=CaseState.SENT,
        sent_at=clock.now(),
        created_at=clock.now(),
    )


@builder()
def withdrawal(world, place):
    return save_as(
        Withdrawal(
            consent=make.owner_consent(world.owner_row, world.build("entrance", place)),
            opened_at=clock.now(),
            due_on=clock.today(),
        ),
        None,
    )


@builder()
def step(world, place):
    """Of a withdrawal."""
    return "tell"


@builder()
def proposal(world, place):
    return ContactProposal.objects.create(
        case=world.build("case", place), name="Ann", email="ann@brf.example", at=clock.now()
    )


@builder()
def campaign(world, place):
    return consents.draw_up_campaign(
        name="Området", by=make.user("coordinator", world.units[Place.OWN]), postal_codes=["1"]
    )


@builder(OF_A_PERSON, of=("consent:campaign_leave_out", "entrance"))
def entrance_to_leave_out(world, place):
    """Of a mailing: that it is in the area tells that somebody lives there."""
    return world.build("entrance", place)


@builder(OF_A_PERSON, of=("consent:campaign_put_back", "entrance"))
def entrance_to_put_back(world, place):
    return world.build("entrance", place)


@builder()
def number(world, place):
    """Of the receipts of one answer."""
    return 1


@builder(of=("consent", "token"))
def answer_link(world, place):
    return token_for(world.build("case", place))


@builder()
def consent(world, place):
    return make.owner_consent(world.owner_row, world.build("entrance", place))


@builder(of=("consent", "text"))
def draft_text(world, place):
    """A draft that somebody else has written."""
    return make.consent_text(state="draft", approved_at=None, drafted_by=make.user())


@builder(OF_A_PERSON)
def recipient_consent(world, place):
    return make.recipient_consent(world.people[place], kind=ConsentKind.DATA)


@builder(OF_A_PERSON)
def proof(world, place):
    return Proof.objects.create(
        kind=Proof.Kind.SIGNATURE,
        media_type="image/png",
        content=make.png(),
        sha256="0" * 64,
        made_at=clock.now(),
        consent=world.build("recipient_consent", place),
    )


@builder()
def recorded(world, place):
    """What the owner has said on the phone, and somebody has written down."""
    case = world.build("case", place)
    return RecordedAnswer.objects.create(
        case=case,
        form="oral",
        answers={str(item.pk): ["yes", "", "", ""] for item in case.items.all()},
        name="Bo Ek",
        title="Förvaltare",
        given_on=clock.today(),
        recorded_by=make.user(),
        recorded_at=clock.now(),
    )


@builder()
def message(world, place):
    case = world.build("case", place)
    return Message.objects.create(
        purpose="consent.request",
        to_name="Förvaltaren",
        to_address="agare@example.se",
        subject="Fråga om porten",
        body="Hej",
        once=f"world {place}",
        about_type="consent.consentcase",
        about_ref=str(case.ref),
        written_at=clock.now(),
    )


@builder()
def print_run(world, place):
    """A letter to the owner, printed; and another that waits."""
    case = world.build("case", place)
    for part in ("printed", "waiting"):
        post(
            to_name="Förvaltaren",
            to_address="Årstavägen 1\n120 50 Årsta",
            subject="Fråga om porten",
            body="Hej",
            purpose="consent.request",
            once=f"world letter {part} {place}",
            about=case,
            channel=Channel.LETTER,
        )
        if part == "printed":
            run = print_letters(by=make.user())
    return run


@builder(OF_A_PERSON)
def key(world, place):
    code = {"code": CANARIES["key code"]} if place is Place.PROTECTED else {}
    return make.key(world.units[place], world.people[place], **code)


@builder(OF_A_PERSON)
def receipt(world, place):
    """For the person's key, which is out and should have been back."""
    loan = make.handout(
        world.build("key", place),
        world.build("staff_member", place),
        due_back_at=clock.now() - timedelta(days=2),
    )
    return loan.receipt


@builder(OF_A_PERSON)
def slip(world, place):
    """What was signed when the person's key was taken in."""
    return make.key_slip(world.build("key", place))


@builder(OF_A_PERSON)
def installation(world, place):
    serial = {"serial": CANARIES["serial of the lock"]} if place is Place.PROTECTED else {}
    return make.installation(world.home(place), in_operation=True, unit=make.lock_unit(**serial))


@builder()
def lock_model(world, place):
    return world.build("installation", place).unit.model


def _give_order(order, user):
    order.assigned_to = user
    save_as(order, None, fields=["assigned_to"])


@builder(OF_A_PERSON, hand_to=_give_order)
def order(world, place):
    """A fitting at the person's own door, booked for the visiting technician for today."""
    return save_as(
        WorkOrder(
            kind="fitting",
            state=OrderState.BOOKED,
            home_door=world.home(place),
            ordered_at=clock.now(),
            booked_on=clock.today(),
            assigned_to=make.user(Role.TECHNICIAN),
        ),
        None,
    )


def _give_import(batch, user):
    batch.uploaded_by = user
    batch.save(update_fields=["uploaded_by"])


@builder(OF_A_UNIT, hand_to=_give_import)
def batch(world, place):
    """A list that somebody has uploaded and not yet brought in."""
    return exchange.upload(
        content="enhetskod;enhet;utförare\nE1;Årsta;Egen regi\n".encode(),
        file_name="enheter.csv",
        kind=ListKind.UNITS,
        by=make.user(Role.SYSTEM_MANAGER),
    )


@builder()
def list_kind(world, place):
    return ListKind.UNITS.value


@builder()
def report(world, place):
    return oversight.make_report(by=make.user())


def builders_nobody_uses() -> set[str]:
    used = {builder_name(route, kwarg) for route in routes() for kwarg in route.kwargs}
    return set(BUILDERS) - used
