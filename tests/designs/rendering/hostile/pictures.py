"""Hostile pixels: bombs, headers that lie, damaged profiles and EXIF, files that are two things at once."""

import io
import random
import struct
import zlib
from collections.abc import Iterator
from functools import cache

from PIL import Image, ImageCms, ImageDraw

Files = Iterator[tuple[str, bytes]]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
FORMS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "AVIF")
ZIP_END = b"PK\x05\x06" + bytes(18)


@cache
def picture(form: str) -> bytes:
    """A red disc with a white stripe on white, 96 px, as a good file."""
    image = Image.new("RGB", (96, 96), "white")
    pen = ImageDraw.Draw(image)
    pen.ellipse((8, 8, 88, 88), fill="#c22222")
    pen.rectangle((8, 40, 88, 56), fill="#2244aa")
    return saved(image, form)


def saved(image: Image.Image, form: str, **how: object) -> bytes:
    """A picture as a file."""
    buffer = io.BytesIO()
    image.save(buffer, form, **how)
    return buffer.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, data: bytes, *, depth: int = 8, colour: int = 2, extra: bytes = b"") -> bytes:
    """A PNG that says it has this size, with `data` as its compressed pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return SIGNATURE + header + extra + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@cache
def zeros(count: int) -> bytes:
    """So many zero bytes, compressed."""
    pump = zlib.compressobj(9)
    parts = [pump.compress(bytes(1 << 20)) for _ in range(count >> 20)]
    return b"".join([*parts, pump.compress(bytes(count & 0xFFFFF)), pump.flush()])


def truncations() -> Files:
    """Every format cut at every tenth."""
    for form in FORMS:
        whole = picture(form)
        for tenth in range(1, 10):
            yield f"{form} cut at {tenth} tenths", whole[: len(whole) * tenth // 10]


def flips() -> Files:
    """Every format with sixteen bits turned over, three times."""
    for form in FORMS:
        for seed in range(3):
            dice = random.Random(f"{form}{seed}")  # noqa: S311 - seeded damage, not a secret
            data = bytearray(picture(form))
            for _ in range(16):
                data[dice.randrange(8, len(data))] ^= 1 << dice.randrange(8)
            yield f"{form} with flipped bits {seed}", bytes(data)


def bombs() -> Files:
    """Small files that say, or hide, a great many pixels or bytes."""
    pixels = zlib.compress(bytes(97 * 96))
    yield "png: 60 MB behind a small picture", png(96, 96, zeros(60 << 20))
    yield "png: 30,000 x 30,000", png(30_000, 30_000, zeros(1 << 20))
    text = b"Comment\0\0" + zeros(60 << 20)
    yield "png: compressed text of 60 MB", png(96, 96, pixels, colour=0, extra=chunk(b"zTXt", text))
    profile = b"icc\0\0" + zeros(60 << 20)
    yield "png: colour profile of 60 MB", png(96, 96, pixels, colour=0, extra=chunk(b"iCCP", profile))
    yield "png: ten thousand comments", png(96, 96, pixels, colour=0, extra=chunk(b"tEXt", b"a\0b") * 10_000)
    yield "png: 36 million pixels, which is allowed", png(6000, 6000, zeros(751 * 6000), depth=1, colour=0)
    frames = [Image.new("P", (2000, 2000), n) for n in range(2)]
    yield "gif: large frames", saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    yield "gif: 65,535 x 65,535", b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + picture("GIF")[13:]
    yield "webp: 16,383 x 2,400", saved(Image.new("L", (16_383, 2400)).convert("RGB"), "WEBP", lossless=True, method=0)
    yield "tiff: 60 MB of zeros", _tiff(6000, 6000, zeros(60 << 20))
    yield "tiff: 60,000 x 60,000", _tiff(60_000, 60_000, zeros(1 << 20))
    yield "jpeg: 65,500 x 65,500", _jpeg_of(65_500, 65_500)


def _tiff(width: int, height: int, data: bytes, *, loop: bool = False) -> bytes:
    """A grey TIFF with one deflated strip; with `loop` its next directory is itself."""
    tags = [
        (256, width),
        (257, height),
        (258, 8),
        (259, 8),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, height),
        (279, len(data)),
    ]
    at = 8 + len(data)
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    directory = struct.pack("<H", len(tags)) + entries + struct.pack("<I", at if loop else 0)
    return b"II*\0" + struct.pack("<I", at) + data + directory


def _jpeg_of(width: int, height: int) -> bytes:
    """A good JPEG whose frame header tells another size."""
    data = bytearray(picture("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def lies() -> Files:
    """Headers that promise what the file does not hold."""
    pixels = zlib.compress(bytes(97 * 96))
    yield "png: more rows than there are", png(96, 960, pixels, colour=0)
    yield "png: fewer rows than there are", png(96, 32, pixels, colour=0)
    yield "png: no width", png(0, 96, pixels, colour=0)
    yield "png: colour type 7", png(96, 96, pixels, colour=7)
    yield "png: palette without a palette", png(96, 96, pixels, colour=3)
    yield "png: 3 bits a pixel", png(96, 96, pixels, depth=3, colour=0)
    yield "png: chunk of 4 GB", SIGNATURE + struct.pack(">I", 0xFFFFFFFF) + b"IHDR" + bytes(40)
    yield "jpeg: no height", _jpeg_of(96, 0)
    yield "jpeg: wider than it is", _jpeg_of(4000, 96)
    yield "gif: a canvas larger than the frame", b"GIF89a" + struct.pack("<HH", 900, 900) + picture("GIF")[10:]
    yield "webp: a length of 4 GB", b"RIFF\xff\xff\xff\xff" + picture("WEBP")[8:]
    yield (
        "tiff: a strip beyond the end",
        _tiff(96, 96, zeros(96 * 96)).replace(
            struct.pack("<HHII", 273, 4, 1, 8), struct.pack("<HHII", 273, 4, 1, 1 << 30)
        ),
    )
    yield "tiff: a directory that follows itself", _tiff(96, 96, zeros(96 * 96), loop=True)
    yield "png named, jpeg inside", SIGNATURE + picture("JPEG")
    yield "jpeg named, png inside", b"\xff\xd8\xff\xe0" + picture("PNG")


def sizes() -> Files:
    """Pictures that are lines, dots or fields."""
    for width, height in (
        (100_000, 1),
        (1, 100_000),
        (1, 1),
        (29_000, 16),
        (16, 29_000),
        (0x7FFFFFFF, 0x7FFFFFFF),
        (15, 500),
    ):
        small = width * height < 1_000_000
        yield (
            f"png: {width:,} x {height:,}",
            png(width, height, zeros((width + 1) * height if small else 1000), colour=0),
        )


def profiles() -> Files:
    """Colour profiles that are none."""
    good = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    wild = bytearray(good)
    wild[16:20] = b"CMYK"
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    dice = random.Random(5)  # noqa: S311 - seeded damage, not a secret
    damaged = bytearray(good)
    for _ in range(40):
        damaged[dice.randrange(128, len(good))] = dice.randrange(256)
    for name, profile in (
        ("no profile at all", b"profile?"),
        ("half a profile", good[: len(good) // 2]),
        ("only its header", good[:128]),
        ("a CMYK profile for RGB", bytes(wild)),
        ("a Lab profile for RGB", lab),
        ("a damaged profile", bytes(damaged)),
        ("a length of 4 GB", b"\xff\xff\xff\xff" + good[4:]),
        ("four billion tags", good[:128] + b"\xff\xff\xff\xff" + good[132:]),
    ):
        form = ("PNG", "JPEG", "WEBP")[len(profile) % 3]
        yield f"{form}: {name}", saved(Image.open(io.BytesIO(picture("PNG"))), form, icc_profile=profile)
    yield (
        "png: a profile that is not compressed",
        png(96, 96, zeros(97 * 96), colour=0, extra=chunk(b"iCCP", b"icc\0\0" + good)),
    )


def exifs() -> Files:
    """EXIF that runs in circles or tells nonsense."""

    def tag(number: int, kind: int, count: int, value: int) -> bytes:
        return struct.pack("<HHII", number, kind, count, value)

    def block(*tags: bytes, following: int = 0) -> bytes:
        return b"Exif\0\0II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + b"".join(tags) + struct.pack("<I", following)

    for name, exif in (
        ("directory that follows itself", block(tag(0x0112, 3, 1, 1), following=8)),
        ("EXIF directory that is the main one", block(tag(0x8769, 4, 1, 8))),
        ("GPS directory that is the main one", block(tag(0x8825, 4, 1, 8))),
        ("orientation 0", block(tag(0x0112, 3, 1, 0))),
        ("orientation 200", block(tag(0x0112, 3, 1, 200))),
        ("orientation as text", block(tag(0x0112, 2, 4, 0x31313131))),
        ("four billion orientations", block(tag(0x0112, 3, 0xFFFFFFFF, 8))),
        ("values beyond the end", block(tag(0x010F, 2, 1000, 0x7FFFFFFF))),
        ("65,535 tags promised", b"Exif\0\0II*\0\x08\0\0\0\xff\xff"),
        ("nothing", b"Exif\0\0"),
        ("resolution divided by nothing", block(tag(0x011A, 5, 1, 26), tag(0x0112, 3, 1, 6)) + bytes(8)),
    ):
        form = ("JPEG", "WEBP", "PNG")[len(exif) % 3]
        yield f"{form}: {name}", saved(Image.open(io.BytesIO(picture("PNG"))), form, exif=exif)


def polyglots() -> Files:
    """Files that are a picture to one reader and something else to another."""
    page = b"<html><script>alert(1)</script><svg></svg></html>"
    yield "png and zip", picture("PNG") + b"PK\x03\x04" + bytes(26) + ZIP_END
    yield "jpeg and html", picture("JPEG") + page
    yield "html and jpeg", page + picture("JPEG")
    yield "gif and script", b"GIF89a/*" + picture("GIF")[8:] + b"*/=1;alert(1)"
    yield "webp and executable", picture("WEBP") + b"\x7fELF" + bytes(60)
    yield "png and pdf", picture("PNG") + b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj trailer<</Root 1 0 R>>"
    yield "pdf and png", b"%PDF-1.4\n" + picture("PNG")
    yield "svg and html", b"<svg xmlns='http://www.w3.org/2000/svg'/>" + page
    yield "html and svg", b"<!-- <svg> -->" + page
    yield "zip and png", b"PK\x03\x04" + picture("PNG") + ZIP_END
    yield "postscript and svg", b"%!PS-Adobe-3.0 EPSF-3.0\n<svg/>"


def nothings() -> Files:
    """Zero bytes, in whole or in part."""
    for count in (0, 1, 8, 4096, 1_000_000):
        yield f"{count:,} zero bytes", bytes(count)
    for name, start in (
        ("png", SIGNATURE),
        ("jpeg", b"\xff\xd8\xff"),
        ("gif", b"GIF89a"),
        ("webp", b"RIFF\0\0\0\0WEBP"),
        ("pdf", b"%PDF-1.7\n"),
        ("tiff", b"II*\0"),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'>"),
    ):
        yield f"{name} and zero bytes", start + bytes(4096)
