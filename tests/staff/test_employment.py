"""Who works where, from when to when, and what ends with it."""

from datetime import date

import pytest
from django.core.management import call_command

from homecare.accounts import actions as accounts
from homecare.accounts.access import may
from homecare.accounts.models import User
from homecare.accounts.roles import Role
from homecare.audit.models import TrailEntry
from homecare.core.errors import RuleBroken
from homecare.staff import actions
from homecare.staff.models import StaffMember
from homecare.staff.tasks import end_what_has_expired
from tests import make

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
TOMORROW = date(2026, 3, 3)
YESTERDAY = date(2026, 3, 1)


@pytest.fixture(autouse=True)
def _today(at):
    at(2026, 3, 2, 9)


@pytest.fixture
def unit():
    return make.unit()


@pytest.fixture
def manager(unit):
    return make.user(Role.UNIT_MANAGER, unit)


def add(unit, by, **given):
    return actions.add_staff_member(
        **{
            "staff_id": "A100",
            "name": "Eva Ek",
            "unit": unit,
            "starts_on": TODAY,
            "by": by,
            **given,
        }
    )


def end(employment, by, on=TODAY, reason=""):
    actions.end_employment(employment=employment, ends_on=on, by=by, reason=reason)


def is_active(user):
    return User.objects.get(pk=user.pk).is_active


# --- beginning -----------------------------------------------------------------------------------


def test_a_new_staff_member_works_in_the_unit(unit, manager):
    member = add(unit, manager, email="eva@example.se", phone="+46701740605")

    assert list(StaffMember.objects.employed_now()) == [member]
    assert [(one.unit, one.starts_on, one.ends_on) for one in member.employments.all()] == [
        (unit, TODAY, None)
    ]
    verbs = list(TrailEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["staff.added", "employment.started"]
    entry = TrailEntry.objects.about(member).get(verb="staff.added")
    assert entry.details["staff_member"] == "Eva Ek"
    assert "Eva" not in entry.canonical


def test_somebody_known_from_another_unit_gets_one_more_employment(unit, manager):
    elsewhere = make.staff_member(staff_id="A100", name="Eva Ek")

    member = add(unit, manager, staff_id="a100", name=" eva  ek ")

    assert member == elsewhere
    assert StaffMember.objects.count() == 1
    assert elsewhere.employments.count() == 2


def test_a_staff_id_never_moves_to_another_name(unit, manager):
    make.staff_member(staff_id="A100", name="Bo Bok")

    with pytest.raises(RuleBroken, match="Anställningsnumret finns redan, med ett annat namn"):
        add(unit, manager)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"ends_on": YESTERDAY}, "Sista dagen kan inte ligga före första dagen."),
        ({"unit": "closed"}, "Enheten är avslutad den dagen."),
        ({"unit": "another"}, "Du kan bara anställa i dina egna enheter."),
    ],
)
def test_an_employment_that_is_not_begun(unit, manager, given, refusal):
    if given.get("unit") == "closed":
        unit.closed_on = TODAY
        unit.save()
        given = {}
    elif given.get("unit") == "another":
        given = {"unit": make.unit()}

    with pytest.raises(RuleBroken) as refused:
        add(**{"unit": unit, "by": manager, **given})

    assert str(refused.value) == refusal
    assert not StaffMember.objects.exists()


def test_two_employments_in_a_unit_never_share_a_day(unit, manager):
    member = add(unit, manager, ends_on=TOMORROW)

    with pytest.raises(RuleBroken, match="Personen arbetar redan i enheten"):
        actions.start_employment(staff_member=member, unit=unit, starts_on=TOMORROW, by=manager)

    actions.start_employment(staff_member=member, unit=unit, starts_on=date(2026, 3, 4), by=manager)


def test_somebody_who_was_ended_by_mistake_begins_again_the_same_day(unit, manager):
    member = add(unit, manager)
    end(member.employments.get(), manager)

    actions.start_employment(staff_member=member, unit=unit, starts_on=TODAY, by=manager)

    assert list(StaffMember.objects.employed_now()) == [member]
    assert not member.has_left


def test_who_somebody_is_can_be_corrected(unit, manager):
    member, other = add(unit, manager), make.staff_member(staff_id="B200")

    actions.change_staff_member(
        staff_member=member,
        staff_id="A101",
        name="Eva Alm",
        email="e@example.se",
        phone="",
        by=manager,
    )
    with pytest.raises(RuleBroken, match="En annan medarbetare har det anställningsnumret"):
        actions.change_staff_member(staff_member=other, staff_id="a101", name="Bo", by=manager)

    entry = TrailEntry.objects.about(member).get(verb="staff.changed")
    assert entry.details["before"]["name"] == "Eva Ek"


# --- ending --------------------------------------------------------------------------------------


@pytest.fixture
def worker(unit):
    """A staff member with an account and the role of a care worker, in one unit."""
    member = make.staff_member(unit, email="eva@example.se")
    actions.open_account(staff_member=member, by=None)
    return StaffMember.objects.get(pk=member.pk)


# Whether the account and the role there stay when the only employment is ended by this one.
LEFT_TO_OTHERS = [
    pytest.param(Role.COORDINATOR, Role.CARE_WORKER, False, id="coordinator, care worker"),
    pytest.param(Role.COORDINATOR, Role.COORDINATOR, False, id="coordinator, coordinator"),
    pytest.param(Role.COORDINATOR, Role.UNIT_MANAGER, True, id="coordinator, manager"),
    pytest.param(Role.COORDINATOR, Role.SYSTEM_MANAGER, True, id="coordinator, system manager"),
    pytest.param(Role.UNIT_MANAGER, Role.UNIT_MANAGER, False, id="manager, manager"),
    pytest.param(Role.UNIT_MANAGER, Role.SECURITY_OFFICER, True, id="manager, security officer"),
    pytest.param(Role.SYSTEM_MANAGER, Role.SYSTEM_MANAGER, False, id="system manager, the same"),
    pytest.param(None, Role.SYSTEM_MANAGER, False, id="the system, system manager"),
]


@pytest.mark.parametrize("planned", [False, True], ids=["at once", "planned"])
@pytest.mark.parametrize(("ender", "role", "stays"), LEFT_TO_OTHERS)
def test_nobody_shuts_out_an_account_whose_roles_they_do_not_decide_on(
    unit, at, ender, role, stays, planned
):
    account = make.user(role, unit)
    if role != Role.CARE_WORKER:
        make.assignment(account, Role.CARE_WORKER, unit)
    employment = make.staff_member(unit, user=account).employments.get()
    by = make.user(ender, unit) if ender else None

    end(employment, by, on=TOMORROW if planned else TODAY)
    if planned:
        # Whoever planned it may have left since: what counts is the day it was planned.
        for held in by.assignments.all() if by else []:
            accounts.end_role(assignment=held, by=None, reason="Slutat")
        at(2026, 3, 4, 0, 5)
    assert actions.end_what_has_expired() == int(planned)

    assert employment.has_ended
    assert is_active(account) == stays
    held = {one.role for one in account.assignments.open_on(date(2026, 3, 4))}
    assert held == ({role} if stays else set())
    told = TrailEntry.objects.filter(verb="account.left_to_others")
    assert [entry.facts["roles"] for entry in told] == ([[role]] if stays and not planned else [])


def test_an_account_left_to_others_is_blocked_once_they_have_ended_its_roles(unit):
    account = make.user(Role.SYSTEM_MANAGER)
    employment = make.staff_member(unit, user=account).employments.get()
    end(employment, make.user(Role.COORDINATOR, unit))
    assert actions.end_what_has_expired() == 0

    accounts.end_role(
        assignment=account.assignments.get(), by=make.user(Role.SYSTEM_MANAGER), reason="Slutat"
    )

    assert actions.end_what_has_expired() == 1
    assert not is_active(account)


@pytest.mark.parametrize("last_day", [TODAY, YESTERDAY])
def test_who_leaves_today_or_has_left_loses_everything_at_once(unit, manager, worker, last_day):
    end(worker.employments.get(), manager, on=last_day, reason="Ny tjänst")

    assert not is_active(worker.user)
    assert not worker.user.assignments.open_on(TODAY).exists()
    assert not StaffMember.objects.employed_now().exists()
    assert list(StaffMember.objects.left()) == [worker]
    assert not StaffMember.objects.get(pk=worker.pk).works_now
    entry = TrailEntry.objects.get(verb="employment.ended")
    assert (entry.actor, entry.reason) == (str(manager.ref), "Ny tjänst")
    assert entry.facts["at_once"] is True
    assert TrailEntry.objects.about(worker.user).get(verb="account.blocked").actor == "system"


def test_the_day_of_leaving_is_still_a_day_of_work_afterwards(unit, manager, worker, at):
    end(worker.employments.get(), manager)

    at(2026, 3, 10, 9)

    assert list(StaffMember.objects.employed_on(TODAY)) == [worker]
    assert worker.works_on(TODAY)
    assert not StaffMember.objects.employed_on(TOMORROW).exists()


def test_who_is_to_leave_works_through_the_last_day(unit, manager, worker, at):
    end(worker.employments.get(), manager, on=TOMORROW)

    at(2026, 3, 3, 23, 55)
    assert actions.end_what_has_expired() == 0
    assert is_active(worker.user)
    assert list(StaffMember.objects.employed_now()) == [worker]

    at(2026, 3, 4, 0, 5)
    end_what_has_expired()
    assert not is_active(worker.user)
    assert not worker.user.assignments.open_on(date(2026, 3, 4)).exists()


def test_the_sweep_may_run_late_and_twice(unit, worker, at):
    end(worker.employments.get(), None, on=TOMORROW)

    at(2026, 8, 1, 9)
    assert actions.end_what_has_expired() == 1
    entries = TrailEntry.objects.count()
    assert actions.end_what_has_expired() == 0
    call_command("end_what_has_expired")

    assert TrailEntry.objects.count() == entries
    assert TrailEntry.objects.filter(verb="account.blocked").count() == 1


def test_leaving_one_of_two_units_takes_the_roles_there_only(unit, manager, worker):
    other = make.unit()
    make.employment(other, staff_member=worker)
    make.assignment(worker.user, Role.COORDINATOR, other)

    end(worker.employments.get(unit=unit), manager)

    assert is_active(worker.user)
    held = worker.user.assignments.open_on(TODAY)
    assert [(one.role, one.unit) for one in held] == [(Role.COORDINATOR, other)]


def test_leaving_one_of_two_units_by_the_calendar_is_seen_by_the_sweep(unit, worker, at):
    make.employment(make.unit(), staff_member=worker)
    end(worker.employments.get(unit=unit), None, on=TOMORROW)

    at(2026, 3, 4, 0, 5)
    assert actions.end_what_has_expired() == 1

    assert is_active(worker.user)
    assert not worker.user.assignments.open_on(date(2026, 3, 4)).exists()


def test_a_role_given_after_the_employment_ended_is_left_alone(unit, manager, worker, at):
    make.employment(make.unit(), staff_member=worker)
    end(worker.employments.get(unit=unit), manager)
    at(2026, 3, 3, 9)
    accounts.assign_role(
        user=User.objects.get(pk=worker.user.pk),
        role=Role.COORDINATOR,
        scope="unit",
        unit=unit,
        by=manager,
        reason="Täcker upp",
        starts_on=TOMORROW,
    )

    assert actions.end_what_has_expired() == 0

    assert may(User.objects.get(pk=worker.user.pk), "see_keys")


def test_who_is_yet_to_begin_has_not_left(unit, manager):
    member = add(unit, manager, starts_on=TOMORROW)

    assert not StaffMember.objects.left().exists()
    assert not member.has_left
    assert not StaffMember.objects.employed_now().exists()


@pytest.mark.parametrize(
    ("on", "refusal"),
    [
        (date(2019, 12, 31), "Sista dagen kan inte ligga före första dagen, 2020-01-01."),
        (TODAY, "Anställningen är redan avslutad."),
    ],
)
def test_an_employment_that_is_not_ended(unit, manager, worker, on, refusal):
    employment = worker.employments.get()
    if on == TODAY:
        end(employment, manager)

    with pytest.raises(RuleBroken) as refused:
        end(employment, manager, on=on)

    assert str(refused.value) == refusal


def test_nobody_ends_an_employment_in_a_unit_of_others(worker):
    with pytest.raises(RuleBroken, match="Du kan bara avsluta anställningar i dina egna enheter"):
        end(worker.employments.get(), make.user(Role.UNIT_MANAGER, make.unit()))


def test_the_last_day_can_be_moved_while_it_is_to_come(unit, manager, worker):
    employment = worker.employments.get()

    end(employment, manager, on=date(2026, 3, 31))
    end(employment, manager, on=date(2026, 4, 30))

    assert employment.ends_on == date(2026, 4, 30)


# --- who sees whom -------------------------------------------------------------------------------


def test_staff_are_seen_where_they_work_and_have_worked(unit, manager):
    other = make.unit()
    now = make.staff_member(unit)
    moved_on = make.staff_member(unit, ends_on=YESTERDAY)
    make.employment(other, staff_member=moved_on)
    left = make.staff_member(unit, ends_on=YESTERDAY)
    make.staff_member(other)

    assert set(StaffMember.objects.visible_to(manager)) == {now, moved_on, left}
    assert set(StaffMember.objects.changeable_by(manager)) == {now, left}
    assert set(StaffMember.objects.in_units([unit])) == {now}


def test_an_administrator_sees_and_changes_all_staff(unit):
    administrator = make.user(Role.SYSTEM_MANAGER)
    make.staff_member()
    make.staff_member(unit)

    assert StaffMember.objects.visible_to(administrator).count() == 2
    assert StaffMember.objects.changeable_by(administrator).count() == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [("eva", 1), ("ek EVA", 1), ("a100", 1), ("eva bok", 0), ("A10", 0), ("", 2)],
)
def test_staff_are_found_by_name_or_number(unit, text, found):
    make.staff_member(unit, name="Eva Ek", staff_id="A100")
    make.staff_member(unit, name="Bo Bok", staff_id="B200")

    assert StaffMember.objects.found_by(text).count() == found
