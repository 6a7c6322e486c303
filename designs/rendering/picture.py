import io
from dataclasses import dataclass, field

import cv2
import numpy as np
from PIL import Image

from designs.rendering import geometry
from designs.rendering.arrays import Bytes2D, Words
from designs.rendering.compiled import kernel
from designs.rendering.layers import mixed

WHITE = (255, 255, 255)
_MEDIA = {"webp": "WEBP", "jpeg": "JPEG", "png": "PNG"}


@dataclass(frozen=True)
class Picture:
    """A rendered view: `rgba` is uint8 (height, width, 4), sRGB; `opaque` where nothing of it is transparent."""

    rgba: Bytes2D = field(repr=False)
    opaque: bool = False

    def encode(self, form: str = "webp", quality: int = 88, ground: tuple[int, int, int] = WHITE) -> bytes:
        """The picture as `webp`, `jpeg` (where transparent, on a plain ground) or `png` bytes, without metadata."""
        if form not in _MEDIA:
            raise ValueError(f"a picture cannot be encoded as {form!r}; it can be {', '.join(_MEDIA)}")
        if form == "jpeg" and not self.opaque:
            words = np.ascontiguousarray(self.rgba).view(np.uint32)[..., 0]
            laid = _laid_on(words, *ground)[..., None].view(np.uint8)
            return Picture(laid, opaque=True).encode(form, quality)
        image = self._image()
        if form == "png" and self.opaque:
            image = image.convert("RGB")
        buffer = io.BytesIO()
        how = {
            "png": {},
            "webp": {"quality": quality, "method": 2},
            # Full colour resolution only where quality is asked for: it doubles the time.
            "jpeg": {"quality": quality, "subsampling": 0 if quality >= 90 else 2},
        }
        image.save(buffer, _MEDIA[form], **how[form])
        return buffer.getvalue()

    def resized(self, px: int) -> "Picture":
        """The picture with its longest side at `px`, by averaging of premultiplied colour."""
        height, width = self.rgba.shape[:2]
        scale = px / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if self.opaque:
            if scale < 1:
                return Picture(geometry.smaller(self.rgba, *size), opaque=True)
            large = cv2.resize(self.rgba, size, interpolation=cv2.INTER_CUBIC)
            return Picture(np.asarray(large, dtype=np.uint8), opaque=True)
        image = self._image().resize(size, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.LANCZOS)
        return Picture(np.array(image, dtype=np.uint8))

    def _image(self) -> Image.Image:
        """The pixels for Pillow, not copied; the fourth byte does not count where nothing is transparent."""
        height, width = self.rgba.shape[:2]
        mode = "RGBX" if self.opaque else "RGBA"
        return Image.frombuffer(mode, (width, height), np.ascontiguousarray(self.rgba), "raw", mode, 0, 1)


@kernel
def _laid_on(pixels: Words, red: int, green: int, blue: int) -> Words:
    """A picture over a plain ground, both one word per pixel; what comes out is opaque."""
    out = np.empty_like(pixels)
    upper, laid = pixels.ravel(), out.ravel()
    plain = np.uint32(red) | np.uint32(green) << np.uint32(8) | np.uint32(blue) << np.uint32(16)
    for n in range(len(upper)):
        over, shown = upper[n] >> np.uint32(24), plain
        if over == 255:
            shown = upper[n]
        elif over:
            shown = mixed(upper[n], plain, over)
        laid[n] = shown | np.uint32(0xFF000000)
    return out
