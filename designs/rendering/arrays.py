"""The array types that the engine passes around."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Bytes2D: TypeAlias = npt.NDArray[np.uint8]
"""uint8, (height, width) or (height, width, channels)."""
Field: TypeAlias = npt.NDArray[np.float32]
"""float32, usually (height, width); distances in pixels or millimetres as the function says."""
Mask: TypeAlias = npt.NDArray[np.bool_]
"""bool, (height, width)."""
Ints: TypeAlias = npt.NDArray[np.int32]
"""int32, (height, width): component numbers or indices."""
Words: TypeAlias = npt.NDArray[np.uint32]
"""uint32, (height, width): the four bytes of each pixel in one number, red lowest."""
Number: TypeAlias = Any
"""A number inside a kernel: whole or not, of the width that the compiler infers."""
