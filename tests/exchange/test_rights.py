"""Who may bring in which lists: what one may not change by hand, one changes with no list."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from homecare.accounts.actions import end_roles
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.exchange import actions
from homecare.exchange.access import kinds_for
from homecare.exchange.models import Import
from homecare.exchange.states import ImportState, ListKind
from homecare.organisation.models import CareUnit
from homecare.staff.models import StaffMember
from tests import make
from tests.exchange.lists import brought_in, csv, tried

pytestmark = pytest.mark.django_db

UNITS = csv("Enhetskod;Enhet;Utförare;Regi", "NY;Ny enhet;Ny utförare;Kommunal")
OF_UNITS = "Du får inte läsa in enheter och utförare. Be systemförvaltaren göra det."
OF_A_COORDINATOR = [
    ListKind.STAFF,
    ListKind.PROPERTY_OWNERS,
    ListKind.ENTRANCES,
    ListKind.RECIPIENTS,
    ListKind.REPRESENTATIVES,
    ListKind.CONTACTS,
    ListKind.KEYS,
]


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        pytest.param("system_manager", list(ListKind), id="system manager"),
        pytest.param("coordinator", OF_A_COORDINATOR, id="coordinator"),
        pytest.param("unit_manager", [], id="unit manager, who brings in no lists"),
    ],
)
def test_who_may_bring_in_which_lists(role, kinds):
    user = make.user(role, None if role == "system_manager" else make.unit())

    assert [kind for kind, _label in kinds_for(user)] == kinds


@pytest.mark.parametrize("kind", [ListKind.UNITS, ""], ids=["named", "recognised"])
def test_the_units_are_not_rewritten_by_the_coordinator_of_one_of_them(kind):
    coordinator = make.user("coordinator", make.unit())

    with pytest.raises(RuleBroken, match=OF_UNITS):
        actions.upload(content=UNITS, file_name="enheter.csv", kind=kind, by=coordinator)

    assert Import.objects.count() == 0


def test_the_form_offers_only_what_one_may_bring_in_and_says_so_of_the_rest(client):
    client.force_login(make.user("coordinator", make.unit()))
    page = client.get(reverse("exchange:import_list"))

    answer = client.post(
        reverse("exchange:import_list"),
        {"kind": "", "name": "", "file": SimpleUploadedFile("enheter.csv", UNITS)},
    )

    kinds = [kind for kind, _label in page.context["form"].fields["kind"].choices]
    assert kinds == ["", *OF_A_COORDINATOR]
    assert [kind for kind, _label in page.context["kinds"]] == OF_A_COORDINATOR
    assert answer.context["form"].errors == {"file": [OF_UNITS]}


def test_the_trail_and_the_history_name_the_one_who_brought_in(client):
    unit = make.unit()
    uploader, manager = make.user("coordinator", unit), make.user("system_manager", name="Eva Ek")
    batch = tried(
        csv("Anställningsnr;Namn;Enhetskod;Anställd från", f"M1;Ada Ask;{unit.code};2026-01-01"),
        ListKind.STAFF,
        uploader,
    )

    actions.start_bringing_in(batch=batch, by=manager)
    actions.bring_in(batch.pk)

    batch.refresh_from_db()
    entries = TrailEntry.objects.about(batch).order_by("pk")
    assert [(one.verb, one.facts.get("step"), one.actor) for one in entries] == [
        ("import.uploaded", None, str(uploader.ref)),
        ("import.started", "trial", str(uploader.ref)),
        ("import.started", "bring_in", str(manager.ref)),
        ("import.brought_in", None, str(manager.ref)),
    ]
    assert StaffMember.history.get().history_user == manager
    client.force_login(uploader)
    page = client.get(reverse("exchange:batch", args=[batch.ref])).text
    assert "av Eva Ek." in page
    assert f"av {uploader.name}." in page


def without_roles(user):
    end_roles(user=user, by=None, reason="Slutar")
    return type(user).objects.get(pk=user.pk)


def test_who_has_lost_the_right_tries_brings_in_and_undoes_nothing():
    manager = make.user("system_manager")
    done = brought_in(UNITS, ListKind.UNITS, manager)
    other = tried(UNITS.replace(b"NY;", b"NYARE;"), ListKind.UNITS, manager)
    former = without_roles(manager)

    for act in (
        lambda: actions.start_trial(batch=other, mapping=other.mapping, by=former),
        lambda: actions.start_bringing_in(batch=other, by=former),
        lambda: actions.undo(batch=done, by=former),
    ):
        with pytest.raises(RuleBroken, match=OF_UNITS):
            act()

    assert [unit.code for unit in CareUnit.objects.all()] == ["NY"]


def test_a_list_does_no_more_than_its_uploader_may_do_on_the_day():
    manager = make.user("system_manager")
    batch = tried(UNITS, ListKind.UNITS, manager)
    without_roles(manager)
    actions.start_bringing_in(batch=batch, by=make.user("system_manager"))

    actions.bring_in(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.refusal) == (
        ImportState.FAILED,
        "Den som laddade upp listan får inte längre läsa in den. Ladda upp den på nytt.",
    )
    assert CareUnit.objects.count() == 0
