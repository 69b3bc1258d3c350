"""The register of lock models."""

from django.db import transaction
from django.utils.translation import gettext as _

from homecare.accounts.models import User
from homecare.audit.trail import record
from homecare.core.errors import RuleBroken
from homecare.core.models import save_as
from homecare.core.states import locked
from homecare.core.versions import refuse_if_changed
from locks.models import LockModel


def _refuse_a_twin(supplier: str, name: str, *, besides: int = 0) -> None:
    twins = LockModel.objects.filter(supplier__iexact=supplier, name__iexact=name)
    if twins.exclude(pk=besides).exists():
        raise RuleBroken(_("Modellen finns redan i registret."))


@transaction.atomic
def add_lock_model(
    *, supplier: str, name: str, kind: str, has_monitoring_function: bool, by: User | None
) -> LockModel:
    """Put a product in the register. Refused when it is there already."""
    _refuse_a_twin(supplier, name)
    model = LockModel(
        supplier=supplier, name=name, kind=kind, has_monitoring_function=has_monitoring_function
    )
    save_as(model, by)
    record(by, "lock_model.added", model, model=str(model))
    return model


@transaction.atomic
def change_lock_model(
    *,
    lock_model: LockModel,
    supplier: str,
    name: str,
    kind: str,
    has_monitoring_function: bool,
    by: User | None,
    seen: str | None = None,
) -> LockModel:
    """Change a product. That it monitors counts at once for every lock of it (9 §).

    Refused when somebody else changed it after the version `seen`.
    """
    model = locked(lock_model)
    refuse_if_changed(model, seen)
    _refuse_a_twin(supplier, name, besides=model.pk)
    model.supplier, model.name, model.kind = supplier, name, kind
    model.has_monitoring_function = has_monitoring_function
    save_as(model, by)
    record(by, "lock_model.changed", model, model=str(model), monitors=has_monitoring_function)
    return model
