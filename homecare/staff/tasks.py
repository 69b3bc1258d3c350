from celery import shared_task

from homecare.staff import actions


@shared_task(name="staff.end_what_has_expired")
def end_what_has_expired() -> None:
    actions.end_what_has_expired()
