from django.contrib import messages
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from homecare.accounts.access import may, may_in, may_see_account, needs, signed_in
from homecare.accounts.actions import give_password_link
from homecare.accounts.views.office import show_password_link
from homecare.core import clock
from homecare.core.errors import RuleBroken
from homecare.core.forms import carry_out
from homecare.core.history import timeline
from homecare.core.numbers import shown_phone_number
from homecare.core.paging import paged
from homecare.core.versions import version_of
from homecare.core.web import go, page
from homecare.staff import access, actions
from homecare.staff.forms import (
    ConnectForm,
    EmploymentForm,
    EndForm,
    NewStaffMemberForm,
    OwnAgreementForm,
    PaperAgreementForm,
    StaffFilter,
    StaffMemberChangeForm,
)
from homecare.staff.models import StaffMember
from homecare.staff.texts import CURRENT


@require_GET
@needs("see_staff")
def staff_list(request):
    chosen = StaffFilter(request.GET, user=request.user)
    asked = chosen.cleaned_data if chosen.is_valid() else {}
    found = StaffMember.objects.visible_to(request.user).found_by(asked.get("q", ""))
    state = asked.get("state", "")
    if state == "left":
        found = found.left()
    elif state != "all":
        found = found.employed_now()
    if state == "agreement":
        found = found.without_agreement(CURRENT.version)
    if asked.get("unit"):
        found = found.ever_in([asked["unit"]]) if state else found.in_units([asked["unit"]])
    return page(
        request,
        "staff/staff_list.html",
        {
            "filter": chosen,
            "page": paged(
                found.with_employments().with_agreements().select_related("user"),
                request.GET,
                sorts={"name": ["name"], "staff_id": ["staff_id"]},
                default="name",
            ),
            "may_change": may(request.user, "change_staff"),
        },
        part="staff/_staff_rows.html",
    )


@require_GET
@needs("see_staff")
def staff_member(request, staff_member):
    shown = access.staff_member_to_see(request.user, staff_member)
    user = request.user
    return page(
        request,
        "staff/staff_member.html",
        {
            "member": shown,
            "phone": shown_phone_number(shown.phone) if shown.phone else "",
            "employments": [
                {"row": one, "may_end": may_in(user, "change_staff", one.unit)}
                for one in shown.employments.all()
            ],
            "agreements": shown.agreements.all(),
            "current_agreement": CURRENT,
            "may_change": access.may_change(user, shown),
            "events": timeline(shown, shown.employments, shown.agreements),
            "may_open_account": may(user, "assign_roles") and access.may_change(user, shown),
            "may_see_account": shown.user is not None and may_see_account(user, shown.user),
        },
    )


@require_http_methods(["GET", "POST"])
@needs("change_staff")
def staff_member_add(request):
    form = NewStaffMemberForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        added = carry_out(
            form, lambda: actions.add_staff_member(by=request.user, **form.cleaned_data)
        )
        if added:
            messages.success(
                request,
                _("%(name)s är registrerad i %(unit)s.")
                % {"name": added.name, "unit": form.cleaned_data["unit"].name},
            )
            return _to(request, added)
    return page(request, "staff/staff_member_add.html", {"form": form})


@require_http_methods(["GET", "POST"])
@needs("change_staff")
def staff_member_change(request, staff_member):
    shown = access.staff_member_to_change(request.user, staff_member)
    form = StaffMemberChangeForm(request.POST or None, member=shown, version=version_of(shown))
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.change_staff_member(
                staff_member=shown, by=request.user, seen=form.seen, **form.values
            ),
        )
    ):
        messages.success(request, _("Uppgifterna är ändrade."))
        return _to(request, shown)
    return page(request, "staff/staff_member_change.html", {"form": form, "member": shown})


# --- employments ---------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs("change_staff")
def employment_add(request, staff_member):
    shown = access.staff_member_to_change(request.user, staff_member)
    form = EmploymentForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        started = carry_out(
            form,
            lambda: actions.start_employment(
                staff_member=shown, by=request.user, **form.cleaned_data
            ),
        )
        if started:
            messages.success(
                request,
                _("%(name)s arbetar i %(unit)s från %(day)s.")
                % {
                    "name": shown.name,
                    "unit": started.unit.name,
                    "day": started.starts_on.isoformat(),
                },
            )
            return _to(request, shown)
    return page(request, "staff/employment_add.html", {"form": form, "member": shown})


@require_http_methods(["GET", "POST"])
@needs("change_staff")
def employment_end(request, employment):
    ending = access.employment_to_end(request.user, employment)
    form = EndForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.end_employment(employment=ending, by=request.user, **form.cleaned_data),
        )
    ):
        _tell_what_ended(request, ending)
        return _to(request, ending.staff_member)
    return page(
        request,
        "staff/employment_end.html",
        {
            "form": form,
            "employment": ending,
            "member": ending.staff_member,
            "is_last": not ending.staff_member.employments.open_now()
            .exclude(pk=ending.pk)
            .exists(),
        },
    )


def _tell_what_ended(request, ended):
    member = ended.staff_member
    works_elsewhere = member.employments.open_now().exclude(pk=ended.pk).exists()
    left = _left_to_others(ended, works_elsewhere=works_elsewhere)
    about = {"name": member.name, "unit": ended.unit.name, "day": ended.ends_on, "roles": left}
    if not ended.has_ended:
        messages.success(request, _("%(name)s slutar i %(unit)s efter %(day)s.") % about)
    elif works_elsewhere or left:
        messages.success(request, _("%(name)s har slutat i %(unit)s.") % about)
    else:
        messages.success(
            request, _("%(name)s har slutat. Kontot är spärrat och rollerna avslutade.") % about
        )
    if left:
        messages.warning(
            request,
            _(
                "Kontot har roller som du inte beslutar om, och de finns kvar: %(roles)s. En "
                "systemförvaltare måste besluta om dem och om kontot."
            )
            % about,
        )


def _left_to_others(ended, *, works_elsewhere):
    """The roles that whoever ended the employment leaves to a system manager, in words."""
    roles = access.roles_left_to_others(ended.staff_member, ended)
    if works_elsewhere:
        roles = [role for role in roles if role.unit_id == ended.unit_id]
    return ", ".join(str(role) for role in roles)


# --- the user agreement --------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@signed_in
def my_agreement(request):
    """The words of the user agreement, and the reader's own yes."""
    member = access.own_staff_member(request.user)
    form = OwnAgreementForm(request.POST or None, initial={"version": CURRENT.version})
    if request.method == "POST" and member is not None and form.is_valid():
        actions.accept_agreement(
            staff_member=member,
            version=form.cleaned_data["version"],
            on=clock.today(),
            by=request.user,
        )
        messages.success(request, _("Tack. Ditt godkännande är sparat."))
        return go(request, reverse("staff:my_agreement"))
    accepted = member and member.agreements.filter(version=CURRENT.version).first()
    return page(
        request,
        "staff/my_agreement.html",
        {"form": form, "member": member, "accepted": accepted, "agreement": CURRENT},
    )


@require_http_methods(["GET", "POST"])
@needs("change_staff")
def agreement_record(request, staff_member):
    """An agreement signed on paper."""
    shown = access.staff_member_to_change(request.user, staff_member)
    form = PaperAgreementForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.accept_agreement(
                staff_member=shown, by=request.user, **form.cleaned_data
            ),
        )
    ):
        messages.success(request, _("Användaravtalet är registrerat."))
        return _to(request, shown)
    return page(
        request,
        "staff/agreement_record.html",
        {"form": form, "member": shown, "agreement": CURRENT},
    )


# --- the account ---------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@needs("assign_roles")
def account_open(request, staff_member):
    """A new account for the staff member, and the link with which they set the password."""
    shown = access.staff_member_to_change(request.user, staff_member)
    broken_rule = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                made = actions.open_account(staff_member=shown, by=request.user)
                token = give_password_link(user=made, by=request.user)
        except RuleBroken as broken:
            broken_rule = str(broken)
        else:
            return show_password_link(request, made, token)
    return page(request, "staff/account_open.html", {"member": shown, "broken_rule": broken_rule})


@require_http_methods(["GET", "POST"])
@needs("assign_roles")
def account_connect(request, staff_member):
    shown = access.staff_member_to_change(request.user, staff_member)
    form = ConnectForm(request.POST or None, giver=request.user, initial={"email": shown.email})
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(
            form,
            lambda: actions.connect_account(
                staff_member=shown, user=form.cleaned_data["email"], by=request.user
            ),
        )
    ):
        messages.success(request, _("Kontot är kopplat till %(name)s.") % {"name": shown.name})
        return _to(request, shown)
    return page(request, "staff/account_connect.html", {"form": form, "member": shown})


def _to(request, member):
    return go(request, reverse("staff:staff_member", args=[member.ref]))
