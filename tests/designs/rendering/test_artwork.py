import gzip
import io
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw

from designs.rendering import (
    ArtworkError,
    ArtworkTooComplex,
    ArtworkTooSmall,
    DamagedFile,
    EmptyArtwork,
    EmptyFile,
    FileTooLarge,
    FlattenOptions,
    HousePalette,
    NotAnImage,
    Rules,
    TooManyPixels,
    UnsafeArtwork,
    flatten,
    sniff,
)
from designs.rendering.artwork import decode
from tests.designs.rendering import arts

HEAD = arts.HEAD


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png_header(width: int, height: int) -> bytes:
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + _chunk(b"IEND", b"")


def _svg(body: str, before: str = "") -> bytes:
    return (before + HEAD + body + "</svg>").encode()


def _entity_bomb() -> bytes:
    lines = ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))]
    return _svg("<text>&a9;</text>", f"<!DOCTYPE svg [{''.join(lines)}]>")


def _use_bomb() -> bytes:
    """Each group draws the one before it ten times: 10**9 shapes from 1 KB."""
    groups = ['<g id="g0"><circle cx="5" cy="5" r="4" fill="red"/></g>']
    for n in range(1, 10):
        groups.append(f'<g id="g{n}">' + f'<use xlink:href="#g{n - 1}" x="{n}"/>' * 10 + "</g>")
    return _svg(f'<defs>{"".join(groups)}</defs><use xlink:href="#g9"/>')


BAD = {
    "empty file": (b"", EmptyFile),
    "text": (b"hello, this is no picture", NotAnImage),
    "html": (b"<!DOCTYPE html><html><body><svg/></body></html>", NotAnImage),
    "zip": (b"PK\x03\x04" + bytes(100), NotAnImage),
    "zeros": (bytes(5000), NotAnImage),
    "executable": (b"\x7fELF" + bytes(500), NotAnImage),
    "gzipped svg": (gzip.compress(arts.CAT.encode(), mtime=0), NotAnImage),
    "over 25 MB": (b"\x89PNG\r\n\x1a\n" + bytes(26 * 1024 * 1024), FileTooLarge),
    "20,000 x 20,000 pixels": (_png_header(20_000, 20_000), TooManyPixels),
    "60,000 x 60,000 pixels": (_png_header(60_000, 60_000), TooManyPixels),
    "header that promises more than there is": (_png_header(2000, 2000), DamagedFile),
    "only a signature": (b"\x89PNG\r\n\x1a\n", DamagedFile),
    "jpeg of three bytes": (b"\xff\xd8\xff", DamagedFile),
    "gif of six bytes": (b"GIF89a", DamagedFile),
    "webp without content": (b"RIFF\x10\0\0\0WEBPVP8 ", DamagedFile),
    "pdf of one line": (b"%PDF-1.7\n", DamagedFile),
    "1 x 1 pixel": (arts.saved(Image.new("RGB", (1, 1), "red"), "PNG"), ArtworkTooSmall),
    "3000 x 4 pixels": (arts.saved(Image.new("RGB", (3000, 4), "red"), "PNG"), ArtworkTooSmall),
    "all transparent": (arts.saved(Image.new("RGBA", (300, 300), (9, 9, 9, 0)), "PNG"), EmptyArtwork),
    "all white": (arts.saved(Image.new("RGB", (300, 300), "white"), "PNG"), EmptyArtwork),
    "svg that draws nothing": (_svg(""), EmptyArtwork),
    "svg that draws outside its page": (_svg('<circle cx="500" cy="500" r="9"/>'), EmptyArtwork),
    "svg cut in half": (arts.CAT.encode()[: len(arts.CAT) // 2], DamagedFile),
    "svg of size zero": (b'<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"/>', ArtworkError),
    "entity bomb": (_entity_bomb(), UnsafeArtwork),
    "external entity": (
        _svg("<text>&x;</text>", '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        UnsafeArtwork,
    ),
    "parameter entity": (
        _svg("<g/>", '<!DOCTYPE svg [<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;]>'),
        UnsafeArtwork,
    ),
    "oversized entity": (_svg("<text>&x;</text>", f'<!DOCTYPE svg [<!ENTITY x "{"a" * 9000}">]>'), UnsafeArtwork),
    "nested too deep": (_svg("<g>" * 900 + "</g>" * 900), ArtworkTooComplex),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_named_with_its_cause(case):
    data, expected = BAD[case]
    with pytest.raises(expected) as caught:
        flatten(data, options=FlattenOptions(), rules=Rules.seed(), palette=HousePalette.seed())
    assert str(caught.value).endswith((".", "PDF."))
    assert caught.value.code


@pytest.mark.parametrize(
    "name", ["png_logo_with_alpha", "noisy_jpeg_on_white", "animated_gif", "webp_with_profile", "pdf", "cat"]
)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncated_file_ends_in_a_clear_error_or_in_a_picture(name, share):
    """A browser shows some truncated files; the engine may too, but it never fails otherwise."""
    data = arts.artwork(name)
    assert _outcome(data[: int(len(data) * share)]) in {"damaged_file", "empty_artwork", "picture"}


def _outcome(data):
    try:
        decode(data, px=200)
    except ArtworkError as error:
        return error.code
    return "picture"


def test_bomb_of_uses_ends_in_time_and_the_sandbox_lives_on():
    started = time.monotonic()
    with pytest.raises(ArtworkError) as caught:
        decode(_use_bomb(), px=960)
    assert caught.value.code in {"too_complex", "damaged_file"}
    assert time.monotonic() - started < 10
    assert decode(arts.CAT.encode(), px=200).rgba.shape[2] == 4


def test_scripts_and_references_are_dropped_and_listed():
    body = (
        "<script>alert(1)</script><style>@import url(http://127.0.0.1/a.css); .a{fill:url(http://127.0.0.1/p)}</style>"
        '<image xlink:href="file:///etc/passwd" width="9" height="9"/>'
        '<a href="javascript:alert(1)"><circle cx="50" cy="50" r="40" fill="#cc2222" onclick="x()"/></a>'
        '<use xlink:href="other.svg#a"/>'
    )
    (note,) = decode(_svg(body), px=300).notes
    for dropped in ("<script>", "onclick", "file:///etc/passwd", "javascript:", "other.svg", "@import"):
        assert dropped in note


def test_name_space_entities_of_drawing_programs_are_expanded():
    before = (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" ['
        '<!ENTITY ns_svg "http://www.w3.org/2000/svg"><!ENTITY red "#cc2222">]>'
    )
    data = f'{before}<svg xmlns="&ns_svg;" viewBox="0 0 9 9"><rect width="9" height="9" rx="4" fill="&red;"/></svg>'
    found = decode(data.encode(), px=200)
    assert found.notes == ()
    assert tuple(found.rgba[100, 100]) == (0xCC, 0x22, 0x22, 255)


@pytest.mark.parametrize(
    ("name", "media_type", "words"),
    [
        ("animated_gif", "image/gif", "first frame"),
        ("cmyk_jpeg", "image/jpeg", "CMYK"),
        ("deep_png", "image/png", "16 bits"),
        ("pdf", "application/pdf", "2 pages"),
    ],
)
def test_conversion_is_said(name, media_type, words):
    data = arts.artwork(name)
    found = decode(data, px=300)
    assert (sniff(data), found.media_type) == (media_type, media_type)
    assert words in " ".join(found.notes)


def test_type_comes_from_the_bytes():
    assert (
        sniff(b"\xef\xbb\xbf<?xml version='1.0'?><!-- a --><svg xmlns='http://www.w3.org/2000/svg'/>")
        == "image/svg+xml"
    )
    assert sniff(arts.artwork("webp_with_profile")) == "image/webp"


def test_first_frame_of_an_animation_is_used():
    assert tuple(decode(arts.artwork("animated_gif"), px=300).rgba[150, 150, :3]) == (0x00, 0x77, 0xB6)


def test_avif_is_read_in_its_colours():
    image = Image.new("RGB", (300, 200), "#0077b6")
    data = arts.saved(image, "AVIF", quality=95)
    assert sniff(data) == "image/avif"
    assert np.abs(decode(data, px=300).rgba[100, 150, :3].astype(int) - (0x00, 0x77, 0xB6)).max() <= 3


@pytest.mark.parametrize("order", ["<", ">"])
def test_sixteen_bit_tiff_is_converted_and_said(order):
    deep = np.full((64, 64), 52000, dtype=f"{order}u2")
    data = arts.saved(Image.fromarray(deep), "TIFF")
    found = decode(data, px=300)
    assert (sniff(data), found.media_type) == ("image/tiff", "image/tiff")
    assert "16 bits" in " ".join(found.notes)
    assert tuple(found.rgba[30, 30, :3]) == (202, 202, 202)


def test_first_page_of_a_tiff_is_used_and_said():
    pages = [Image.new("RGB", (64, 64), colour) for colour in ("#d00000", "#0077b6")]
    found = decode(arts.saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]), px=300)
    assert tuple(found.rgba[30, 30, :3]) == (0xD0, 0, 0)
    assert "several pages" in " ".join(found.notes)


def test_cmyk_tiff_is_converted_and_said():
    found = decode(arts.saved(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "TIFF", compression="tiff_lzw"), px=300)
    assert found.rgba[30, 30, 0] > 200
    assert found.rgba[30, 30, 1:3].max() < 60
    assert "CMYK" in " ".join(found.notes)


def test_rotation_in_exif_is_applied():
    image = Image.new("RGB", (60, 40), "white")
    ImageDraw.Draw(image).rectangle((0, 0, 59, 9), fill="#d00000")
    exif = Image.Exif()
    exif[0x0112] = 6
    found = decode(arts.saved(image, "PNG", exif=exif.tobytes()), px=300).rgba
    assert found.shape == (60, 40, 4)
    assert tuple(found[30, 36, :3]) == (0xD0, 0, 0)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_pixel_format_is_read(mode):
    grey = np.full((64, 64), 255, dtype=np.uint8)
    grey[16:48, 16:48] = 0
    if mode == "I;16":
        image = Image.fromarray(grey.astype(np.uint16) * 257)
    else:
        image = Image.fromarray(grey).convert("RGB").convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG" if mode == "CMYK" else "PNG")
    found = decode(buffer.getvalue(), px=300).rgba
    assert found[32, 32, :3].max() < 12
    assert found[4, 4, :3].min() > 243


def test_file_name_and_content_of_the_machine_stay_unread():
    """An SVG that points at a local file draws nothing of it."""
    data = _svg(
        '<image xlink:href="/etc/hostname" width="90" height="90"/><circle cx="50" cy="50" r="20" fill="#0077b6"/>'
    )
    found = decode(data, px=200)
    assert "external reference" in found.notes[0]
