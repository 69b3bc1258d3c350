from celery import shared_task

from consent import actions


@shared_task(name="consent.remind_owners")
def remind_owners():
    actions.remind_owners()
