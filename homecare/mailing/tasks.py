from contextlib import suppress

from celery import shared_task

from homecare.mailing import actions


@shared_task(name="mailing.send_message")
def send_message(*, message_id):
    # The try is written; the sweep takes it up again when it is due.
    with suppress(actions.ServerAway):
        actions.send_message(message_id)


@shared_task(name="mailing.send_waiting")
def send_waiting():
    actions.send_waiting()
