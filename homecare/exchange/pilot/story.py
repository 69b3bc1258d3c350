"""The pilot's five months, told with the same actions that people use, each at its own day.

Days are counted back from today, so that the demo is always of now: some have come the whole way,
some wait for an owner, one property was sold yesterday.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

from celery import current_app
from django.utils import timezone
from PIL import Image, ImageDraw

from consent import actions as consents
from consent.actions.answers import Answer
from consent.actions.texts import current_text
from consent.models import ConsentCase
from consent.states import ConsentKind
from homecare.accounts import actions as accounts
from homecare.accounts.models import Scope, User
from homecare.accounts.roles import Role
from homecare.audit import actions as audit
from homecare.core import clock
from homecare.core.workdays import is_working_day
from homecare.exchange import actions as exchange
from homecare.exchange.models import Import
from homecare.exchange.pilot import FOLDER
from homecare.exchange.states import ImportState, ListKind
from homecare.organisation.models import CareUnit
from homecare.recipients import actions as recipients
from homecare.recipients.models import Recipient, Residence
from homecare.staff import actions as staff
from homecare.staff.models import StaffMember
from locks import actions as locks
from locks.models import FallbackKind, Installation, Key, LockModel, WorkOrder
from locks.states import OrderKind, OrderState, TestPoint
from properties import actions as properties
from properties.models import Entrance, HomeDoor, Property, PropertyOwner

FILES = {
    ListKind.UNITS: "enheter.csv",
    ListKind.STAFF: "medarbetare.csv",
    ListKind.PROPERTY_OWNERS: "fastighetsagare.csv",
    ListKind.ENTRANCES: "portar.csv",
    ListKind.RECIPIENTS: "hemtjansttagare.csv",
    ListKind.REPRESENTATIVES: "stallforetradare.csv",
    ListKind.KEYS: "nycklar.csv",
}
PASSWORD = "nyckelfri i arsta"  # noqa: S105 - the demo's, printed for everybody to see
FIRST_DAY = 150  # days ago


class Pilot:
    """The people of the pilot, and what they do day by day."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.serial = 0
        self.people: dict[str, User] = {}

    def load(self) -> list[tuple[str, User]]:
        """Bring in the lists and live through the months. Gives one account per role."""
        with _eager():
            with self.on(FIRST_DAY, 8):
                self.open_accounts()
                self.bring_in_lists()
                self.connect_staff()
                self.add_lock_models()
            self.live()
        return [(str(Role(name).label), user) for name, user in self.people.items()]

    @contextmanager
    def on(self, days_ago: int, hour: int, minute: int = 0) -> Iterator[datetime]:
        """Let it be that day, Swedish time; a day off is moved back to a working day."""
        day = timezone.localdate() - timedelta(days=days_ago)
        while days_ago and not is_working_day(day):
            day -= timedelta(days=1)
        with clock.at(timezone.make_aware(datetime.combine(day, time(hour, minute)))) as moment:
            yield moment

    # --- the ground ------------------------------------------------------------------------------

    def open_accounts(self) -> None:
        first = accounts.create_account(
            email="systemforvaltare@demo.example", name="Eva Systemsson", by=None, password=PASSWORD
        )
        accounts.assign_role(
            user=first,
            role=Role.SYSTEM_MANAGER,
            scope=Scope.WHOLE,
            by=None,
            reason="Första kontot i systemet",
            starts_on=clock.today(),
        )
        self.people[Role.SYSTEM_MANAGER] = User.objects.get(pk=first.pk)
        for role, email, name in (
            (Role.SECURITY_OFFICER, "sakerhet@demo.example", "Nils Säkerhetssamordnare"),
            (Role.AUDITOR, "granskare@demo.example", "Gun Granskare"),
            (Role.TECHNICIAN, "montor@demo.example", "Jonas Bergman"),
        ):
            self.people[role] = self.account(role, email, name)

    def account(self, role: str, email: str, name: str, *, unit: CareUnit | None = None) -> User:
        by = self.people[Role.SYSTEM_MANAGER]
        user = accounts.create_account(email=email, name=name, by=by, password=PASSWORD)
        accounts.assign_role(
            user=user,
            role=role,
            scope=Scope.UNIT if unit else Scope.WHOLE,
            unit=unit,
            by=by,
            reason="Behövs i piloten",
            starts_on=clock.today(),
        )
        return User.objects.get(pk=user.pk)

    def bring_in_lists(self) -> None:
        by = self.people[Role.SYSTEM_MANAGER]
        for kind, name in FILES.items():
            batch = exchange.upload(
                content=(FOLDER / name).read_bytes(),
                file_name=name,
                kind=kind,
                by=by,
                name=f"Piloten: {kind.label.lower()}",
            )
            exchange.start_trial(batch=batch, mapping=batch.mapping, by=by)
            exchange.try_import(batch.pk)
            batch = Import.objects.get(pk=batch.pk)
            exchange.start_bringing_in(batch=batch, by=by)
            exchange.bring_in(batch.pk)
            batch.refresh_from_db()
            if batch.state != ImportState.DONE:
                raise RuntimeError(f"{name}: {batch.refusal or batch.faults}")
            self.say(f"{name}: {batch.rows}")

    def connect_staff(self) -> None:
        """The coordinator, the manager and one care worker get accounts."""
        unit = CareUnit.objects.get(code="ARSTA")
        for role, name in (
            (Role.COORDINATOR, "Åsa Berglund"),
            (Role.UNIT_MANAGER, "Tomas Ekman"),
            (Role.CARE_WORKER, "Fatima Haddad"),
        ):
            member = StaffMember.objects.get(name=name)
            user = self.account(role, member.email, member.name, unit=unit)
            staff.connect_account(
                staff_member=member, user=user, by=self.people[Role.SYSTEM_MANAGER]
            )
            self.people[role] = user

    def add_lock_models(self) -> None:
        add = locks.add_lock_model
        by = self.people[Role.COORDINATOR]
        self.entrance_model: LockModel = add(
            supplier="Nordlås",
            name="Port 2",
            kind="entrance_unit",
            has_monitoring_function=False,
            by=by,
        )
        self.home_model: LockModel = add(
            supplier="Nordlås",
            name="Cylinder C4",
            kind="cylinder",
            has_monitoring_function=False,
            by=by,
        )

    # --- who is who ------------------------------------------------------------------------------

    @property
    def coordinator(self) -> User:
        return self.people[Role.COORDINATOR]

    @property
    def technician(self) -> User:
        return self.people[Role.TECHNICIAN]

    def person(self, last_name: str, first_name: str = "") -> Recipient:
        found = Recipient.objects.filter(last_name=last_name)
        return found.get(first_name=first_name) if first_name else found.get()

    def home(self, last_name: str) -> HomeDoor:
        person = Recipient.objects.filter(last_name=last_name).order_by("pk")[0]
        return Residence.objects.on(clock.today()).get(recipient=person).home_door

    def port(self, address: str, name: str = "") -> Entrance:
        return Entrance.objects.get(address=address, name=name)

    def owner(self, name: str) -> PropertyOwner:
        return PropertyOwner.objects.get(name=name)

    # --- acts ------------------------------------------------------------------------------------

    def says_yes(self, last_name: str, first_name: str = "", **by_whom: Any) -> None:
        consents.record_recipient_consent(
            recipient=self.person(last_name, first_name),
            kind=ConsentKind.FITTING_HOME,
            text=current_text("recipient", "sv"),
            by=self.coordinator,
            signature=drawn(last_name),
            **by_whom,
        )

    def asks(self, owner: str, *addresses: str) -> ConsentCase:
        return consents.ask_and_send(
            owner=self.owner(owner),
            entrances=[self.port(address) for address in addresses],
            by=self.coordinator,
        )

    def answers(self, owner: str, name: str, title: str, answers: dict[str, Answer]) -> ConsentCase:
        case = ConsentCase.objects.open().filter(owner__name=owner).latest("pk")
        return consents.answer_case(
            case=case,
            link_number=case.link_number,
            answers={item.pk: answers[item.entrance.address] for item in case.items.all()},
            name=name,
            title=title,
            text=case.text,
        )

    def orders(self, door: Entrance | HomeDoor) -> WorkOrder:
        model = self.entrance_model if isinstance(door, Entrance) else self.home_model
        return locks.order_fitting(door=door, lock_model=model, by=self.coordinator)

    def books(self, order: WorkOrder, *, in_days: int = 0, hour: int = 9) -> WorkOrder:
        return locks.book_order(
            order=order,
            technician=self.technician,
            on=clock.today() + timedelta(days=in_days),
            window=(time(hour), time(hour + 1)),
            by=self.coordinator,
        )

    def fits(self, door: Entrance | HomeDoor, *, in_operation: bool = True) -> Installation:
        """Order, book, fit and (if it may) put in operation, all on this day."""
        order = self.books(self.orders(door))
        self.serial += 1
        is_home = isinstance(door, HomeDoor)
        locks.read_conditions(order=order, by=self.technician)
        installation = locks.record_fitting(
            order=order,
            by=self.technician,
            serial=f"{'C4' if is_home else 'P2'}-{20417 + 83 * self.serial}",
            minutes=25 + 5 * (self.serial % 4),
            tests_passed=[str(point) for point in TestPoint],
            removed_parts=f"Påse {140 + self.serial}, förrådet Årsta" if is_home else "",
            fallback=FallbackKind.SPARE_KEY if is_home else "",
            signature=drawn("Jonas Bergman"),
        )
        if in_operation:
            locks.put_in_operation(installation=installation, by=self.technician)
        return installation

    def gives_back_keys(self, last_name: str) -> None:
        for key in Key.objects.in_keeping().filter(recipient__last_name=last_name):
            locks.give_back_key(key=key, by=self.coordinator, to_name=key.recipient.name)

    def hands_out(self, last_names: list[str], to: str, *, until_hour: int = 22) -> None:
        keys = [
            Key.objects.in_keeping().filter(recipient__last_name=name).order_by("pk")[0]
            for name in last_names
        ]
        due = clock.now().replace(hour=until_hour, minute=0)
        locks.hand_out_keys(
            keys=keys,
            to=StaffMember.objects.get(name=to),
            by=self.coordinator,
            due_back_at=due,
            signature_png=drawn(to),
        )

    def takes_back(self, to: str) -> None:
        for loan in StaffMember.objects.get(name=to).handouts.filter(returned_at=None):
            locks.return_key(handout=loan, by=self.coordinator)

    # --- the months ------------------------------------------------------------------------------

    def live(self) -> None:
        """Each day in turn: what people did, then what the clock does by itself."""
        days = dict(self.diary())
        for days_ago in range(FIRST_DAY - 1, -1, -1):
            for act in days.get(days_ago, ()):
                act()
            self.sweeps(days_ago)

    def sweeps(self, days_ago: int) -> None:
        if not is_working_day(timezone.localdate() - timedelta(days=days_ago)):
            return
        with self.on(days_ago, 10):
            consents.remind_owners()
            consents.ask_new_owners()
            locks.react_to_lost_consents()
            staff.end_what_has_expired()
            audit.seal_trail()

    def diary(self) -> Iterator[tuple[int, list[Callable[[], None]]]]:
        yes, no = Answer("yes"), Answer
        at = self._at

        yield (
            148,
            [at(148, 9, lambda: self.says_yes("Malmsten"), lambda: self.says_yes("Holmgren"))],
        )
        yield 147, [at(147, 9, lambda: self.says_yes("Sjödin"), lambda: self.says_yes("Wall"))]
        yield 145, [at(145, 10, lambda: self.says_yes("Ohlsson"), lambda: self.refuses("Dahlin"))]
        yield 141, [at(141, 9, lambda: self.says_yes("Forsberg"), lambda: self.says_yes("Åström"))]
        yield 138, [at(138, 9, lambda: self.says_yes("Nygren"), lambda: self.says_yes("Lindahl"))]
        yield 135, [at(135, 13, self.blanket_yes)]
        yield (
            133,
            [
                at(
                    133,
                    10,
                    lambda: self.asks(
                        "Södra Stadens Bostäder AB", "Hjälmarsvägen 20", "Hjälmarsvägen 22"
                    ),
                    lambda: self.asks("Brf Sköntorpet", "Sköntorpsvägen 89"),
                    lambda: self.asks("Brf Bolmen 3", "Bolmensvägen 18", "Bolmensvägen 20"),
                    lambda: self.asks(
                        "Sandfjärdens Fastighets KB", "Sandfjärdsgatan 98", "Sandfjärdsgatan 100"
                    ),
                    lambda: self.asks("Siljan Förvaltning AB", "Storsjövägen 3"),
                    lambda: self.asks("Brf Ymsen", "Ymsenvägen 9"),
                )
            ],
        )
        yield (
            128,
            [
                at(128, 9, lambda: self.says_yes("Ek"), lambda: self.says_yes("Sundin")),
                at(
                    128,
                    14,
                    lambda: self.answers(
                        "Siljan Förvaltning AB",
                        "Johan Wikner",
                        "Förvaltare",
                        {"Storsjövägen 3": yes},
                    ),
                ),
            ],
        )
        yield (
            122,
            [
                at(
                    122,
                    11,
                    lambda: self.answers(
                        "Södra Stadens Bostäder AB",
                        "Peter Åkerlind",
                        "Områdeschef",
                        {"Hjälmarsvägen 20": yes, "Hjälmarsvägen 22": yes},
                    ),
                ),
                at(122, 13, lambda: self.says_yes("Blom"), lambda: self.says_yes("Palm")),
            ],
        )
        yield (
            118,
            [
                at(
                    118,
                    15,
                    lambda: self.answers(
                        "Sandfjärdens Fastighets KB",
                        "Erik Grahn",
                        "Delägare",
                        {
                            "Sandfjärdsgatan 98": no("no", refusal_reason="heritage"),
                            "Sandfjärdsgatan 100": no("no", refusal_reason="heritage"),
                        },
                    ),
                )
            ],
        )
        yield (
            113,
            [
                at(
                    113,
                    10,
                    lambda: self.answers(
                        "Brf Sköntorpet",
                        "Roland Öman",
                        "Ordförande",
                        {
                            "Sköntorpsvägen 89": Answer(
                                "yes",
                                conditions="Montera vardagar 8–16. Portenheten ska vara svart.",
                            )
                        },
                    ),
                ),
                at(113, 13, lambda: self.says_yes("Ström"), lambda: self.says_yes("Kjellberg")),
            ],
        )
        yield (
            106,
            [
                at(
                    106,
                    12,
                    lambda: self.answers(
                        "Brf Ymsen", "Olle Hammar", "Kassör", {"Ymsenvägen 9": yes}
                    ),
                    lambda: self.answers(
                        "Brf Bolmen 3",
                        "Annika Falk",
                        "Ordförande",
                        {
                            "Bolmensvägen 18": yes,
                            "Bolmensvägen 20": no("no", refusal_reason="wait"),
                        },
                    ),
                )
            ],
        )
        yield 104, [at(104, 9, lambda: self.says_yes("Norling"), lambda: self.says_yes("Lundin"))]
        yield (
            100,
            [
                at(
                    100,
                    9,
                    lambda: self.fits(self.port("Skagersvägen 12")),
                    lambda: self.fits(self.home("Malmsten")),
                    lambda: self.fits(self.home("Holmgren")),
                )
            ],
        )
        yield (
            97,
            [
                at(
                    97,
                    9,
                    lambda: self.fits(self.port("Skagersvägen 14")),
                    lambda: self.fits(self.home("Sjödin")),
                )
            ],
        )
        yield (
            92,
            [
                at(
                    92,
                    13,
                    lambda: self.gives_back_keys("Malmsten"),
                    lambda: self.gives_back_keys("Holmgren"),
                )
            ],
        )
        yield (
            86,
            [
                at(
                    86,
                    8,
                    lambda: self.fits(self.port("Sköntorpsvägen 89")),
                    lambda: self.fits(self.home("Blom")),
                    lambda: self.fits(self.home("Palm")),
                    lambda: self.fits(self.home("Ström")),
                )
            ],
        )
        yield (
            80,
            [
                at(
                    80,
                    9,
                    lambda: self.fits(self.port("Siljansvägen 31")),
                    lambda: self.fits(self.home("Wall")),
                )
            ],
        )
        yield (
            76,
            [
                at(
                    76,
                    9,
                    lambda: self.fits(self.port("Storsjövägen 3")),
                    lambda: self.fits(self.home("Ek")),
                )
            ],
        )
        yield (
            71,
            [
                at(
                    71,
                    13,
                    lambda: self.gives_back_keys("Blom"),
                    lambda: self.gives_back_keys("Palm"),
                ),
                at(71, 14, lambda: self.asks("Nordhem Bostad AB", "Svärdlångsvägen 16")),
            ],
        )
        yield 55, [at(55, 10, self.couple_says_yes)]
        yield 41, [at(41, 11, self.moves)]
        yield 34, [at(34, 10, self.takes_down_the_old_lock)]
        yield 30, [at(30, 9, lambda: self.asks("Brf Orrfjärden", "Orrfjärdsgränd 6"))]
        yield 21, [at(21, 9, self.dies)]
        yield 16, [at(16, 10, self.not_possible)]
        yield 13, [at(13, 9, lambda: self.asks("Ottsjö Fastigheter AB", "Ottsjövägen 5"))]
        yield 12, [at(12, 7, lambda: self.hands_out(["Kjellberg"], "Viktor Sandell"))]
        yield 10, [at(10, 15, self.leaves)]
        yield (
            6,
            [
                at(
                    6,
                    9,
                    lambda: self.fits(self.port("Hjälmarsvägen 20")),
                    lambda: self.fits(self.home("Forsberg"), in_operation=False),
                )
            ],
        )
        yield (
            4,
            [
                at(
                    4,
                    13,
                    lambda: self.orders(self.port("Ymsenvägen 9")),
                    lambda: self.orders(self.home("Viklund")),
                )
            ],
        )
        yield 2, [at(2, 8, self.books_today), at(2, 7, self.works_a_shift)]
        yield 1, [at(1, 14, self.sells)]
        yield 0, [at(0, 7, self.morning)]

    def _at(self, days_ago: int, hour: int, *acts: Callable[[], Any]) -> Callable[[], None]:
        def do() -> None:
            for place, act in enumerate(acts):
                with self.on(days_ago, hour, 4 * place):
                    act()

        return do

    def refuses(self, last_name: str) -> None:
        consents.record_recipient_refusal(
            recipient=self.person(last_name),
            kind=ConsentKind.FITTING_HOME,
            reason="privacy",
            by=self.coordinator,
        )

    def blanket_yes(self) -> None:
        consents.record_owner_consent(
            owner=self.owner("Årsta Bostäder AB"),
            by=self.coordinator,
            given_by_name="Lena Sandahl",
            given_on=clock.today(),
            scan=paper("Medgivande", "Årsta Bostäder AB", "Alla fastigheter"),
            everything=True,
        )

    def couple_says_yes(self) -> None:
        self.says_yes("Viklund", "Harry")
        greta = self.person("Viklund", "Greta")
        self.says_yes(
            "Viklund", "Greta", representative=greta.representatives.get(), own_view="agrees"
        )

    def moves(self) -> None:
        """From Skagersvägen 14 to a flat with a lift in number 12."""
        door = properties.add_home_door(
            real_property=Property.objects.get(designation="Skagern 4"),
            address="Skagersvägen 12",
            postal_code="12038",
            city="Årsta",
            apartment_number="1304",
            floor="3",
            entrances=[self.port("Skagersvägen 12")],
            by=self.coordinator,
        )
        recipients.move(
            recipient=self.person("Sjödin"), home_door=door, on=clock.today(), by=self.coordinator
        )

    def takes_down_the_old_lock(self) -> None:
        """The sweep ordered it the day after the move; the consent was for the old door."""
        order = WorkOrder.objects.get(kind=OrderKind.REMOVAL, state=OrderState.PLANNED)
        locks.record_removal(order=self.books(order), parts_restored=True, by=self.technician)

    def dies(self) -> None:
        recipients.record_death(
            recipient=self.person("Lindahl"),
            on=clock.today() - timedelta(days=1),
            by=self.coordinator,
        )

    def not_possible(self) -> None:
        order = self.books(self.orders(self.home("Sundin")))
        locks.record_not_possible(
            order=order,
            by=self.technician,
            reason="lock_case",
            note="Låshuset är ett äldre tillhållarlås.",
        )

    def leaves(self) -> None:
        member = StaffMember.objects.get(name="Viktor Sandell")
        staff.end_employment(
            employment=member.employments.get(),
            ends_on=clock.today(),
            by=self.people[Role.UNIT_MANAGER],
            reason="Slutar på egen begäran",
        )

    def books_today(self) -> None:
        """Four jobs for the technician's day: two entrances and two homes."""
        doors = (
            (self.port("Siljansvägen 33"), 8),
            (self.port("Siljansvägen 33", "gårdsport"), 9),
            (self.home("Ohlsson"), 10),
            (self.port("Hjälmarsvägen 22"), 13),
            (self.home("Åström"), 14),
        )
        today = timezone.localdate()
        for door, hour in doors:
            self.books(self.orders(door), in_days=(today - clock.today()).days, hour=hour)

    def works_a_shift(self) -> None:
        self.hands_out(["Nygren", "Ek"], "Daniel Lönn")
        self.takes_back("Daniel Lönn")
        self.hands_out(["Norling"], "Hanna Wester")

    def sells(self) -> None:
        properties.sell_property(
            real_property=Property.objects.get(designation="Storsjön 11"),
            to=self.owner("Ottsjö Fastigheter AB"),
            on=clock.today(),
            by=self.coordinator,
        )

    def morning(self) -> None:
        self.hands_out(["Ström", "Wall"], "Fatima Haddad")
        self.hands_out(["Åström"], "Abdi Warsame")


@contextmanager
def _eager() -> Iterator[None]:
    """Do at once, at its own day, what a worker would do: no worker runs while the pilot loads."""
    before = current_app.conf.task_always_eager
    current_app.conf.task_always_eager = True
    try:
        yield
    finally:
        current_app.conf.task_always_eager = before


def drawn(name: str) -> bytes:
    """A signature for the demo: a line that differs from name to name."""
    picture = Image.new("RGB", (420, 140), "white")
    pen = ImageDraw.Draw(picture)
    seed = sum(name.encode())
    points = [
        (30 + 9 * step, 70 + ((seed * (step + 3)) % 61 - 30) * (1 if step % 2 else -1) * 0.9)
        for step in range(40)
    ]
    pen.line(points, fill=(23, 37, 60), width=4, joint="curve")
    return _png(picture)


def paper(*lines: str) -> bytes:
    """A scanned paper for the demo."""
    picture = Image.new("RGB", (620, 877), (250, 249, 245))
    pen = ImageDraw.Draw(picture)
    for place, line in enumerate(lines):
        pen.text((70, 90 + 50 * place), line, fill=(30, 30, 30), font_size=24)
    for place in range(8):
        pen.line((70, 320 + 40 * place, 550, 320 + 40 * place), fill=(200, 200, 200), width=2)
    pen.text((70, 720), "Ort och datum, underskrift", fill=(30, 30, 30), font_size=18)
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
