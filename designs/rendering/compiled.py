"""Machine code for loops over pixels.

A kernel is written as plain Python over arrays and numbers, compiled when it is first called and kept on disk, so
that only the first process after a change compiles. `readiness.warm_up` calls every kernel once, so that no job
waits for the compiler.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])

# All kernels by module and name, so that a test can say which of them a warm worker has compiled.
KERNELS: dict[str, Any] = {}


def kernel(function: F) -> F:
    """Compile a function of arrays and numbers; the same input gives the same output on every machine.

    No fast-math and one thread: sums keep their order. Kernels read no globals but numbers, because a compiled
    function with an array inside cannot be kept on disk.
    """
    compiled = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    KERNELS[f"{function.__module__}.{function.__qualname__}"] = compiled
    return cast("F", compiled)
