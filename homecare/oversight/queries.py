"""The numbers of "Läget i införandet", from the same queries as the daily lists.

A report holds counts only: no names, no addresses. People with a protected identity are part of
the two numbers that must be 0 and of the counts of locks and keys, but not among the recipients:
with totals and units that do not add up, one could tell where they are (design, rule 5).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from consent.queries import owner_funnel
from homecare.audit.queries import head
from homecare.core import clock
from homecare.organisation.models import CareUnit
from homecare.recipients.models import Commission, ProtectionLevel, Recipient
from locks.models import Handout, Installation, Key
from locks.queries import handouts_without_receipt, without_consent
from locks.readiness import Readiness, Stage, StepCode, StepState, readiness_of
from locks.states import InstallationState

MONTHS = 12  # how far back the curve of the roll-out goes

Figure = dict[str, Any]


def progress(moment: datetime) -> dict[str, Any]:
    """All figures of the report at `moment`. What must be 0 carries `must_be_zero`."""
    day = timezone.localtime(moment).date()
    people = Recipient.objects.cared_for_on(day).filter(protection_level=ProtectionLevel.NONE)
    chains = list(readiness_of(people, on=day).values())
    sealed = head()
    return {
        "sections": [
            {"title": _("Måste vara noll"), "figures": list(_must_be_zero())},
            {"title": _("Hemtjänsttagare"), "figures": list(_people(chains))},
            {"title": _("Personernas medgivanden"), "figures": list(_own_consents(chains))},
            {"title": _("Ägarnas medgivanden, portar"), "figures": list(_owners())},
            {"title": _("Lås"), "figures": list(_locks())},
            {"title": _("Nycklar"), "figures": list(_keys(moment))},
        ],
        "units": list(_units(chains)),
        "months": _months(moment),
        "head": {
            "seal": sealed.number,
            "hash": sealed.hash,
            "sealed_at": sealed.at.isoformat() if sealed.at else "",
            "unsealed": sealed.unsealed,
        },
    }


def _figure(
    key: str, label: str, value: int, definition: str, *, must_be_zero: bool = False
) -> Figure:
    return {
        "key": key,
        "label": label,
        "value": value,
        "definition": definition,
        "must_be_zero": must_be_zero,
    }


def _must_be_zero() -> Iterator[Figure]:
    yield _figure(
        "without_consent",
        _("Lås i drift utan gällande medgivande"),
        without_consent().count(),
        _("Driftsatta lås där något medgivande som dörren kräver saknas eller har upphört."),
        must_be_zero=True,
    )
    yield _figure(
        "without_receipt",
        _("Utlämnade nycklar utan kvittens"),
        handouts_without_receipt().count(),
        _("Nycklar som är ute utan en undertecknad kvittens som gäller."),
        must_be_zero=True,
    )


def _people(chains: list[Readiness]) -> Iterator[Figure]:
    yield _figure(
        "recipients",
        _("Hemtjänsttagare med pågående uppdrag"),
        len(chains),
        _(
            "Personer med minst ett uppdrag som pågår den dag rapporten togs fram. Personer med "
            "skyddade personuppgifter räknas inte."
        ),
    )
    stages = Counter(chain.stage for chain in chains)
    definitions = {
        Stage.KEY: _("Ingen dörr på vägen har ett lås i drift."),
        Stage.PARTLY: _("Minst en dörr men inte alla på vägen har lås i drift."),
        Stage.DIGITAL: _("Alla dörrar har lås i drift, men något villkor för nycklarna återstår."),
        Stage.KEYS_MAY_GO: _("Alla villkor är uppfyllda. Metallnycklarna finns kvar."),
        Stage.KEYLESS: _("Alla dörrar har lås i drift och inga metallnycklar finns kvar."),
    }
    for stage in Stage:
        yield _figure(f"stage_{stage}", str(stage.label), stages[stage], definitions[stage])


def _own_consents(chains: list[Readiness]) -> Iterator[Figure]:
    states: Counter[StepState] = Counter(
        step.state for chain in chains for step in chain.steps if step.code == StepCode.RECIPIENT
    )
    yield _figure(
        "own_yes",
        _("Har lämnat medgivande"),
        states[StepState.DONE],
        _("Personen eller en ställföreträdare har sagt ja, och det gäller."),
    )
    yield _figure(
        "own_no",
        _("Har tackat nej eller saknar bostad i registret"),
        states[StepState.BLOCKED],
        _("Personen har avböjt, eller registret saknar en bostadsdörr att fråga om."),
    )
    yield _figure(
        "own_not_asked",
        _("Är inte tillfrågade"),
        states[StepState.TO_DO] + states[StepState.WAITING],
        _("Inget svar finns registrerat."),
    )


def _owners() -> Iterator[Figure]:
    for place, bar in enumerate(owner_funnel()):
        yield _figure(
            f"owner_{place}",
            str(bar.label),
            bar.value,
            _("Portar på vägen till någon hemtjänsttagares bostad, efter ägarens svar."),
        )


def _locks() -> Iterator[Figure]:
    counted = Installation.objects.filter(removed_at=None).aggregate(
        entrances=Count(
            "pk", filter=Q(state=InstallationState.IN_OPERATION, entrance__isnull=False)
        ),
        homes=Count("pk", filter=Q(state=InstallationState.IN_OPERATION, home_door__isnull=False)),
        fitted=Count("pk", filter=Q(state=InstallationState.FITTED)),
    )
    yield _figure(
        "entrance_locks",
        _("Lås i drift på portar"),
        counted["entrances"],
        _("Monterade, provade och driftsatta."),
    )
    yield _figure(
        "home_locks",
        _("Lås i drift på bostadsdörrar"),
        counted["homes"],
        _("Monterade, provade och driftsatta."),
    )
    yield _figure(
        "fitted",
        _("Monterade men inte i drift"),
        counted["fitted"],
        _("Något återstår innan låset får tas i drift."),
    )


def _keys(moment: datetime) -> Iterator[Figure]:
    yield _figure(
        "keys_kept",
        _("Nycklar i förvar eller utlämnade"),
        Key.objects.in_keeping().count(),
        _("Nycklar som enheterna ansvarar för."),
    )
    out = Handout.objects.filter(returned_at=None)
    yield _figure(
        "keys_out", _("Nycklar utlämnade just nu"), out.count(), _("Utlämningar utan återlämning.")
    )
    yield _figure(
        "keys_late",
        _("Nycklar som skulle varit åter"),
        out.filter(due_back_at__lt=moment).count(),
        _("Utlämnade nycklar vars tid har gått ut."),
    )
    yield _figure(
        "keys_given_back",
        _("Nycklar återlämnade till ägaren"),
        Key.objects.exclude(given_back_at=None).count(),
        _("Nycklar som lämnats tillbaka eller makulerats."),
    )


def _units(chains: Iterable[Readiness]) -> Iterator[dict[str, Any]]:
    """Per unit: how many it cares for, how many of them all-digital and keyless."""
    shown = {chain.recipient.pk: chain for chain in chains}
    by_unit: dict[int, list[Readiness]] = defaultdict(list)
    for held in Commission.objects.on(clock.today()).filter(recipient__in=shown):
        by_unit[held.unit_id].append(shown[held.recipient_id])
    for unit in CareUnit.objects.filter(pk__in=by_unit).select_related("provider"):
        stages = Counter(chain.stage for chain in by_unit[unit.pk])
        yield {
            "unit": unit.name,
            "provider": unit.provider.name,
            "recipients": len(by_unit[unit.pk]),
            "stages": [stages[stage] for stage in Stage],
        }


def _months(moment: datetime) -> list[dict[str, Any]]:
    """Locks put in operation per month, the last twelve, the present one included."""
    local = timezone.localtime(moment)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = []
    for _back in range(MONTHS):
        months.append(first)
        first = (first - timedelta(days=1)).replace(day=1)
    months.reverse()
    counted = dict(
        Installation.objects.filter(in_operation_at__gte=months[0])
        .order_by()
        .values_list(TruncMonth("in_operation_at"))
        .annotate(n=Count("pk"))
    )
    by_name = {f"{timezone.localtime(month):%Y-%m}": n for month, n in counted.items()}
    return [
        {"month": f"{month:%Y-%m}", "locks": by_name.get(f"{month:%Y-%m}", 0)} for month in months
    ]
