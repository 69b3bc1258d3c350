"""Lists of recipients, with their home, the way to it and their commission."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import gettext as _

from homecare.accounts.access import may_everywhere
from homecare.accounts.models import User
from homecare.core import clock
from homecare.core.encryption import blind_index
from homecare.exchange.plan.base import About, Line, Plan
from homecare.exchange.plan.organisation import allowed_units, is_closed, overlap, unit_of
from homecare.exchange.plan.people import NAMED_AT_MOST, PURPOSE, People, masked, pks_of
from homecare.organisation.models import CareUnit
from homecare.recipients.models import Commission, ProtectionLevel, Recipient, Residence
from homecare.recipients.querysets import doors_visible_to, running_or_closing
from properties.models import DoorPath, Entrance, HomeDoor, Property

LEVELS = list(ProtectionLevel.values)  # from none to the strongest


def plan_recipients(lines: Iterable[Line], by: User) -> Plan:
    """Recipients with home, way to it and commission. The home's entrances must be registered."""
    return _Recipients(list(lines), by).plan


class _Recipients:
    def __init__(self, lines: list[Line], by: User) -> None:
        self.plan = Plan()
        self.people = People(lines, by)
        self.units = allowed_units(by)
        self.properties = {one.designation.casefold(): one for one in Property.objects.all()}
        self.entrances: dict[str, list[Entrance]] = defaultdict(list)
        for entrance in Entrance.objects.in_use().select_related("real_property"):
            self.entrances[_plain(str(entrance))].append(entrance)
        self.doors = {
            (one.real_property_id, one.address.casefold(), one.apartment_number): one
            for one in HomeDoor.objects.all()
        }
        today = clock.today()
        known = [one.pk for one in self.people.by_index.values()]
        self.homes: dict[int, Residence] = {}
        self.commissions: dict[int, list[Commission]] = defaultdict(list)
        few = len(known) <= NAMED_AT_MOST
        homes = Residence.objects.on(today).select_related("home_door")
        for residence in homes.filter(recipient__in=known) if few else homes:
            self.homes[residence.recipient_id] = residence
        held = Commission.objects.all()
        for commission in held.filter(recipient__in=known) if few else held:
            self.commissions[commission.recipient_id].append(commission)
        # Customer number → (pk, reference) of whose it is.
        self.customer_numbers: dict[str, tuple[int, str]] = {
            str(number): (pk, str(ref))
            for number, pk, ref in Recipient.objects.exclude(customer_number=None).values_list(
                "customer_number", "pk", "ref"
            )
        }
        for model in (HomeDoor, DoorPath, Recipient, Residence, Commission):
            self.plan.new[model] = []
        seen: set[str] = set()
        for line in lines:
            self.plan.begin(line)
            number = line.get("personal_number")
            if number in seen:
                self.plan.fault(
                    line,
                    _("Personnummer"),
                    masked(number),
                    _("Personen står på en tidigare rad i filen."),
                    _("Ta bort den ena raden."),
                )
                continue
            seen.add(number)
            self.line(line)

    def line(self, line: Line) -> None:
        known = self.people.find(line.get("personal_number"))
        if known is not None and known.pk in self.people.left_alone:
            return
        if known is not None and self.people.to_change(self.plan, line) is None:
            return
        unit = unit_of(self.plan, line, self.units)
        home = self._home(line)
        if unit is None or home is None or not self._customer_number_is_free(line):
            return
        if known is None:
            self._new(line, unit, home)
        else:
            self._known(line, known, unit, home)

    def _new(self, line: Line, unit: CareUnit, home: HomeDoor) -> None:
        number, starts_on = line.get("personal_number"), line.get("commission_from")
        if is_closed(self.plan, line, unit, starts_on):
            return
        person = Recipient(
            personal_number=number,
            personal_number_index=blind_index(PURPOSE, number),
            first_name=line.get("first_name"),
            last_name=line.get("last_name"),
            customer_number=line.get("customer_number") or None,
            phone=line.get("phone") or "",
            protection_level=line.get("protection_level") or ProtectionLevel.NONE,
        )
        self.plan.is_about(line, About(person, str(unit.ref), is_shown=True))
        self.plan.create(person, line)
        self.plan.create(
            Residence(
                recipient=person,
                home_door=home,
                starts_on=line.get("moved_in_on") or starts_on,
            ),
            line,
        )
        self.plan.create(
            Commission(
                recipient=person,
                unit=unit,
                starts_on=starts_on,
                ends_on=line.get("commission_to"),
            ),
            line,
        )

    def _known(self, line: Line, person: Recipient, unit: CareUnit, home: HomeDoor) -> None:
        self.plan.is_about(line, self.people.about(person, unit))
        self.plan.change(
            person,
            line,
            first_name=line.get("first_name"),
            last_name=line.get("last_name"),
            customer_number=line.get("customer_number"),
        )
        self.plan.change(person, line, secret=True, phone=line.get("phone"))
        level = line.get("protection_level")
        if level and level != person.protection_level:
            if LEVELS.index(level) < LEVELS.index(person.protection_level):
                self.plan.fault(
                    line,
                    _("Skyddade personuppgifter"),
                    ProtectionLevel(level).label,
                    _("Skyddet är högre i registret."),
                    _("Ett skydd hävs av enhetschefen på personens sida, inte med en lista."),
                )
            else:
                self.plan.change(person, line, protection_level=level)
        lives = self.homes.get(person.pk)
        if lives is None:
            self.plan.create(
                Residence(
                    recipient=person,
                    home_door=home,
                    starts_on=line.get("moved_in_on") or clock.today(),
                ),
                line,
                is_main=False,
            )
        elif lives.home_door_id != home.pk:
            self.plan.fault(
                line,
                _("Gatuadress"),
                line.get("address"),
                _("Personen bor enligt registret någon annanstans."),
                _("Registrera flytten på personens sida, så att nycklar och lås följs upp."),
            )
        self._commission(line, person, unit)

    def _commission(self, line: Line, person: Recipient, unit: CareUnit) -> None:
        starts_on, ends_on = line.get("commission_from"), line.get("commission_to")
        held = [one for one in self.commissions[person.pk] if one.unit_id == unit.pk]
        same = next((one for one in held if one.starts_on == starts_on), None)
        if same is not None:
            self.plan.change(same, line, ends_on=ends_on)
        elif is_closed(self.plan, line, unit, starts_on):
            return
        elif any(overlap(one, starts_on, ends_on) for one in held):
            self.plan.fault(
                line,
                _("Uppdrag från"),
                starts_on,
                _("Ett uppdrag i enheten pågår redan, från ett annat datum."),
                _("Skriv samma startdatum som i registret, eller avsluta uppdraget först."),
            )
        else:
            self.plan.create(
                Commission(recipient=person, unit=unit, starts_on=starts_on, ends_on=ends_on),
                line,
                is_main=False,
            )

    def _customer_number_is_free(self, line: Line) -> bool:
        number = line.get("customer_number")
        holder = self.customer_numbers.get(number) if number else None
        person = self.people.find(line.get("personal_number"))
        if holder is None or (person is not None and person.pk == holder[0]):
            if number and person is None:
                self.customer_numbers[number] = (-line.number, "")  # taken by this line
            return True
        if holder[1]:
            self.plan.refused["recipient.customer_number_taken"].add(holder[1])
        self.plan.fault(
            line,
            _("Kundnummer"),
            number,
            _("Kundnumret används redan."),
            _("Rätta kundnumret, eller lämna cellen tom."),
        )
        return False

    # --- the home and the way to it ---------------------------------------------------------------

    def _home(self, line: Line) -> HomeDoor | None:
        """The home door, known or new. None, with a fault, when its entrances are not known."""
        path = self._path(line)
        if path is None:
            return None
        real_property = self._property(line, path)
        if real_property is None:
            return None
        address = line.get("address")
        key = (real_property.pk, address.casefold(), line.get("apartment_number") or "")
        door = self.doors.get(key)
        if door is None:
            door = self.doors[key] = self.plan.create(
                HomeDoor(
                    real_property=real_property,
                    address=address,
                    apartment_number=key[2],
                    postal_code=line.get("postal_code"),
                    city=line.get("city"),
                    floor=line.get("floor") or "",
                    **({"tenure": line.get("tenure")} if line.get("tenure") else {}),
                ),
                line,
                is_main=False,
                is_told=False,
            )
            for position, entrance in enumerate(path, start=1):
                self.plan.create(
                    DoorPath(home_door=door, entrance=entrance, position=position),
                    line,
                    is_main=False,
                    is_told=False,
                )
        elif door.pk:
            self._change_home(line, door)
        return door

    def _change_home(self, line: Line, door: HomeDoor) -> None:
        """Plan other facts of a door. One that the user may not see is passed over as if it were
        new: nothing shows that it is there.
        """
        facts = {name: line.get(name) for name in ("floor", "tenure") if line.get(name)}
        if not facts:
            return
        residents = self.residents[door.pk]
        if door.pk in self.changeable_doors:
            with self.plan.aside(line, residents):
                self.plan.change(door, line, **facts)
        else:
            refs = {str(one.person.ref) for one in residents}
            self.plan.refused["import.home_passed_over"] |= refs

    @cached_property
    def changeable_doors(self) -> set[int]:
        if not may_everywhere(self.people.by, "import_lists"):
            return pks_of(
                doors_visible_to(self.people.by, Recipient.objects.all(), "change_recipients")
            )
        hidden = Residence.objects.filter(
            running_or_closing(),
            recipient__in=Recipient.objects.protected_and_not_named(self.people.by),
        )
        return pks_of(HomeDoor.objects.exclude(pk__in=hidden.values("home_door")))

    @cached_property
    def residents(self) -> dict[int, list[About]]:
        """Home door → those who live there, or did until lately."""
        found: dict[int, list[About]] = defaultdict(list)
        lived = Residence.objects.filter(running_or_closing()).order_by("pk")
        for one in lived.select_related("recipient").only("home_door_id", "recipient__ref"):
            found[one.home_door_id].append(self.people.about(one.recipient))
        return found

    def _path(self, line: Line) -> list[Entrance] | None:
        path = []
        for name in line.get("entrances") or []:
            found = self.entrances.get(_plain(name), [])
            if len(found) != 1:
                self.plan.fault(
                    line,
                    _("Portar"),
                    name,
                    _("Porten finns inte i registret.")
                    if not found
                    else _("Flera portar heter så."),
                    _(
                        "Läs in portarna först, och skriv porten som i registret: "
                        "adress, benämning."
                    ),
                )
                return None
            path.append(found[0])
        return path

    def _property(self, line: Line, path: list[Entrance]) -> Property | None:
        designation = line.get("designation")
        if not designation and path:
            return path[-1].real_property
        found = self.properties.get((designation or "").casefold())
        if found is None:
            self.plan.fault(
                line,
                _("Fastighet"),
                designation or "",
                _("Fastigheten finns inte i registret."),
                _("Läs in portarna med sina fastigheter först, eller skriv vägens portar."),
            )
        return found


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace(",", " ").split())
