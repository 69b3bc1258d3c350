"""Sealing by the clock."""

from celery import shared_task

from homecare.audit import actions


@shared_task(name="audit.seal_trail")
def seal_trail() -> None:
    actions.seal_trail()
