from celery import shared_task

from homecare.exchange import actions


@shared_task(name="exchange.try_import")
def try_import(*, import_id: int) -> None:
    actions.try_import(import_id)


@shared_task(name="exchange.bring_in")
def bring_in(*, import_id: int) -> None:
    actions.bring_in(import_id)


@shared_task(name="exchange.resume_imports")
def resume_imports() -> None:
    """Each minute: work that waits because a worker died or the broker was away."""
    actions.resume()
