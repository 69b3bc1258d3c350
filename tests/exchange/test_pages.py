"""The pages of bringing in a list: three steps, a progress bar, and who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from homecare.exchange import actions
from homecare.exchange.models import Import
from homecare.exchange.pilot import FOLDER
from homecare.exchange.states import ImportState
from homecare.organisation.models import CareUnit
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = make.user("system_manager")
    client.force_login(user)
    return user


def upload(client, name="enheter.csv", content=None):
    content = (FOLDER / name).read_bytes() if content is None else content
    return client.post(
        reverse("exchange:import_list"),
        {"kind": "", "name": "", "file": SimpleUploadedFile(name, content)},
    )


def columns_of(client, batch):
    """What the form of the columns would send as it stands."""
    page = client.get(reverse("exchange:mapping", args=[batch.ref]))
    return {field.name: field.value() or "" for field in page.context["form"]}


def test_a_list_is_taken_through_all_three_steps(client, manager, committing):
    response = upload(client)
    batch = Import.objects.get()
    assert response.url == reverse("exchange:mapping", args=[batch.ref])

    with committing():
        client.post(response.url, columns_of(client, batch))
    tried = client.get(reverse("exchange:batch", args=[batch.ref])).text
    assert "Inga fel" in tried
    assert CareUnit.objects.count() == 0

    with committing():
        client.post(reverse("exchange:bring_in", args=[batch.ref]))
    assert "Listan är inläst" in client.get(reverse("exchange:batch", args=[batch.ref])).text
    assert CareUnit.objects.count() == 3

    client.post(reverse("exchange:undo", args=[batch.ref]))
    assert CareUnit.objects.count() == 0


def test_a_file_that_cannot_be_read_is_refused_beside_the_field(client, manager):
    response = upload(client, "lista.xlsx", b"%PDF-1.7 inte ett kalkylblad")

    assert response.status_code == 200
    assert response.context["form"].errors["file"]
    assert Import.objects.count() == 0


def test_two_columns_for_one_field_are_refused_and_nothing_starts(client, manager):
    upload(client)
    batch = Import.objects.get()
    chosen = columns_of(client, batch)
    chosen["column_8"] = chosen["column_0"]

    response = client.post(reverse("exchange:mapping", args=[batch.ref]), chosen)

    assert "Flera kolumner är kopplade till" in response.text
    batch.refresh_from_db()
    assert batch.state == ImportState.READ


def test_every_fault_is_on_the_page_and_in_the_file(client, manager, committing):
    upload(
        client, "enheter.csv", "Enhetskod;Enhet;Utförare;Regi\n;A;B;Kommunal\nX;A;B;Fel".encode()
    )
    batch = Import.objects.get()
    with committing():
        client.post(reverse("exchange:mapping", args=[batch.ref]), columns_of(client, batch))

    page = client.get(reverse("exchange:batch", args=[batch.ref])).text
    file = client.get(reverse("exchange:faults", args=[batch.ref])).content.decode("utf-8-sig")

    assert "fel att rätta" in page
    assert [line.split(";")[0] for line in file.splitlines()] == ['"Rad"', '"2"', '"3"']
    refused = client.post(reverse("exchange:bring_in", args=[batch.ref]), follow=True)
    assert "Rätta felen i filen" in refused.text


def test_work_under_way_shows_how_far_it_has_come_and_asks_again(client, manager):
    upload(client)
    batch = Import.objects.get()
    actions.start_trial(batch=batch, mapping=batch.mapping, by=manager)

    part = client.get(reverse("exchange:batch", args=[batch.ref]), headers={"HX-Request": "true"})

    assert 'hx-trigger="every 1s"' in part.text
    assert "<html" not in part.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("the uploader", 200), ("system manager", 200), ("coordinator", 404), ("unit manager", 404)],
)
def test_who_may_see_an_import(client, who, status):
    unit = make.unit()
    uploader = make.user("coordinator", unit)
    batch = actions.upload(
        content=(FOLDER / "medarbetare.csv").read_bytes(), file_name="m.csv", by=uploader
    )
    person = {
        "the uploader": lambda: uploader,
        "system manager": lambda: make.user("system_manager"),
        "coordinator": lambda: make.user("coordinator", unit),
        "unit manager": lambda: make.user("unit_manager", unit),
    }[who]()
    client.force_login(person)

    assert client.get(reverse("exchange:mapping", args=[batch.ref])).status_code == status


def test_a_template_has_the_columns_that_are_understood(client, manager):
    content = client.get(reverse("exchange:template", args=["staff"])).content

    batch = actions.upload(content=content + b'"M1"\r\n', file_name="mall.csv", by=manager)

    assert batch.kind == "staff"


@pytest.mark.parametrize("imports", [1, 5])
def test_the_list_costs_the_same_for_five_as_for_one(
    client, manager, imports, django_assert_max_num_queries
):
    for _ in range(imports):
        upload(client)

    with django_assert_max_num_queries(8):
        response = client.get(reverse("exchange:import_list"))

    assert len(response.context["imports"]) == imports
