"""Whole lists for the tests of bringing them in: tried, brought in, and what came of it."""

import json

from homecare.exchange import actions
from homecare.exchange.models import Import
from homecare.exchange.pilot import FOLDER
from homecare.exchange.states import ListKind
from homecare.organisation.models import CareUnit, Provider
from homecare.recipients.models import Commission, Recipient, Representative, Residence
from homecare.staff.models import Employment, StaffMember
from locks.models import Key
from properties.models import DoorPath, Entrance, HomeDoor, Ownership, Property, PropertyOwner

PEOPLE = "Personnummer;Förnamn;Efternamn;Gatuadress;Lgh nr;Postnr;Ort;Portar;Enhetskod;Uppdrag från"
FILES = {
    ListKind.UNITS: "enheter.csv",
    ListKind.PROPERTY_OWNERS: "fastighetsagare.csv",
    ListKind.ENTRANCES: "portar.csv",
    ListKind.STAFF: "medarbetare.csv",
    ListKind.RECIPIENTS: "hemtjansttagare.csv",
    ListKind.REPRESENTATIVES: "stallforetradare.csv",
    ListKind.KEYS: "nycklar.csv",
}


def tried(content, kind, by, name="lista.csv"):
    batch = actions.upload(content=content, file_name=name, kind=kind, by=by)
    actions.start_trial(batch=batch, mapping=batch.mapping, by=by)
    actions.try_import(batch.pk)
    return Import.objects.get(pk=batch.pk)


def brought_in(content, kind, by, name="lista.csv"):
    batch = tried(content, kind, by, name)
    assert json.loads(batch.faults) == []
    actions.start_bringing_in(batch=batch, by=by)
    actions.bring_in(batch.pk)
    return Import.objects.get(pk=batch.pk)


def pilot(by, *, until=ListKind.KEYS):
    """The pilot's lists, up to and including one kind; gives the last import."""
    for kind, file in FILES.items():
        batch = brought_in((FOLDER / file).read_bytes(), kind, by, file)
        if kind == until:
            return batch
    raise AssertionError(until)


def faults(batch):
    return [(one["row"], one["column"], one["message"]) for one in json.loads(batch.faults)]


def told(batch):
    """Line → what the trial told of it to the one who uploaded the list."""
    return {
        int(number): [one["text"] for one in sentences]
        for number, sentences in json.loads(batch.sentences).items()
    }


def csv(*lines):
    return "\r\n".join(lines).encode("utf-8-sig")


def counted():
    models = (
        Provider, CareUnit, StaffMember, Employment, PropertyOwner, Property, Ownership, Entrance,
        HomeDoor, DoorPath, Recipient, Residence, Commission, Representative, Key,
    )  # fmt: skip
    return {model.__name__: model.objects.count() for model in models}


def of(person, **changed):
    """The line of a registered person in a list, as the register has it but for what is changed."""
    home = person.residences.get().home_door
    commission = person.commissions.get()
    cells = {
        "number": person.personal_number,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "address": home.address,
        "apartment_number": home.apartment_number,
        "postal_code": home.postal_code,
        "city": home.city,
        "entrances": ", ".join(str(step.entrance) for step in home.path.all()),
        "unit": commission.unit.code,
        "starts_on": commission.starts_on,
    }
    return ";".join(map(str, (cells | changed).values()))
