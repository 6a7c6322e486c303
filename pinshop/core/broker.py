"""The Celery application as the web sees it: sends tasks by name, so that services never import them.

`pinshop.celery` adds to it what workers and beat need.
"""

import logging

from celery import Celery
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

app = Celery("pinshop")
app.config_from_object("django.conf:settings", namespace="CELERY")


def send(task: str, *, queue: str, **kwargs: str) -> bool:
    """Put one task on a queue. False where the broker does not answer: the outbox relay sends it again later."""
    try:
        app.send_task(task, kwargs=kwargs, queue=queue, retry=False)
    except OperationalError as error:
        logger.warning("broker does not answer, the relay will send %s later: %s", task, error)
        return False
    return True


def ping() -> None:
    """Ask the broker for a sign of life; raises kombu's OperationalError where it gives none."""
    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=3)
