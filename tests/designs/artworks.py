"""Small artworks, and files that are none."""

import io
import struct
import zlib

from PIL import Image, ImageDraw

_HEAD = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'

MUSHROOM = _HEAD + (
    b'<path d="M36 52 Q33 84 28 92 Q50 98 72 92 Q67 84 64 52Z" fill="#f4e6cf"/>'
    b'<path d="M6 54 Q8 12 50 10 Q92 12 94 54 Q80 62 50 62 Q20 62 6 54Z" fill="#cf2a2a"/>'
    b'<circle cx="35" cy="36" r="9" fill="#ffffff"/><circle cx="65" cy="32" r="9" fill="#ffffff"/></svg>'
)
BLUE_MUSHROOM = MUSHROOM.replace(b"#cf2a2a", b"#2a4fcf")
# Two discs that do not touch: a blocking finding that bridges mend.
TWO_PIECES = _HEAD + (
    b'<circle cx="25" cy="50" r="22" fill="#e4572e"/><circle cx="76" cy="50" r="22" fill="#17bebb"/></svg>'
)
SCRIPTED = _HEAD + (
    b'<script>alert(1)</script><image href="http://127.0.0.1:1/x.png" width="9" height="9"/>'
    b'<circle cx="50" cy="50" r="40" fill="#1f8a70" onclick="alert(2)"/></svg>'
)
ENTITY_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(8))
    + b']><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>&i;</text></svg>'
)
NAMESPACE_ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>'
    b'<svg xmlns="&ns_svg;" viewBox="0 0 100 100"><circle cx="50" cy="50" r="40" fill="#1f8a70"/></svg>'
)


def drawn(mode: str = "RGB", *, px: int = 600, colour: object = (200, 40, 40)) -> Image.Image:
    """A disc of one colour on white."""
    white = {"RGB": (255, 255, 255), "CMYK": (0, 0, 0, 0)}[mode]
    image = Image.new(mode, (px, px), white)
    ImageDraw.Draw(image).ellipse((px * 0.1, px * 0.1, px * 0.9, px * 0.9), fill=colour)
    return image


def encoded(image: Image.Image, form: str, **how: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **how)
    return buffer.getvalue()


def png() -> bytes:
    return encoded(drawn(), "PNG")


def animated_gif() -> bytes:
    frames = [drawn(colour=colour).convert("P") for colour in ((200, 40, 40), (40, 40, 200))]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)


def cmyk_jpeg() -> bytes:
    return encoded(drawn("CMYK", colour=(0, 220, 200, 10)), "JPEG")


def png_header(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds nothing like it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 4096)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def deep_png() -> bytes:
    """A PNG of 16 bits per channel."""
    width, ink, paper = 256, b"\x30\x00\x10\x00\xd0\x00", b"\xff\xff\xff\xff\xff\xff"
    rows = b"".join(
        b"\x00" + b"".join(ink if (x - 128) ** 2 + (y - 128) ** 2 < 100**2 else paper for x in range(width))
        for y in range(width)
    )

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, width, 16, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
