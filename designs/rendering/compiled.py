"""Machine code for loops over pixels.

A kernel is written as plain Python over arrays and numbers, compiled when it is first called and kept on disk, so
that only the first process after a change compiles. `readiness.warm_up` calls every kernel once, so that no job
waits for the compiler.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import InTreeCacheLocator, UserProvidedCacheLocator

F = TypeVar("F", bound=Callable[..., object])

# All kernels by module and name, so that a test can say which of them a warm worker has compiled.
KERNELS: dict[str, Any] = {}


@cache
def stamp(function: Callable[..., object]) -> bytes:
    """A hash of all that a kernel's machine code is made from: its file, and what that imports from other files.

    Kernels contain the kernels that they call and the numbers that they read; numba itself looks at one file alone.
    """
    made_from = hashlib.sha256(Path(function.__code__.co_filename).read_bytes())
    for name, value in sorted(function.__globals__.items()):
        source = getattr(value, "py_func", None)
        if source is not None and source.__module__ != function.__module__:
            made_from.update(stamp(source))
        elif isinstance(value, int | float | tuple) and not name.startswith("__"):
            made_from.update(f"{name}={value}".encode())
    return made_from.digest()


class _Stamped:
    def __init__(self, py_func: Callable[..., object], py_file: str) -> None:
        super().__init__(py_func, py_file)  # type: ignore[call-arg]  # numba's class comes next in line
        self._function = py_func

    def get_source_stamp(self) -> bytes:
        return stamp(self._function)


class Given(_Stamped, UserProvidedCacheLocator):
    """Keeps machine code in `NUMBA_CACHE_DIR`, where that is set."""


class Beside(_Stamped, InTreeCacheLocator):
    """Keeps machine code beside the sources."""


numba.config.CACHE_LOCATOR_CLASSES = f"{__name__}.Given,{__name__}.Beside"  # type: ignore[attr-defined]  # no types


def kernel(function: F) -> F:
    """Compile a function of arrays and numbers; the same input gives the same output on every machine.

    No fast-math and one thread: sums keep their order. Kernels read no globals but numbers, because a compiled
    function with an array inside cannot be kept on disk.
    """
    return _compiled(function)


def inner(function: F) -> F:
    """Compile a part of a kernel, which is called by kernels alone and makes no arrays.

    So it need not count who uses its arrays; in a loop over pixels that would take longer than the rest of it.
    """
    return _compiled(function, _nrt=False)


def _compiled(function: F, **options: bool) -> F:
    compiled = numba.njit(cache=True, nogil=True, error_model="numpy", **options)(function)  # type: ignore[call-overload]  # its stub does not know `_nrt`
    KERNELS[f"{function.__module__}.{function.__qualname__}"] = compiled
    return cast("F", compiled)
