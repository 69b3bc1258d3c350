"""The report "Läget i införandet": a snapshot that agrees with itself for ever."""

import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.oversight import actions, documents
from homecare.oversight.models import Report
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make.user("unit_manager")


def figures(report):
    return {
        figure["key"]: figure["value"]
        for section in report.content["sections"]
        for figure in section["figures"]
    }


def pdf_text(content):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_the_numbers_are_those_of_the_registers(manager):
    unit = make.unit()
    entrance = make.entrance()
    person = make.recipient(unit, home=make.home_door(entrance))
    make.recipient_consent(person)
    make.owner_consent(entrance.real_property.ownerships.get().owner, entrance)
    make.installation(entrance, in_operation=True)
    make.handout(make.key(unit, person), by=manager)

    found = figures(actions.make_report(by=manager))

    assert found["recipients"] == 1
    assert found["stage_partly"] == 1
    assert found["own_yes"] == 1
    assert found["entrance_locks"] == 1
    assert (found["keys_kept"], found["keys_out"], found["keys_late"]) == (1, 1, 1)
    assert (found["without_consent"], found["without_receipt"]) == (0, 0)


def test_a_lock_in_operation_without_consent_is_counted(manager):
    make.installation(make.entrance(), in_operation=True)

    assert figures(actions.make_report(by=manager))["without_consent"] == 1


def test_reports_are_numbered_in_order_and_their_making_is_in_the_trail(manager):
    first, second = actions.make_report(by=manager), actions.make_report(by=manager)

    assert (first.number, second.number) == (1, 2)
    entry = TrailEntry.objects.filter(verb="report.made").latest("pk")
    assert second.sha256 in entry.canonical


def test_a_report_is_never_changed_or_deleted(manager):
    report = actions.make_report(by=manager)

    with pytest.raises(TypeError, match="snapshot"):
        report.save()
    with pytest.raises(TypeError, match="snapshot"):
        report.delete()


def test_a_report_changed_behind_the_application_says_so(client, manager):
    report = actions.make_report(by=manager)
    client.force_login(manager)
    page = reverse("oversight:report", args=[report.ref])
    warning = "Rapporten stämmer inte med sin kontrollsumma"
    assert warning not in client.get(page).text

    report.content["sections"][0]["figures"][0]["value"] = 7
    Report.objects.filter(pk=report.pk).update(content=report.content)

    assert warning in client.get(page).text


def test_what_happens_later_does_not_change_a_report(manager):
    report = actions.make_report(by=manager)
    before = documents.report_pdf(report)

    make.recipient()

    assert documents.report_pdf(Report.objects.get(pk=report.pk)) == before


def test_the_pdf_and_the_workbook_say_the_same(manager):
    make.recipient()
    report = actions.make_report(by=manager)

    text = pdf_text(documents.report_pdf(report))
    sheet = load_workbook(io.BytesIO(documents.report_xlsx(report)))["Läget"]
    in_workbook = {row[1]: row[2] for row in sheet.iter_rows(min_row=2, values_only=True)}

    assert in_workbook["Hemtjänsttagare med pågående uppdrag"] == 1
    assert "Hemtjänsttagare med pågående uppdrag" in " ".join(text.split())
    assert report.sha256[:40] in text.replace("\n", "")


def test_nobody_is_named_and_the_protected_are_not_among_the_recipients(manager):
    unit = make.unit(name="Årsta hemtjänst")
    make.recipient(unit, first_name="Kanarie", last_name="Fågel")
    make.recipient(unit, first_name="Hemlig", last_name="Fågel", protection_level="marked")

    report = actions.make_report(by=manager)

    assert figures(report)["recipients"] == 1
    assert [row["recipients"] for row in report.content["units"]] == [1]
    assert "Fågel" not in pdf_text(documents.report_pdf(report))


def test_months_are_the_last_twelve_in_swedish_time(manager):
    # Half past midnight on the first of February in Sweden; still January in UTC.
    with clock.at(datetime(2026, 1, 31, 23, 30, tzinfo=UTC)):
        make.installation(make.entrance(), in_operation=True, in_operation_at=clock.now())
        months = actions.make_report(by=manager).content["months"]

    assert (months[0]["month"], months[-1]) == ("2025-03", {"month": "2026-02", "locks": 1})
    assert len(months) == 12


@pytest.mark.parametrize(
    ("role", "status"),
    [("auditor", 200), ("unit_manager", 200), ("coordinator", 404), ("technician", 404)],
)
def test_who_may_read_a_report(client, manager, role, status):
    report = actions.make_report(by=manager)
    client.force_login(make.user(role))

    assert client.get(reverse("oversight:report_pdf", args=[report.ref])).status_code == status


@pytest.mark.parametrize("reports", [1, 5])
def test_the_list_costs_the_same_for_five_as_for_one(
    client, manager, reports, django_assert_max_num_queries
):
    for _ in range(reports):
        actions.make_report(by=manager)
    client.force_login(manager)

    with django_assert_max_num_queries(8):
        response = client.get(reverse("oversight:report_list"))

    assert response.text.count("Framtagen av") == reports
