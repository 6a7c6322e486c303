import io
from dataclasses import dataclass, field

import cv2
import numpy as np
from PIL import Image

from designs.rendering.arrays import Bytes2D

_MEDIA = {"webp": "WEBP", "jpeg": "JPEG", "png": "PNG"}


@dataclass(frozen=True)
class Picture:
    """A rendered view: `rgba` is uint8 (height, width, 4), sRGB; `opaque` where nothing of it is transparent."""

    rgba: Bytes2D = field(repr=False)
    opaque: bool = False

    def encode(self, form: str = "webp", quality: int = 88) -> bytes:
        """The picture as `webp`, `jpeg` (on white where transparent) or `png` bytes, without metadata.

        A PNG is not packed: the proof sheet takes it, and typst unpacks it to pack it again.
        """
        if form not in _MEDIA:
            raise ValueError(f"a picture cannot be encoded as {form!r}; it can be {', '.join(_MEDIA)}")
        image = self._image()
        if form == "jpeg" and not self.opaque:
            ground = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(ground, image).convert("RGB")
        if form == "png" and self.opaque:
            image = image.convert("RGB")
        buffer = io.BytesIO()
        how = {
            "png": {"compress_level": 0},
            "webp": {"quality": quality, "method": 2},
            # Full colour resolution only where quality is asked for: it doubles the time.
            "jpeg": {"quality": quality, "subsampling": 0 if quality >= 90 else 2},
        }
        image.save(buffer, _MEDIA[form], **how[form])
        return buffer.getvalue()

    def resized(self, px: int) -> "Picture":
        """The picture with its longest side at `px`, by area averaging of premultiplied colour."""
        height, width = self.rgba.shape[:2]
        scale = px / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if self.opaque:
            small = cv2.resize(self.rgba, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
            return Picture(np.asarray(small, dtype=np.uint8), opaque=True)
        image = self._image().resize(size, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.LANCZOS)
        return Picture(np.array(image, dtype=np.uint8))

    def _image(self) -> Image.Image:
        """The pixels for Pillow, not copied; the fourth byte does not count where nothing is transparent."""
        height, width = self.rgba.shape[:2]
        mode = "RGBX" if self.opaque else "RGBA"
        return Image.frombuffer(mode, (width, height), np.ascontiguousarray(self.rgba), "raw", mode, 0, 1)
