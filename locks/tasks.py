from celery import shared_task

from locks import actions


@shared_task(name="locks.react_to_lost_consents")
def react_to_lost_consents() -> None:
    """Every ten minutes: a consent is lost the same day, and so is the lock ordered down."""
    actions.react_to_lost_consents()
