"""CPU time and memory of this process and of the children that the engine keeps (the SVG child lives on between files)."""

import os
import resource
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil


def one_thread() -> None:
    """One thread everywhere in the processes started from now on; NumPy, libvips and Numba read this when imported."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VIPS_CONCURRENCY", "NUMBA_NUM_THREADS"):
        os.environ[name] = "1"


def _children() -> list[int]:
    return [child.pid for child in psutil.Process().children(recursive=True)]


def _cpu_of_children() -> float:
    """Seconds of all children, living and dead: a dead one is counted by the kernel when it has been waited for."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = ended.ru_utime + ended.ru_stime
    for pid in _children():
        with suppress(OSError):
            # Linux numbers the CPU clock of another process so (see clock_getcpuclockid); its unit is the nanosecond,
            # where /proc counts in hundredths of a second.
            total += time.clock_gettime((~pid << 3) | 2)
    return total


class CpuTime:
    """`with CpuTime() as used: ...` and then `used.ms`: CPU milliseconds of this process and its children."""

    ms = 0.0

    def __enter__(self) -> Self:
        self._children = _cpu_of_children()
        self._own = time.process_time()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        own = time.process_time() - self._own
        self.ms = 1000 * (own + _cpu_of_children() - self._children)


def forget_peak() -> None:
    """Let the peak memory of this process and its children be counted anew (Linux's `clear_refs`)."""
    for pid in (os.getpid(), *_children()):
        with suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def peak_mb() -> float:
    """The most resident memory since `forget_peak`, this process and its living children added."""
    total = 0
    for pid in (os.getpid(), *_children()):
        with suppress(OSError, StopIteration):
            lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
            total += int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    return total / 1024
