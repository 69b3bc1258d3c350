"""The technician's pages."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from consent.states import ConsentEnd
from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core import clock
from homecare.core.models import save_as
from locks.models import FallbackRoute, Installation
from locks.states import InstallationState, OrderState, TestPoint
from tests import make

pytestmark = pytest.mark.django_db
TODAY = date(2030, 1, 31)  # a Thursday
EVERY_TEST = {f"test_{point}": "yes" for point in TestPoint}


@pytest.fixture(autouse=True)
def _now(at):
    at(2030, 1, 31, 9)


@pytest.fixture
def client(client, technician):
    client.force_login(technician)
    return client


def url(name, *things):
    return reverse(f"locks:{name}", args=[thing.ref for thing in things])


def job(door, technician, **given):
    given.setdefault("lock_model", make.lock_model())
    return make.booked_order(door, technician=technician, **given)


# --- the day -------------------------------------------------------------------------------------


def test_the_day_shows_the_jobs_in_the_order_of_time(client, technician):
    for address, start in (("Eftermiddag 1", 13), ("Morgon 1", 8), ("Utan tid 1", None)):
        window = {"window_from": time(start), "window_to": time(start + 1)} if start else {}
        job(make.entrance(address=address), technician, **window)

    text = client.get(url("my_day")).text

    assert text.index("Morgon 1") < text.index("Eftermiddag 1") < text.index("Utan tid 1")
    assert "3 jobb kvar" in text
    assert text.count("is-next") == 1


def test_the_day_shows_own_jobs_only(client, technician):
    job(make.entrance(address="Min gata 1"), technician)
    job(make.entrance(address="Annans gata 1"), make.user(Role.TECHNICIAN))
    make.order(make.entrance(address="Obokad gata 1"))

    text = client.get(url("my_day")).text

    assert "Min gata 1" in text
    assert "Annans gata 1" not in text
    assert "Obokad gata 1" not in text


def test_another_day_is_chosen(client, technician):
    job(make.entrance(address="I morgon 1"), technician, on=TODAY + timedelta(days=1))

    assert "I morgon 1" not in client.get(url("my_day")).text
    assert "I morgon 1" in client.get(url("my_day") + "?day=2030-02-01").text


@pytest.mark.parametrize(
    "day", ["nonsense", "2030-02-31", "", "0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"]
)
def test_a_day_that_is_none_is_today(client, technician, day):
    job(make.entrance(address="I dag 1"), technician)

    assert "I dag 1" in client.get(f"{url('my_day')}?day={day}").text


def test_jobs_left_from_days_before_are_told_of(client, technician):
    job(make.entrance(address="Gammal 1"), technician, on=TODAY - timedelta(days=9))

    text = client.get(url("my_day")).text

    assert "Kvar från tidigare dagar" in text
    assert "Gammal 1" in text


def test_whose_homes_the_day_showed_is_in_the_access_log(client, technician, home, unit):
    job(home, technician)
    late, other_day = make.home_door(), make.home_door()
    for door in (late, other_day):
        make.recipient(unit, home=door)
    job(late, technician, on=TODAY - timedelta(days=3))
    job(other_day, technician, on=TODAY + timedelta(days=1))

    client.get(url("my_day"))

    entry = TrailEntry.objects.get(verb="job.list")
    shown = [str(door.residences.get().recipient.ref) for door in (home, late)]
    assert (entry.kind, entry.details) == ("read", {"shown": shown})


def test_a_day_at_entrances_only_tells_of_nobody(client, technician):
    job(make.entrance(), technician)

    client.get(url("my_day"))

    assert not TrailEntry.objects.filter(verb="job.list").exists()


def test_no_name_stands_on_the_day(client, technician, home):
    job(home, technician)

    text = client.get(url("my_day")).text

    assert home.address in text
    assert home.residences.get().recipient.last_name not in text


def test_the_day_costs_the_same_for_five_jobs_as_for_one(
    client, unit, technician, django_assert_num_queries
):
    def one_more():
        door = make.home_door()
        make.recipient(unit, home=door)
        job(door, technician)

    one_more()
    client.get(url("my_day"))
    with CaptureQueriesContext(connection) as for_one:
        client.get(url("my_day"))
    for _ in range(4):
        one_more()

    with django_assert_num_queries(len(for_one)):
        client.get(url("my_day"))
    assert len(for_one) <= 10


# --- one job -------------------------------------------------------------------------------------


def test_the_page_of_a_job_says_whom_one_meets_and_logs_it(client, technician, home):
    person = home.residences.get().recipient
    shown = job(home, technician)

    text = client.get(url("job", shown)).text

    assert person.name in text
    entry = TrailEntry.objects.get(verb="job.read")
    assert (entry.person_ref, entry.object_ref) == (str(person.ref), str(shown.ref))


def test_when_the_job_is_over_the_name_is_gone(client, technician, home):
    shown = job(home, technician)
    shown.state, shown.finished_at = OrderState.NOT_POSSIBLE, clock.now()
    shown.not_possible_reason = "glass"
    save_as(shown, None)

    text = client.get(url("job", shown)).text

    assert home.residences.get().recipient.last_name not in text
    assert "För mycket glas" in text


def test_a_job_that_is_long_over_is_gone(client, technician, port):
    shown = job(port, technician)
    shown.state, shown.finished_at = OrderState.DONE, clock.now() - timedelta(days=8)
    save_as(shown, None)

    assert client.get(url("job", shown)).status_code == 404


@pytest.mark.parametrize(
    ("role", "is_mine", "status"),
    [
        pytest.param(Role.TECHNICIAN, True, 200, id="my own"),
        pytest.param(Role.TECHNICIAN, False, 404, id="another technician's"),
        pytest.param(Role.COORDINATOR, True, 404, id="no technician"),
    ],
)
def test_who_may_open_a_job(client, port, technician, role, is_mine, status):
    somebody = make.user(role)
    client.force_login(somebody)
    shown = job(port, somebody if is_mine else technician)

    for name in ("job", "record_fitting", "record_not_possible"):
        assert client.get(url(name, shown)).status_code == status


@pytest.mark.parametrize(("named", "status"), [(False, 404), (True, 200)])
def test_a_protected_persons_job_is_opened_by_the_named_only(
    client, technician, home, named, status
):
    person = home.residences.get().recipient
    person.protection_level = "marked"
    save_as(person, None)
    shown = job(home, technician)
    if named:
        make.named_grant(person, technician)

    assert client.get(url("job", shown)).status_code == status
    assert (home.address in client.get(url("my_day")).text) == named


def test_the_code_of_the_entrance_is_hidden_until_it_is_asked_for(client, technician, home):
    port = home.entrances.get()
    port.entrance_code = "4711"
    save_as(port, None)
    shown = job(home, technician)

    before = client.get(url("job", shown)).text
    after = client.post(url("job_reveal", shown, port))

    assert "4711" not in before
    assert "4711" in after.text
    assert after["Cache-Control"] == "no-store"
    entry = TrailEntry.objects.get(verb="entrance.code_revealed")
    assert (entry.actor, entry.object_ref) == (str(technician.ref), str(port.ref))
    assert "4711" not in entry.canonical + entry.personal


def test_the_code_of_an_entrance_elsewhere_is_not_given(client, technician, home):
    elsewhere = make.entrance(entrance_code="1234")

    assert client.post(url("job_reveal", job(home, technician), elsewhere)).status_code == 404


def test_a_consent_that_is_lost_stops_the_technician(client, technician, port):
    shown = job(port, technician)
    consent = port.covers.get().consent
    consent.ended_because, consent.ended_at = ConsentEnd.REVOKED, clock.now()
    save_as(consent, None)

    text = client.get(url("job", shown)).text
    form = client.get(url("record_fitting", shown))

    assert "Montera inte" in text
    assert url("record_fitting", shown) not in text
    assert form["Location"] == url("job", shown)


def test_conditions_are_read_before_the_form_opens(client, technician):
    owner = make.owner()
    port = make.entrance(owner=owner)
    make.owner_consent(owner, port, conditions="Ring först")
    shown = job(port, technician)

    assert "Läs villkoren först" in client.get(url("job", shown)).text
    assert client.get(url("record_fitting", shown))["Location"] == url("job", shown)

    text = client.post(url("job_read", shown), follow=True).text
    assert "Villkor som du har läst" in text
    assert client.get(url("record_fitting", shown)).status_code == 200


# --- the record ----------------------------------------------------------------------------------


def test_a_fitting_is_recorded_and_the_lock_put_in_operation(client, technician, home):
    shown = job(home, technician)

    answer = client.post(
        url("record_fitting", shown),
        {
            **EVERY_TEST,
            "serial": "nl-20 77",
            "minutes": "25",
            "fallback": "spare_key",
            "fallback_note": "Skåp A",
            "removed_parts": "Påse 7",
            "attended": "recipient",
            "signature": make.signature(),
            "is_right": "on",
        },
        follow=True,
    )

    fitted = Installation.objects.get()
    assert answer.redirect_chain == [(url("job", shown), 302)]
    assert "Monterat och provat" in answer.text
    assert (fitted.unit.serial, fitted.minutes, fitted.attended) == ("NL-2077", 25, "recipient")
    assert bytes(fitted.signature) == make.png()
    assert FallbackRoute.objects.get().note == "Skåp A"

    text = client.post(url("job_put_in_operation", shown), follow=True).text
    fitted.refresh_from_db()
    assert fitted.state == InstallationState.IN_OPERATION
    assert "Låset är i drift" in text


def test_a_point_that_failed_is_tried_again(client, technician, port):
    shown = job(port, technician)
    tests = {**EVERY_TEST, f"test_{TestPoint.POWER_LOSS}": "no"}
    text = client.post(
        url("record_fitting", shown), {**tests, "serial": "NL1", "is_right": "on"}, follow=True
    ).text
    assert "Går att öppna vid strömavbrott" in text

    text = client.post(url("record_test", shown), EVERY_TEST, follow=True).text

    assert "Monterat och provat" in text


def test_what_is_left_out_is_said_beside_the_field(client, technician, home):
    shown = job(home, technician)

    text = client.post(url("record_fitting", shown), {"serial": "NL1"}).text

    assert text.count("Prova punkten och svara.") == 2 * len(TestPoint)  # beside, and in summary
    assert "Kryssa i att protokollet stämmer." in text
    assert 'value="NL1"' in text
    assert not Installation.objects.exists()


def test_what_the_action_refuses_is_said_on_the_form(client, technician, port):
    make.installation(unit=make.lock_unit(serial="NL1", model=make.lock_model(name="Annan")))

    answer = client.post(
        url("record_fitting", job(port, technician)),
        {**EVERY_TEST, "serial": "NL1", "is_right": "on"},
    )

    assert "Serienumret tillhör en annan modell" in answer.text
    (error,) = answer.context["form"].errors["serial"]
    assert error.startswith("Serienumret tillhör en annan modell")


def test_sent_again_it_says_that_it_is_recorded(client, technician, port):
    shown = job(port, technician)
    data = {**EVERY_TEST, "serial": "NL1", "is_right": "on"}
    client.post(url("record_fitting", shown), data)

    text = client.post(url("record_fitting", shown), data, follow=True).text

    assert "Jobbet är redan registrerat" in text
    assert Installation.objects.count() == 1


def test_that_it_did_not_go_is_recorded(client, technician, port):
    shown = job(port, technician)

    text = client.post(
        url("record_not_possible", shown), {"reason": "old_door", "note": "Sned"}, follow=True
    ).text

    shown.refresh_from_db()
    assert (shown.state, shown.end_note) == (OrderState.NOT_POSSIBLE, "Sned")
    assert "Tack. Samordnaren ser att det inte gick." in text


def test_a_lock_is_taken_down(client, technician, port):
    installation = make.installation(port, in_operation=True)
    shown = job(port, technician, kind="removal", because="consent_lost")
    assert "Medgivandet gäller inte längre" in client.get(url("job", shown)).text

    text = client.post(url("record_removal", shown), {"parts_restored": "yes"}, follow=True).text

    installation.refresh_from_db()
    assert installation.state == InstallationState.REMOVED
    assert "Låset är demonterat" in text
