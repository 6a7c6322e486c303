import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]

_KEEP: Final = object()
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    due_at REAL,
    CONSTRAINT local_document_unique UNIQUE (kind, id)
);
CREATE INDEX IF NOT EXISTS local_document_due ON documents (due_at) WHERE due_at IS NOT NULL;
"""


class Clock:
    """Seconds since 1970 that can be moved forward, so that nobody waits a day for a session to expire."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        """The stand-in's time in seconds: the machine's time plus what was added by `advance`."""
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Moves the time forward."""
        self.ahead += seconds


class Store:
    """JSON documents of several kinds in one SQLite file, each with an optional time at which work is due.

    All threads of a server share one connection under one lock: a laptop's stand-in has little to do, and its
    answers are easier to trust when requests run one after the other.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript(_SCHEMA)
        self._lock = threading.RLock()
        self._depth = 0
        self.due_changed = threading.Event()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is written together or not at all; nested calls join the outer one."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")

    def add(self, kind: str, document_id: str, body: Json, *, due_at: float | None = None) -> None:
        """Stores a new document.

        Raises:
            sqlite3.IntegrityError: there is one of this kind and id.
        """
        with self._lock:
            self._db.execute(
                "INSERT INTO documents (kind, id, body, due_at) VALUES (?, ?, ?, ?)",
                (kind, document_id, json.dumps(body), due_at),
            )
        self.due_changed.set()

    def put(self, kind: str, document_id: str, body: Json, *, due_at: object = _KEEP) -> None:
        """Replaces a document; its due time stays as it is unless one is given."""
        with self._lock:
            self._db.execute(
                "UPDATE documents SET body = ? WHERE kind = ? AND id = ?",
                (json.dumps(body), kind, document_id),
            )
            if due_at is not _KEEP:
                self.schedule(kind, document_id, due_at)

    def schedule(self, kind: str, document_id: str, due_at: object) -> None:
        """Sets the time at which the document's work is due; None for never."""
        with self._lock:
            self._db.execute("UPDATE documents SET due_at = ? WHERE kind = ? AND id = ?", (due_at, kind, document_id))
        self.due_changed.set()

    def remove(self, kind: str, document_id: str) -> None:
        """Deletes a document, if it is there."""
        with self._lock:
            self._db.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, document_id))

    def find(self, kind: str, document_id: str) -> Json | None:
        """The document, or None."""
        with self._lock:
            row = self._db.execute(
                "SELECT body FROM documents WHERE kind = ? AND id = ?", (kind, document_id)
            ).fetchone()
        return json.loads(row[0]) if row else None

    def get(self, kind: str, document_id: str) -> Json:
        """The document.

        Raises:
            KeyError: there is none.
        """
        found = self.find(kind, document_id)
        if found is None:
            raise KeyError(f"{kind} {document_id}")
        return found

    def list_newest(self, kind: str, *, limit: int = -1) -> list[Json]:
        """All documents of a kind, newest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT body FROM documents WHERE kind = ? ORDER BY number DESC LIMIT ?", (kind, limit)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def list_ids(self, kind: str) -> list[str]:
        """The ids of a kind, oldest first."""
        with self._lock:
            rows = self._db.execute("SELECT id FROM documents WHERE kind = ? ORDER BY number", (kind,)).fetchall()
        return [row[0] for row in rows]

    def claim_due(self, kinds: Sequence[str], *, now: float, lease_seconds: float) -> list[tuple[str, str]]:
        """Kind and id of what is due, oldest first, put off by the lease so that nobody takes it twice."""
        marks = ", ".join("?" for _ in kinds)
        query = f"SELECT kind, id FROM documents WHERE due_at <= ? AND kind IN ({marks}) ORDER BY due_at, number"  # noqa: S608 - only question marks go in
        with self.transaction():
            claimed = [(kind, document_id) for kind, document_id in self._db.execute(query, (now, *kinds))]
            self._db.executemany(
                "UPDATE documents SET due_at = ? WHERE kind = ? AND id = ?",
                [(now + lease_seconds, kind, document_id) for kind, document_id in claimed],
            )
        return claimed

    def find_next_due(self) -> float | None:
        """When the next work is due, or None where nothing waits."""
        with self._lock:
            (due_at,) = self._db.execute("SELECT MIN(due_at) FROM documents WHERE due_at IS NOT NULL").fetchone()
        return None if due_at is None else float(due_at)

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._db.close()


Handler = Callable[[str], None]
