from django.db.models import Q
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from consent.models import Consent
from consent.queries import needed_entrances, owner_funnel
from homecare.accounts.access import may, needs, signed_in
from homecare.core.web import page
from homecare.desk import queries
from homecare.desk.forms import SearchForm
from homecare.recipients import access
from homecare.recipients.models import Recipient
from homecare.recipients.queries import card_of
from homecare.staff.models import StaffMember
from locks.access import note_homes
from locks.models import Installation, Key
from locks.readiness import readiness_of
from properties.models import Entrance, PropertyOwner

FOUND = 20  # rows of each kind that a search shows


@require_GET
@signed_in
def start(request):
    """The first page: what waits for whoever signed in, by what they may do."""
    user = request.user
    if may(user, "do_work") and not may(user, "see_recipients"):
        return redirect("locks:my_day")
    context: dict = {
        "groups": [],
        "stages": [],
        "funnel": [],
        "waits": [],
        "people": 0,
        "nearest": [],
        "may_hand_out": may(user, "hand_out_keys"),
        "may_ask": may(user, "ask_consents"),
    }
    if may(user, "see_recipients"):
        overview = queries.overview(user)
        access.note_list(user, overview.people, what="desk.start")
        lost = queries.locks_without_consent(user)
        _note_homes(user, lost, what="desk.locks_without_consent")
        context |= {
            "groups": queries.worklist(user, overview.chains, lost),
            "stages": overview.stages,
            "waits": queries.waits_for_others(overview.chains).most_common(6),
            "people": len(overview.people),
            "nearest": queries.nearest(overview.chains, user),
        }
    if may(user, "see_consents"):
        context["funnel"] = owner_funnel(needed_entrances(visible_to=user))
    return page(request, "desk/start.html", context)


@require_GET
@needs("see_recipients")
def recipient(request, recipient):
    """One person's way to keyless: the strip, the doors, the consents, the keys, the history."""
    person = access.recipient_to_read(request.user, recipient)
    chain = readiness_of([person], seen_by=request.user)[person.pk]
    next_words, next_url = queries.next_step(chain, request.user)
    consents = Consent.objects.filter(recipient=person).select_related(
        "text", "representative", "recorded_by"
    )
    keys = Key.objects.visible_to(request.user).filter(recipient=person).with_holder()
    return page(
        request,
        "desk/recipient.html",
        {
            "recipient": person,
            "card": card_of(person, request.user),
            "chain": chain,
            "steps": queries.strip(chain, request.user),
            "stage_tone": queries.STAGE_TONES[chain.stage],
            "next_words": next_words,
            "next_url": next_url,
            "current_text": queries.what_it_waits_for(chain),
            "consent_button": "primary" if queries.asks_the_person(chain) else "secondary",
            "doors": queries.doors(chain, request.user),
            "consents": consents,
            "refusals": person.refusals.select_related("recorded_by"),
            "keys": keys,
            "may_change": access.may_change(request.user, person),
            "may_ask": may(request.user, "ask_consents"),
            "may_order": may(request.user, "order_work"),
            "may_see_keys": may(request.user, "see_keys"),
        },
    )


@require_http_methods(["GET", "POST"])
@signed_in
def search(request):
    """People by name or number only; doors, locks and keys by their own codes.

    The question is posted, so that a personnummer never stands in an address or a server log.
    """
    form = SearchForm(request.POST or None)
    found = {}
    if request.method == "POST" and form.is_valid():
        found = _found(request.user, form.cleaned_data["q"].strip())
    return page(
        request,
        "desk/search.html",
        {"form": form, "found": found, "searched": bool(form.is_bound and form.is_valid())},
    )


def _note_homes(user, locks: list[Installation], *, what: str) -> None:
    """A lock on the door of a home tells of those who live there, or did until lately."""
    note_homes(user, [one.home_door for one in locks if one.home_door], what=what)


def _found(user, text: str) -> dict:
    found: dict = dict.fromkeys(
        ("recipients", "entrances", "owners", "keys", "installations", "staff"), ()
    )
    if may(user, "see_recipients"):
        people = list(Recipient.objects.visible_to(user).found_by(text)[:FOUND])
        access.note_found(user, text, people, what="recipient.search")
        found["recipients"] = people
    if may(user, "see_keys"):
        found["keys"] = Key.objects.visible_to(user).filter(code__icontains=text)[:FOUND]
    if may(user, "see_locks"):
        found["installations"] = list(
            Installation.objects.visible_to(user)
            .filter(removed_at=None, unit__serial__icontains=text)
            .select_related("unit", "entrance", "home_door")[:FOUND]
        )
        _note_homes(user, found["installations"], what="desk.locks_found")
    if may(user, "see_properties"):
        found["entrances"] = Entrance.objects.visible_to(user).filter(
            Q(address__icontains=text) | Q(real_property__designation__icontains=text)
        )[:FOUND]
        found["owners"] = PropertyOwner.objects.visible_to(user).found_by(text)[:FOUND]
    if may(user, "see_staff"):
        found["staff"] = StaffMember.objects.visible_to(user).filter(
            Q(name__icontains=text) | Q(staff_id__iexact=text)
        )[:FOUND]
    return found
