"""Accounts and roles. Guardian's permissions are derived here, and nowhere else."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from homecare.accounts import throttle
from homecare.accounts.access import may_assign, may_change_account, may_open_to_others
from homecare.accounts.links import password_token
from homecare.accounts.models import RoleAssignment, Scope, User
from homecare.accounts.queries import LINK_RENEWED
from homecare.accounts.roles import PRIVILEGED, RIGHTS_OF
from homecare.audit.models import Kind
from homecare.audit.trail import note, note_denied, record
from homecare.core import clock, facts
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.versions import refuse_if_changed
from homecare.organisation.access import PERMISSION_MODELS, held_rows
from homecare.organisation.models import CareUnit, District, Provider

# --- accounts ------------------------------------------------------------------------------------


@transaction.atomic
def create_account(*, email: str, name: str, by: User | None, password: str | None = None) -> User:
    """Open a personal account. Without a password it cannot be used until one is set."""
    email = email.strip().lower()
    _refuse_taken_email(email)
    user = User(email=email, name=name.strip())
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    save_as(user, by)
    record(by, "account.created", user, personal={"account": user.name, "email": email})
    return user


@transaction.atomic
def change_account(
    *, account: User, name: str, email: str, by: User | None, seen: str | None = None
) -> User:
    """Correct the name or the e-mail address.

    Refused when another account has the address, when the account was changed since `seen`, and
    a new address of an account in use to those who do not assign roles everywhere.
    """
    email = email.strip().lower()
    _refuse_out_of_reach(by, account)
    account = _locked(account)
    refuse_if_changed(account, seen)
    if email != account.email and by is not None and not may_open_to_others(by, account):
        raise RuleBroken(
            _("Kontot används. Be en systemförvaltare om personen ska ha en annan adress.")
        )
    _refuse_taken_email(email, but_for=account)
    before = {"name": account.name, "email": account.email}
    account.name, account.email = name.strip(), email
    save_as(account, by, fields=["name", "email"])
    record(by, "account.changed", account, personal={"before": before, "email": email})
    return account


def _refuse_taken_email(email: str, but_for: User | None = None) -> None:
    others = User.objects.filter(email__iexact=email)
    if but_for is not None:
        others = others.exclude(pk=but_for.pk)
    if others.exists():
        raise RuleBroken(_("Det finns redan ett konto med den e-postadressen."))


def _refuse_out_of_reach(by: User | None, account: User) -> None:
    if by is not None and not may_change_account(by, account):
        raise RuleBroken(
            _("Kontot har roller utanför ditt område. Be en systemförvaltare om hjälp.")
        )


@transaction.atomic
def block_account(*, user: User, by: User | None, reason: str) -> User:
    """Shut the account: no sign-in from now on, running sessions end, and no right is left.

    Refused for one's own account and without a reason. A blocked account stays as it is.
    """
    if by is not None and by.pk == user.pk:
        raise RuleBroken(_("Du kan inte spärra ditt eget konto. Be en kollega göra det."))
    _refuse_out_of_reach(by, user)
    _refuse_empty(reason, _("Skriv varför kontot spärras."))
    if user.is_active:
        user.is_active = False
        save_as(user, by, reason=reason, fields=["is_active"])
        record(by, "account.blocked", user, reason=reason)
    derive_rights(user)
    return user


@transaction.atomic
def unblock_account(*, user: User, by: User | None, reason: str) -> User:
    """Let the account sign in again, with the roles that are in force today."""
    if by is not None and by.pk == user.pk:
        raise RuleBroken(_("Du kan inte häva spärren för ditt eget konto."))
    _refuse_out_of_reach(by, user)
    _refuse_empty(reason, _("Skriv varför spärren hävs."))
    if not user.is_active:
        user.is_active = True
        save_as(user, by, reason=reason, fields=["is_active"])
        record(by, "account.unblocked", user, reason=reason)
    derive_rights(user)
    return user


def _refuse_empty(reason: str, text: str) -> None:
    if not reason.strip():
        raise RuleBroken(text)


@transaction.atomic
def give_password_link(*, user: User, by: User | None) -> str:
    """Make the secret part of a link to set the password. Shown once and saved nowhere.

    Refused for a blocked account, for one's own, which is changed with the old password, and for
    one in use to those who do not assign roles everywhere. The account's owner is told of a link
    that could have let somebody else in (`queries.links_given_to`).
    """
    if by is not None and by.pk == user.pk:
        raise RuleBroken(_("Byt ditt eget lösenord på sidan Mitt konto."))
    _refuse_out_of_reach(by, user)
    if not user.is_active:
        raise RuleBroken(_("Kontot är spärrat. Häv spärren först."))
    if by is not None and not may_open_to_others(by, user):
        raise RuleBroken(
            _("Kontot används och har ett lösenord. Be en systemförvaltare om en ny länk.")
        )
    verb = LINK_RENEWED if user.has_usable_password() else "account.password_link_given"
    record(by, verb, user)
    return password_token(user)


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """Set the password, by the account's own owner: with the old one, or through a link."""
    user.set_password(password)
    # The row of history tells that it was changed; the password itself is never in it.
    save_as(user, user, fields=["password"])
    record(user, "account.password_set", user)


@transaction.atomic
def choose_language(*, user: User, language: str) -> None:
    """Keep the language that the account's owner reads in."""
    if user.language != language:
        user.language = language
        save_as(user, user, fields=["language"])
        record(user, "account.language_chosen", user, language=language)


# --- roles ---------------------------------------------------------------------------------------


@transaction.atomic
def assign_role(
    *,
    user: User,
    role: str,
    scope: str,
    by: User | None,
    reason: str,
    starts_on: date,
    ends_on: date | None = None,
    unit: CareUnit | None = None,
    provider: Provider | None = None,
    district: District | None = None,
) -> RoleAssignment:
    """Give `user` a role in a scope. The assignment, its rights and the trail are saved together.

    Refused when the giver is the receiver (separation of duties, domain.md 10) or decides on
    less than is given, when no reason is given, when the scope lacks its unit, provider or
    district, when a privileged role is not for the whole municipality, and when the account is
    blocked or already has the role there.
    """
    if by is not None and by.pk == user.pk:
        raise RuleBroken(_("Du kan inte ge dig själv en roll. Be en kollega besluta."))
    _refuse_empty(reason, _("Skriv varför personen behöver rollen."))
    targets: dict[str, Any] = {
        Scope.UNIT: unit,
        Scope.PROVIDER: provider,
        Scope.DISTRICT: district,
        Scope.WHOLE: None,
    }
    target = targets[scope]
    if scope != Scope.WHOLE and target is None:
        raise RuleBroken(_("Välj vilken enhet, utförare eller stadsdel rollen gäller för."))
    if role in PRIVILEGED and scope != Scope.WHOLE:
        raise RuleBroken(_("Den rollen gäller alltid hela kommunen."))
    if by is not None and not may_assign(by, role, target):
        raise RuleBroken(_("Du kan bara ge roller inom ditt eget område."))
    if ends_on is not None and ends_on < starts_on:
        raise RuleBroken(_("Slutdatum kan inte ligga före startdatum."))
    account = _locked(user)
    if not account.is_active:
        raise RuleBroken(_("Kontot är spärrat. Häv spärren först."))
    assignment = RoleAssignment(
        user=user,
        role=role,
        scope=scope,
        unit=unit if scope == Scope.UNIT else None,
        provider=provider if scope == Scope.PROVIDER else None,
        district=district if scope == Scope.DISTRICT else None,
        decided_by=by,
        reason=reason.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    if any(
        held.where == assignment.where
        for held in account.assignments.overlapping(starts_on, ends_on).filter(
            role=role, ended_at=None
        )
    ):
        raise RuleBroken(_("Personen har redan den rollen där under den tiden."))
    save_as(assignment, by)
    derive_rights(user)
    record(
        by,
        "role.assigned",
        assignment,
        reason=reason,
        unit=unit if scope == Scope.UNIT else None,
        role=role,
        scope=scope,
        to=str(user.ref),
    )
    return assignment


@transaction.atomic
def end_role(*, assignment: RoleAssignment, by: User | None, reason: str) -> RoleAssignment:
    """End a role now: its rights are gone at once. One that has ended stays as it is."""
    if by is not None and by.pk == assignment.user_id:
        raise RuleBroken(_("Du kan inte avsluta din egen roll. Be en kollega göra det."))
    if by is not None and not may_assign(by, assignment.role, assignment.target):
        raise RuleBroken(_("Du kan bara avsluta roller inom ditt eget område."))
    _refuse_empty(reason, _("Skriv varför rollen avslutas."))
    today = clock.today()
    _locked(assignment.user)
    assignment.refresh_from_db(fields=["ended_at", "ends_on"])
    if assignment.ended_at is not None or (assignment.ends_on and assignment.ends_on < today):
        return assignment
    assignment.ended_at = clock.now()
    assignment.ends_on = max(today, assignment.starts_on)
    save_as(assignment, by, reason=reason, fields=["ended_at", "ends_on"])
    derive_rights(assignment.user)
    record(
        by,
        "role.ended",
        assignment,
        reason=reason,
        unit=assignment.unit,
        role=assignment.role,
        scope=assignment.scope,
        to=str(assignment.user.ref),
    )
    return assignment


def end_roles(*, user: User, by: User | None, reason: str, of: Q | None = None) -> int:
    """End every role of the account that is in force or to come (or those that match `of`)."""
    open_roles = RoleAssignment.objects.open_on(clock.today()).filter(of or Q(), user=user)
    ended = 0
    for assignment in open_roles.select_related("user", "unit", "provider", "district"):
        end_role(assignment=assignment, by=by, reason=reason)
        ended += 1
    return ended


# --- rights, from roles --------------------------------------------------------------------------


def _locked(user: User) -> User:
    """The account as it is now, locked until the transaction ends."""
    return User.objects.select_for_update(of=("self",)).get(pk=user.pk)


@transaction.atomic
def derive_rights(user: User) -> None:
    """Make guardian's permissions what the role assignments of today say. Safe to repeat."""
    account = _locked(user)
    wanted = {
        (kind, right, pk)
        for (kind, pk), rights in (
            account.rights_given_today().items() if account.is_active else ()
        )
        for right in rights
    }
    held = set(held_rows(account))
    if wanted != held:
        _write_rights(account, gained=wanted - held, lost=held - wanted)
    user.forget_rights()


def _write_rights(
    account: User, *, gained: set[tuple[str, str, int]], lost: set[tuple[str, str, int]]
) -> None:
    permissions: dict[tuple[str, str], Permission] = {
        (one.content_type.model, one.codename): one
        for one in Permission.objects.filter(content_type__app_label="organisation").select_related(
            "content_type"
        )
    }
    for kind, model in PERMISSION_MODELS.items():
        model_name = model._meta.get_field("content_object").related_model._meta.model_name
        rows = model._default_manager.filter(user=account)
        gone: dict[int, set[str]] = defaultdict(set)
        for of, right, pk in lost:
            if of == kind:
                gone[pk].add(right)
        for pk, rights in gone.items():
            rows.filter(content_object_id=pk, permission__codename__in=rights).delete()
        model._default_manager.bulk_create(
            model(user=account, permission=permissions[model_name, right], content_object_id=pk)
            for of, right, pk in gained
            if of == kind
        )
    account.user_permissions.remove(
        *account.user_permissions.filter(
            content_type__app_label="organisation",
            codename__in=[right for kind, right, _pk in lost if kind == "whole"],
        )
    )
    account.user_permissions.add(
        *(permissions["careunit", right] for kind, right, _pk in gained if kind == "whole")
    )


def derive_rights_of_the_day() -> int:
    """Mend the rights of every account whose roles have begun or ended by the calendar.

    Compares what is held with what the roles of today give, so it may run late, or twice, and
    also takes in a new release's table of rights. Each account is its own transaction.
    """
    held, wanted = _held_by_all(), _wanted_by_all()
    differing = [pk for pk in held.keys() | wanted.keys() if held[pk] != wanted[pk]]
    for account in User.objects.filter(pk__in=differing).order_by("pk"):
        with transaction.atomic():
            derive_rights(account)
            record(
                None,
                "account.rights_derived",
                account,
                gained=sorted(
                    {right for _kind, right, _pk in wanted[account.pk] - held[account.pk]}
                ),
                lost=sorted({right for _kind, right, _pk in held[account.pk] - wanted[account.pk]}),
            )
    return len(differing)


def _wanted_by_all() -> dict[int, set[tuple[str, str, int]]]:
    wanted: dict[int, set[tuple[str, str, int]]] = defaultdict(set)
    in_force = RoleAssignment.objects.in_force(clock.today()).filter(user__is_active=True)
    for held in in_force.order_by().iterator():
        kind, pk = held.where
        wanted[held.user_id].update((kind, right, pk) for right in RIGHTS_OF[held.role])
    return wanted


def _held_by_all() -> dict[int, set[tuple[str, str, int]]]:
    held: dict[int, set[tuple[str, str, int]]] = defaultdict(set)
    for kind, model in PERMISSION_MODELS.items():
        rows = model._default_manager.values_list(
            "user_id", "permission__codename", "content_object_id"
        )
        for user_pk, right, pk in rows.iterator():
            held[user_pk].add((kind, right, pk))
    whole = User.user_permissions.through._default_manager.filter(
        permission__content_type__app_label="organisation"
    ).values_list("user_id", "permission__codename")
    for user_pk, right in whole.iterator():
        held[user_pk].add(("whole", right, 0))
    return held


# --- sign-in, as the trail tells it --------------------------------------------------------------
# Receivers of Django's signals (see apps.py), so that every way in, also a later one, is told of.


def note_signed_in(sender: Any, request: Any, user: User, **_: Any) -> None:
    # Not through save(): each sign-in would be a row of history that says nothing.
    user.last_login = clock.now()
    User._base_manager.filter(pk=user.pk).update(last_login=user.last_login)
    throttle.forget(user.email)
    note(Kind.SYSTEM, user, "account.signed_in", user)


def note_signed_out(sender: Any, request: Any, user: User | None, **_: Any) -> None:
    if user is not None and user.is_authenticated:
        note(Kind.SYSTEM, user, "account.signed_out", user)


def note_sign_in_failed(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    """What was typed may belong to anybody: it goes in the part that can be erased."""
    typed = str(credentials.get("username", ""))[:254]
    throttle.count_failure(typed, facts.current.get().address)
    account = User.objects.filter(email__iexact=typed).first()
    note_denied("visitor", what="account.sign_in_failed", obj=account, personal={"email": typed})
