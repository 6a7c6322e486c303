import logging
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from pinshop.local.store import Clock, Handler, Store

_LEASE_SECONDS = 60.0
_LONGEST_SLEEP_SECONDS = 5.0
_THREADS = 4
_log = logging.getLogger(__name__)


class Background:
    """Runs, in threads of the server, the handler of each stored document whose time has come.

    A handler is called with the document's id and sets the next due time itself; one that fails is tried
    again when its lease of a minute runs out, so that a restart or an error loses nothing.
    """

    def __init__(self, *, store: Store, clock: Clock, handlers: Mapping[str, Handler]) -> None:
        self._store = store
        self._clock = clock
        self._handlers = handlers
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="background")
        self._thread = threading.Thread(target=self._loop, name="background", daemon=True)

    def start(self) -> None:
        """Starts working."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the handlers that are running."""
        self._stopping.set()
        self._store.due_changed.set()
        self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._store.due_changed.clear()
            now = self._clock.now()
            for kind, document_id in self._store.claim_due(
                tuple(self._handlers), now=now, lease_seconds=_LEASE_SECONDS
            ):
                self._pool.submit(self._run, kind, document_id)
            due_at = self._store.find_next_due()
            pause = _LONGEST_SLEEP_SECONDS if due_at is None else due_at - self._clock.now()
            self._store.due_changed.wait(min(max(pause, 0.01), _LONGEST_SLEEP_SECONDS))

    def _run(self, kind: str, document_id: str) -> None:
        try:
            self._handlers[kind](document_id)
        except Exception:  # noqa: BLE001 - one failing piece of work must not end the others
            _log.exception("%s %s failed and will be tried again", kind, document_id)
