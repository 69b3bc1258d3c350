"""Consent at city scale: 15,000 recipients, 3,200 owners, 24,000 doors.

    DATABASE_URL=postgres://… python -m tests.bench.consent [scale]

Makes a database of its own beside the given one, and drops it. Prints a table.
"""

import os
import resource
import sys
import time
from contextlib import contextmanager
from datetime import date, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "homecare.settings.test")
django.setup()

from celery import current_app  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from consent import actions  # noqa: E402
from consent.models import ConsentCase  # noqa: E402
from consent.queries import (  # noqa: E402
    campaigns,
    homes_without_protection,
    needs_of_homes,
    people_behind,
    standing,
)
from homecare.core import clock  # noqa: E402
from homecare.core.encryption import blind_index  # noqa: E402
from homecare.core.models import create_tracked  # noqa: E402
from homecare.mailing import letters  # noqa: E402
from homecare.mailing.models import Channel, Message  # noqa: E402
from homecare.recipients.models import Commission, Recipient, Residence  # noqa: E402
from properties.models import (  # noqa: E402
    DoorPath,
    Entrance,
    HomeDoor,
    OwnerContact,
    Ownership,
    Property,
    PropertyOwner,
)
from tests import make  # noqa: E402

LONG_AGO = date(2020, 1, 1)


@contextmanager
def timed(what, goal=""):
    begun = time.perf_counter()
    yield
    took = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:<58} {took:8.2f} s   {peak:5d} MB   {goal}", flush=True)


def city(scale):
    """The registers, all at once; gives the coordinator of everything."""
    people, owners, doors = (round(number * scale) for number in (15_000, 3_200, 12_000))
    unit = make.unit(district=make.district(name="Staden"))
    by = make.user("coordinator")
    owned = create_tracked(
        [
            PropertyOwner(
                name=f"Ägare {n}",
                kind="company",
                postal_address=f"Box {n}",
                postal_code=f"{10000 + n % 80000}",
                city="Staden",
            )
            for n in range(owners)
        ],
        by=None,
    )
    # Two in three can be written to by e-mail.
    create_tracked(
        [
            OwnerContact(owner=one, name="Kontakt", email=f"k{n}@x.example", starts_on=LONG_AGO)
            for n, one in enumerate(owned)
            if n % 3
        ],
        by=None,
    )
    properties = create_tracked(
        [Property(designation=f"Kvarteret {n}:1") for n in range(owners * 2)], by=None
    )
    create_tracked(
        [
            Ownership(real_property=one, owner=owned[n % owners], starts_on=LONG_AGO)
            for n, one in enumerate(properties)
        ],
        by=None,
    )
    ports = create_tracked(
        [
            Entrance(
                real_property=properties[n % len(properties)],
                address=f"Gatan {n}",
                postal_code="12000",
                city="Staden",
                homes=20,
            )
            for n in range(doors)
        ],
        by=None,
    )
    homes = create_tracked(
        [
            HomeDoor(
                real_property=port.real_property,
                address=port.address,
                apartment_number="1101",
                postal_code="12000",
                city="Staden",
            )
            for port in ports
        ],
        by=None,
    )
    create_tracked(
        [DoorPath(home_door=home, entrance=ports[n], position=1) for n, home in enumerate(homes)],
        by=None,
    )
    numbers = [f"19300101{n:04d}" for n in range(people)]
    cared_for = create_tracked(
        [
            Recipient(
                personal_number=number,
                personal_number_index=blind_index("recipient.personal_number", number),
                first_name="Ada",
                last_name=f"Lund {number}",
            )
            for number in numbers
        ],
        by=None,
    )
    create_tracked(
        [Commission(recipient=one, unit=unit, starts_on=LONG_AGO) for one in cared_for], by=None
    )
    create_tracked(
        [
            Residence(recipient=one, home_door=homes[n % doors], starts_on=LONG_AGO)
            for n, one in enumerate(cared_for)
        ],
        by=None,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return by, unit


def measure(scale):
    with timed(f"registers of the city, scale {scale}"):
        by, unit = city(scale)
    area = actions.draw_up_campaign(name="Staden", by=by, district=unit.district)
    with timed("preview of a mailing to the whole city", "under 2 s"):
        seen = campaigns.preview(area, by)
    print(f"  {len(seen.letters)} letters about {seen.number_of_entrances} entrances")
    with timed("coverage of all homes", "under 5 s"):
        needs_of_homes(Residence.objects.on(clock.today()))
    with timed("the mailing is sent (a worker)"):
        actions.ask_to_send(campaign=area, by=by, letters=len(seen.letters))
        actions.send_campaign(area.pk)
    for message in Message.objects.iterator():  # every request as a letter that waits
        message.to_address = f"Box {message.pk}\n{10000 + message.pk % 80000} Staden"
        message.channel, message.state, message.sent_at = Channel.LETTER, "waiting", None
        message.save()
    with timed("all letters as one PDF", "3,200 under 60 s"):
        run = letters.print_letters(by=by)
    print(f"  {run.letters} letters, {len(run.content) // 1024} kB")
    with timed("preview again: nothing left to ask"):
        campaigns.preview(area, by)
    later = (clock.now() + timedelta(days=22)).replace(hour=9)
    with clock.at(later), timed("one sweep of reminders (at most 200 steps)", "under 10 s"):
        taken = actions.remind_owners()
    print(f"  {taken} steps taken, {ConsentCase.objects.count()} requests")
    with timed("the page of how it stands"):
        entrances = standing.entrances_seen_by(by)
        behind = people_behind(homes_without_protection(by, "see_consents"))
        standing.by_owner_kind(entrances)
        standing.who_unlocks_most(entrances, behind)


def main():
    # Mail is a worker's, and not counted.
    current_app.conf.update(task_always_eager=False, broker_url="memory://")
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    old = setup_databases(verbosity=0, interactive=False)
    try:
        print(f"{connection.vendor}, {clock.today()}")
        measure(scale)
    finally:
        teardown_databases(old, verbosity=0)


if __name__ == "__main__":
    main()
