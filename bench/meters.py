"""CPU time and memory of this process and of the children that the engine keeps (the SVG child lives on between files)."""

import os
import resource
import time
from contextlib import suppress
from pathlib import Path

import psutil


def one_thread() -> None:
    """One thread everywhere in the processes started from now on; NumPy, libvips and Numba read this when imported."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VIPS_CONCURRENCY", "NUMBA_NUM_THREADS"):
        os.environ[name] = "1"


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def cpu_seconds() -> float:
    """CPU time used so far by this process and its children, living and dead."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = time.process_time() + ended.ru_utime + ended.ru_stime
    for child in _children():
        with suppress(psutil.NoSuchProcess):
            times = child.cpu_times()
            total += times.user + times.system
    return total


def forget_peak() -> None:
    """Let the peak memory of this process and its children be counted anew (Linux's `clear_refs`)."""
    for pid in (os.getpid(), *(child.pid for child in _children())):
        with suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def peak_mb() -> float:
    """The most resident memory since `forget_peak`, this process and its living children added."""
    total = 0
    for pid in (os.getpid(), *(child.pid for child in _children())):
        with suppress(OSError, StopIteration):
            lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
            total += int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    return total / 1024
