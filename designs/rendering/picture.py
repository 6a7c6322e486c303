import io
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from designs.rendering.arrays import Bytes2D

_MEDIA = {"webp": "WEBP", "jpeg": "JPEG", "png": "PNG"}


@dataclass(frozen=True)
class Picture:
    """A rendered view: `rgba` is uint8 (height, width, 4), sRGB."""

    rgba: Bytes2D = field(repr=False)

    def encode(self, form: str = "webp", quality: int = 88) -> bytes:
        """The picture as `webp`, `jpeg` (on white where transparent) or `png` bytes, without metadata."""
        if form not in _MEDIA:
            raise ValueError(f"a picture cannot be encoded as {form!r}; it can be {', '.join(_MEDIA)}")
        image = Image.fromarray(self.rgba)
        if form == "jpeg" or bool((self.rgba[..., 3] == 255).all()):
            ground = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(ground, image).convert("RGB")
        buffer = io.BytesIO()
        how = {"png": {"compress_level": 6}, "webp": {"quality": quality, "method": 2}}
        image.save(buffer, _MEDIA[form], **how.get(form, {"quality": quality, "subsampling": 0}))
        return buffer.getvalue()

    def resized(self, px: int) -> "Picture":
        """The picture with its longest side at `px`, by area averaging of premultiplied colour."""
        image = Image.fromarray(self.rgba)
        scale = px / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        return Picture(
            np.asarray(image.resize(size, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.LANCZOS))
        )
