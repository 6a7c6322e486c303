import math
import struct
import zlib

_WIDTH, _HEIGHT = 360, 240
_TABLE = (214, 219, 226)
_METALS = {
    "gold": (212, 168, 68),
    "silver": (190, 196, 204),
    "copper": (190, 112, 72),
    "black": (52, 54, 60),
}
_ENAMEL = (58, 92, 168)


def png(plating: str) -> bytes:
    """A drawn stand-in for the photo of the quality check: a row of pins on a grey table, as a PNG file."""
    metal = next((colour for name, colour in _METALS.items() if name in plating), _METALS["silver"])
    rows = bytearray()
    for y in range(_HEIGHT):
        rows.append(0)
        for x in range(_WIDTH):
            rows += bytes(_pixel(x, y, metal))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 6))
        + _chunk(b"IEND", b"")
    )


def _pixel(x: int, y: int, metal: tuple[int, int, int]) -> tuple[int, int, int]:
    u, v = x % 120 - 60, y % 120 - 60
    radius = math.hypot(u, v)
    if radius < 34:
        return _shade(_ENAMEL, 1.0 + 0.003 * (-u - v))
    if radius < 44:
        return _shade(metal, 1.05 + 0.006 * (-u - v))
    shadow = 0.86 if math.hypot(u - 4, v - 5) < 45 else 1.0
    return _shade(_TABLE, shadow)


def _shade(colour: tuple[int, int, int], factor: float) -> tuple[int, int, int]:
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
