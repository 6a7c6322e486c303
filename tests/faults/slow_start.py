"""The shop's Celery app, whose worker processes take longer to begin than Celery waits by itself."""

import time
from typing import Any

from celery.signals import worker_process_init

from pinshop.celery import app

__all__ = ["app"]


@worker_process_init.connect
def begin_slowly(**_: Any) -> None:
    """Celery's own patience is 4 seconds (`worker_proc_alive_timeout`)."""
    time.sleep(5)
