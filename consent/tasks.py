from celery import shared_task

from consent import actions


@shared_task(name="consent.send_campaign")
def send_campaign(*, campaign_id):
    actions.send_campaign(campaign_id)


@shared_task(name="consent.resume_campaigns")
def resume_campaigns():
    actions.resume_campaigns()


@shared_task(name="consent.ask_new_owners")
def ask_new_owners():
    actions.ask_new_owners()


@shared_task(name="consent.send_digests")
def send_digests():
    actions.send_digests()


@shared_task(name="consent.ask_to_confirm")
def ask_to_confirm():
    actions.ask_to_confirm()


@shared_task(name="consent.remind_owners")
def remind_owners():
    actions.remind_owners()
