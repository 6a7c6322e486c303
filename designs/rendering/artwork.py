import io
import math
import re
import struct
import warnings
import zlib
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageCms, ImageOps
from PIL.TiffImagePlugin import BITSPERSAMPLE, TiffImageFile

from designs.rendering import errors, svg, svg_text
from designs.rendering.arrays import Bytes2D
from designs.rendering.sandbox import Sandbox

LARGEST_FILE_BYTES = 25 * 1024 * 1024
MOST_PIXELS = 40_000_000
SMALLEST_SIDE_PX = 16
LONGEST_SIDE_PX = 30_000
WORKING_SIDE_PX = 2000

SVG = "image/svg+xml"
PDF = "application/pdf"
_ACCEPTED = "Send PNG, JPEG, WebP, AVIF, GIF, TIFF, SVG, PDF or AI."
_PILLOW = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
    "image/gif": "GIF",
    "image/tiff": "TIFF",
}
_NAMES = {**_PILLOW, SVG: "SVG", PDF: "PDF"}
_XML_START = re.compile(rb"\s*<(\?xml|!--|!doctype|(\w+:)?svg)", re.IGNORECASE)
_SVG_TAG = re.compile(rb"<(\w+:)?svg[\s>/]", re.IGNORECASE)
_DECODER_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True)
class Artwork:
    """One decoded artwork.

    `rgba` is uint8 (height, width, 4), sRGB, not premultiplied, upright. `native_px` is the longest side of
    the file in pixels, None for drawings without pixels. `notes` are sentences for the customer, `texts` the lines of
    text that an SVG names.
    """

    rgba: Bytes2D
    media_type: str
    native_px: int | None
    notes: tuple[str, ...]
    texts: tuple[svg_text.Line, ...] = ()


def sniff(data: bytes) -> str:
    """The media type of a file by its first bytes, never by its name.

    Raises `EmptyFile`, `FileTooLarge` or `NotAnImage`.
    """
    if not data:
        raise errors.EmptyFile("The file is empty. Choose the file again; it may not have been saved completely.")
    if len(data) > LARGEST_FILE_BYTES:
        raise errors.FileTooLarge(
            f"The file has {len(data) / 1048576:.1f} MB; at most 25 MB are accepted. "
            "Save it with fewer pixels (2000 are enough) or as SVG."
        )
    found = _magic(data)
    if found is None:
        raise errors.NotAnImage(f"This file is not a picture that can be read. {_ACCEPTED}")
    return found


def _magic(data: bytes) -> str | None:
    for magic, media_type in (
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"%PDF-", PDF),
    ):
        if data.startswith(magic):
            return media_type
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] in {b"ftypavif", b"ftypavis"}:
        return "image/avif"
    return SVG if _looks_like_svg(data) else None


def _looks_like_svg(data: bytes) -> bool:
    head = data[:65536]
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        head = head.decode("utf-16", errors="replace").encode()
    head = head.removeprefix(b"\xef\xbb\xbf")
    return bool(_XML_START.match(head)) and bool(_SVG_TAG.search(head))


def decode(data: bytes, *, px: int) -> Artwork:
    """Decode an artwork; drawings get a longest drawn side near `px` pixels, rasters at most 2000.

    Raises an `ArtworkError` that names the cause.
    """
    media_type = sniff(data)
    if media_type == SVG:
        return _decode_svg(data, px)
    if media_type == PDF:
        return _decode_pdf(data, px)
    return _decode_raster(data, media_type)


def _decode_svg(data: bytes, px: int) -> Artwork:
    cleaned, dropped = svg.clean(data)
    drawing = Sandbox.shared().draw(cleaned, kind="svg", px=px)
    notes: tuple[str, ...] = ()
    if dropped:
        more = f" and {len(dropped) - 8} more" if len(dropped) > 8 else ""
        notes = (f"Dropped from the SVG, because a picture does not need it: {', '.join(dropped[:8])}{more}.",)
    return Artwork(rgba=drawing.rgba, media_type=SVG, native_px=None, notes=notes, texts=svg_text.found(cleaned))


def _decode_pdf(data: bytes, px: int) -> Artwork:
    drawing = Sandbox.shared().draw(data, kind="pdf", px=px)
    notes = (f"The PDF has {drawing.pages} pages; the first one is used.",) if drawing.pages > 1 else ()
    return Artwork(rgba=drawing.rgba, media_type=PDF, native_px=None, notes=notes)


def _decode_raster(data: bytes, media_type: str) -> Artwork:
    name = _NAMES[media_type]
    notes: list[str] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(io.BytesIO(data), formats=[_PILLOW[media_type]])
        _refuse_size(image.width, image.height)
        native_px, bits = max(image.size), _bits(data, image)
        if getattr(image, "is_animated", False):
            many = (
                "has several pages; the first one is used" if name == "TIFF" else "is animated; its first frame is used"
            )
            notes.append(f"The {name} {many}.")
            image.seek(0)
        if image.format == "JPEG":
            image.draft(None, (WORKING_SIDE_PX, WORKING_SIDE_PX))
        image.load()
        # A copy, so that what the decoder holds is free before the pixels are copied out.
        image = ImageOps.exif_transpose(image)
        rgba = _to_rgba(image, bits, notes)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise errors.TooManyPixels(_too_many_pixels(None)) from error
    except MemoryError as error:
        raise errors.ArtworkTooComplex(f"This {name} needs too much memory. Save it with fewer pixels.") from error
    except _DECODER_FAULTS as error:
        raise errors.DamagedFile(
            f"This {name} is damaged or ends too early. Export it again and check that it opens on your side."
        ) from error
    return Artwork(rgba=_shrink(rgba), media_type=media_type, native_px=native_px, notes=tuple(notes))


def _bits(data: bytes, image: Image.Image) -> int:
    """Bits per channel: Pillow reads 16-bit colour PNG and TIFF as 8 bits without saying so, the header does say."""
    if image.format == "PNG":
        return data[24] if len(data) > 24 else 8
    if isinstance(image, TiffImageFile):
        return int(max(image.tag_v2.get(BITSPERSAMPLE, (8,))))
    return 8


def _too_many_pixels(size: tuple[int, int] | None) -> str:
    shown = f"{size[0]:,} x {size[1]:,} pixels" if size else "more pixels"
    return f"The picture has {shown}; at most 40 million are accepted. Save it with about 2000 on the longest side."


def _refuse_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE_PX:
        raise errors.TooManyPixels(_too_many_pixels((width, height)))
    if min(width, height) < SMALLEST_SIDE_PX:
        raise errors.ArtworkTooSmall(
            f"The picture has {width} x {height} pixels; a pin needs at least {SMALLEST_SIDE_PX} on each side, "
            "and looks good from about 600. Send a larger picture or an SVG."
        )


def _to_rgba(image: Image.Image, bits: int, notes: list[str]) -> Bytes2D:
    """Any Pillow mode as upright sRGB RGBA, with a note for every conversion that may change a colour."""
    profile = image.info.get("icc_profile")
    if bits == 16 or image.mode.startswith("I;16"):
        notes.append("The picture has 16 bits per channel; it was converted to 8.")
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        image = _deep_grey(image)
    if image.mode == "CMYK":
        notes.append("The picture is in CMYK printing colours; it was converted to screen colours (sRGB).")
    if isinstance(profile, bytes) and profile:
        image = _to_srgb(image, profile, notes)
    return np.asarray(image if image.mode == "RGBA" else image.convert("RGBA"), dtype=np.uint8)


def _deep_grey(image: Image.Image) -> Image.Image:
    deep = np.asarray(image, dtype=np.float64)
    top = 65535.0 if deep.max(initial=0) > 255 else 255.0
    return Image.fromarray((np.clip(deep / top, 0, 1) * 255).round().astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes, notes: list[str]) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        alpha = image.getchannel("A") if image.mode in {"RGBA", "LA"} else None
        base = image
        if image.mode in {"P", "PA", "LA", "RGBA", "1"}:
            alpha = alpha or (image.convert("RGBA").getchannel("A") if "transparency" in image.info else None)
            base = image.convert("RGB")
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(base, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        notes.append("The colour profile of the picture could not be read; its colours are taken as sRGB.")
        return image
    if converted is None:
        return image
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _shrink(rgba: Bytes2D) -> Bytes2D:
    """At most `WORKING_SIDE_PX` on the longest side, by whole-number box averaging of premultiplied colour."""
    factor = math.ceil(max(rgba.shape[:2]) / WORKING_SIDE_PX)
    if factor <= 1:
        return rgba
    image = Image.fromarray(rgba).reduce(factor)
    return np.asarray(image, dtype=np.uint8)
