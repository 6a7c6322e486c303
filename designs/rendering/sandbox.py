import atexit
import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from designs.rendering import errors
from designs.rendering.arrays import Bytes2D

JAIL = Path(__file__).with_name("jail.py")
FILES_PER_CHILD = 200
SECONDS_PER_FILE = 8.0
ANSWER_LINE_BYTES = 4096
PIPE_BYTES = 1 << 18  # a picture then takes a dozen turns to come through
# The C library gives pictures back to the system, instead of keeping the room of the largest ones.
_ENVIRONMENT = {
    "PATH": os.defpath,
    "HOME": "/nonexistent",
    "VIPS_CONCURRENCY": "1",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "1000000",
}


@dataclass(frozen=True)
class Drawing:
    """What the child drew: RGBA pixels (height, width, 4) and the number of pages in the file."""

    rgba: Bytes2D
    pages: int


class Sandbox:
    """One warm child process that draws SVG and PDF within limits of CPU, memory and time.

    The child is started on first use, replaced after `FILES_PER_CHILD` files and whenever it dies, and never
    shared across a fork. Calls are serialised.
    """

    _shared: ClassVar["Sandbox | None"] = None
    _shared_lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.owner = os.getpid()
        self._child: subprocess.Popen[bytes] | None = None
        self._served = 0

    @classmethod
    def shared(cls) -> "Sandbox":
        """The sandbox of this process; a forked process gets its own."""
        with cls._shared_lock:
            if cls._shared is None or cls._shared.owner != os.getpid():
                cls._shared = cls()
                atexit.register(cls._shared.close)
            return cls._shared

    def draw(self, data: bytes, *, kind: str, px: int) -> Drawing:
        """Draw `data` (`kind` "svg" or "pdf") with its longest side near `px`.

        Raises an `ArtworkError` that names the cause; the sandbox stays usable afterwards.
        """
        with self._lock:
            child = self._ready_child()
            try:
                return self._exchange(child, data, kind, px)
            except (BrokenPipeError, TimeoutError, EOFError) as error:
                self.stop()
                raise errors.ArtworkTooComplex(
                    f"This {kind.upper()} takes too much time or memory to draw. "
                    "Simplify it, or send it as a PNG of about 2000 pixels."
                ) from error

    def close(self) -> None:
        """End the child process, if this process started one."""
        if self.owner == os.getpid():
            self.stop()

    def warm_up(self) -> None:
        """Start the child now, so that the first file does not wait for it."""
        with self._lock:
            self._ready_child()

    def _ready_child(self) -> "subprocess.Popen[bytes]":
        if self._served >= FILES_PER_CHILD:
            self.stop()
        if self._child is None or self._child.poll() is not None:
            self.stop()
            self._child = subprocess.Popen(
                [sys.executable, "-I", str(JAIL)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                cwd="/",
                bufsize=0,
                pipesize=PIPE_BYTES,
            )
            self._served = 0
        self._served += 1
        return self._child

    def _exchange(self, child: "subprocess.Popen[bytes]", data: bytes, kind: str, px: int) -> Drawing:
        deadline = time.monotonic() + SECONDS_PER_FILE
        request = json.dumps({"kind": kind, "size": len(data), "px": px}).encode() + b"\n"
        _send(child, request + data, deadline)
        reply = json.loads(_receive_line(child, deadline))
        if not reply["ok"]:
            raise _refusal(kind, reply)
        rgba = np.empty((reply["height"], reply["width"], 4), dtype=np.uint8)
        _receive(child, rgba.data.cast("B"), deadline)
        return Drawing(rgba=rgba, pages=reply["pages"])

    @property
    def running(self) -> bool:
        """Whether the child process is alive."""
        return self._child is not None and self._child.poll() is None

    def stop(self) -> None:
        """End the child process now; the next file starts another."""
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _refusal(kind: str, reply: dict[str, Any]) -> errors.ArtworkError:
    name = kind.upper()
    if reply["error"] == "empty_artwork":
        return errors.EmptyArtwork(
            f"Nothing is drawn in this {name}: {reply['text']}. Open it in your drawing program, move the art "
            "inside the page and save it again."
        )
    if reply["error"] == "unsafe_artwork":
        return errors.UnsafeArtwork(f"This {name} is refused: {reply['text']}. Save it without that.")
    if reply["error"] == "too_complex":
        return errors.ArtworkTooComplex(
            f"This {name} cannot be drawn: {reply['text']}. Simplify it, or send a PNG of about 2000 pixels."
        )
    return errors.DamagedFile(f"This {name} cannot be drawn ({reply['text']}). Save it again, or send it as a PNG.")


def _pipes(child: "subprocess.Popen[bytes]") -> tuple[int, int]:
    if child.stdin is None or child.stdout is None:
        raise BrokenPipeError
    return child.stdin.fileno(), child.stdout.fileno()


def _send(child: "subprocess.Popen[bytes]", data: bytes, deadline: float) -> None:
    stdin, _ = _pipes(child)
    view = memoryview(data)
    while view:
        _, ready, _ = select.select([], [stdin], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        view = view[os.write(stdin, view[: 1 << 16]) :]


def _receive_line(child: "subprocess.Popen[bytes]", deadline: float) -> bytes:
    line, letter = bytearray(), bytearray(1)
    while not line.endswith(b"\n"):
        if len(line) > ANSWER_LINE_BYTES:
            raise EOFError
        _receive(child, memoryview(letter), deadline)
        line += letter
    return bytes(line)


def _receive(child: "subprocess.Popen[bytes]", into: memoryview, deadline: float) -> None:
    """Fill a buffer with what the child says."""
    _, stdout = _pipes(child)
    while into:
        ready, _, _ = select.select([stdout], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError
        count = os.readv(stdout, [into])
        if not count:
            raise EOFError
        into = into[count:]
