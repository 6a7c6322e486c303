"""What workers and beat add to the Celery application: tasks, schedule, logging."""

import os
from typing import Any

import django
import structlog
from celery.schedules import crontab
from celery.signals import setup_logging, worker_ready
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinshop.settings.dev")
django.setup()

from pinshop.core.broker import app  # noqa: E402 - reads the settings named above

app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "relay-outbox": {
        "task": "core.relay_outbox",
        "schedule": 5.0,
        "options": {"queue": "default", "expires": 10},
    },
    "sweep": {
        "task": "core.sweep",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 1800},
    },
    "payments-close-due": {
        "task": "payments.close_due",
        "schedule": 60.0,
        "options": {"queue": "default", "expires": 60},
    },
    "payments-mail-gift-cards": {
        "task": "payments.mail_gift_cards",
        "schedule": 300.0,
        "options": {"queue": "default", "expires": 300},
    },
    "payments-ask-open": {
        "task": "payments.ask_open",
        "schedule": 120.0,
        "options": {"queue": "default", "expires": 120},
    },
    "catalog-sweep": {
        "task": "catalog.sweep",
        "schedule": crontab(hour=3, minute=50),
        "options": {"queue": "default", "expires": 6 * 3600},
    },
    "orders-sweep": {
        "task": "orders.sweep",
        "schedule": crontab(hour=4, minute=10),
        "options": {"queue": "default", "expires": 6 * 3600},
    },
    "payments-sweep": {
        "task": "payments.sweep",
        "schedule": crontab(hour=4, minute=40),
        "options": {"queue": "default", "expires": 6 * 3600},
    },
    "payments-reconcile": {
        "task": "payments.reconcile",
        "schedule": crontab(hour=3, minute=20),
        "options": {"queue": "default", "expires": 6 * 3600},
    },
    "payments-remind": {
        "task": "payments.remind",
        "schedule": 6 * 3600.0,
        "options": {"queue": "default", "expires": 3600},
    },
    "orders-cancel-unpaid": {
        "task": "orders.cancel_unpaid",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 1800},
    },
    "orders-refund-missed": {
        "task": "orders.refund_missed",
        "schedule": 3600.0,
        "options": {"queue": "default", "expires": 1800},
    },
    "orders-watch-proofs": {
        "task": "orders.watch_proofs",
        "schedule": 900.0,
        "options": {"queue": "default", "expires": 600},
    },
    **{
        f"heartbeat-{queue}": {
            "task": "core.heartbeat",
            "schedule": float(settings.HEARTBEAT_SECONDS),
            "kwargs": {"queue": queue},
            "options": {"queue": queue, "expires": settings.HEARTBEAT_SECONDS * 2},
        }
        for queue in settings.QUEUES
    },
}


@setup_logging.connect
def configure_logging(**_: Any) -> None:
    """Workers log as the web does: django.setup() has configured it, so Celery must not replace it."""
    structlog.contextvars.clear_contextvars()


@worker_ready.connect
def beat_at_once(sender: Any, **_: Any) -> None:
    """A worker that has just started proves that it consumes its queues, long before beat asks it to."""
    for queue in sender.app.amqp.queues.consume_from:
        app.send_task("core.heartbeat", kwargs={"queue": queue}, queue=queue)
