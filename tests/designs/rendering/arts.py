"""Twenty artworks of different kinds, drawn here: drawings as SVG text, pictures from arrays."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pypdfium2
import pyvips
from PIL import Image, ImageCms, ImageDraw, ImageFont

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">'

CAT = f"""{HEAD}<g stroke="#231f20" stroke-width="2.6" stroke-linejoin="round" stroke-linecap="round">
<path d="M14 46 L18 10 L40 24 Q50 21 60 24 L82 10 L86 46 Q90 84 50 90 Q10 84 14 46Z" fill="#f7a63b"/>
<path d="M21 19 L35 28 L23 36Z" fill="#f6b8b0"/><path d="M79 19 L65 28 L77 36Z" fill="#f6b8b0"/>
<path d="M50 88 Q30 84 30 66 Q38 56 50 62 Q62 56 70 66 Q70 84 50 88Z" fill="#fff4e0"/>
<ellipse cx="34" cy="48" rx="8" ry="9.5" fill="#ffffff"/><ellipse cx="66" cy="48" rx="8" ry="9.5" fill="#ffffff"/>
<path d="M45 61 L55 61 L50 67Z" fill="#e8546a"/>
<path d="M50 67 Q50 75 42 75 M50 67 Q50 75 58 75 M24 64 L10 60 M24 70 L9 71 M76 64 L90 60 M76 70 L91 71" fill="none"/>
<path d="M44 25 L47 36 M56 25 L53 36 M50 23 L50 38" fill="none"/></g>
<ellipse cx="35" cy="49" rx="4.6" ry="6.8" fill="#231f20"/><ellipse cx="65" cy="49" rx="4.6" ry="6.8" fill="#231f20"/>
</svg>"""

ICE_CREAM = f"""{HEAD}<path d="M30 52 L50 96 L70 52Z" fill="#d99a4e"/>
<path d="M38 52 L54 87 L58 78 L46 52Z" fill="#c27f33"/>
<circle cx="36" cy="42" r="17" fill="#f7a8c4"/><circle cx="64" cy="42" r="17" fill="#8fd6b4"/>
<circle cx="50" cy="25" r="19" fill="#fff1c9"/>
<path d="M31 23 Q31 5 50 5 Q69 5 69 23 Q66 30 62 25 Q58 21 55 28 Q51 35 47 28 Q44 20 39 27 Q34 31 31 23Z" fill="#6b3b22"/>
<circle cx="57" cy="7" r="6" fill="#d8232f"/></svg>"""

MUSHROOM = f"""{HEAD}<path d="M36 52 Q33 84 28 92 Q50 98 72 92 Q67 84 64 52Z" fill="#f4e6cf"/>
<path d="M6 54 Q8 12 50 10 Q92 12 94 54 Q80 62 50 62 Q20 62 6 54Z" fill="#cf2a2a"/>
<circle cx="32" cy="34" r="8" fill="#ffffff"/><circle cx="62" cy="26" r="7" fill="#ffffff"/>
<circle cx="75" cy="45" r="6.5" fill="#ffffff"/><circle cx="50" cy="48" r="6" fill="#ffffff"/>
<circle cx="18" cy="48" r="4.4" fill="#ffffff"/></svg>"""

PLANET = f"""{HEAD}<circle cx="50" cy="50" r="30" fill="#2b3a8f"/>
<path d="M22 40 Q50 50 78 39 L80 49 Q50 60 20 50Z" fill="#5d72d6"/>
<path d="M26 64 Q50 74 74 64 L70 72 Q50 80 31 73Z" fill="#5d72d6"/>
<path d="M27 38 Q-2 56 6 64 Q20 74 56 58 Q98 40 95 32 Q91 26 73 31 L75 36 Q88 33 88 36 Q86 42 54 54 Q20 67 13 61 Q12 57 25 46Z"
 fill="#f2c14e"/></svg>"""

ROCKET = f"""{HEAD}<path d="M50 4 Q70 22 68 62 L32 62 Q30 22 50 4Z" fill="#eef2f5"/>
<path d="M50 4 Q60 13 64.6 27 L35.4 27 Q40 13 50 4Z" fill="#e0413a"/>
<path d="M32 44 Q18 54 18 76 L34 66Z" fill="#e0413a"/><path d="M68 44 Q82 54 82 76 L66 66Z" fill="#e0413a"/>
<circle cx="50" cy="40" r="8.5" fill="#3c4a57"/><circle cx="50" cy="40" r="6" fill="#63c5ea"/>
<rect x="38" y="62" width="24" height="6" fill="#3c4a57"/>
<path d="M39 68 Q38 84 50 97 Q62 84 61 68Z" fill="#f6a21d"/><path d="M45 68 Q44 78 50 86 Q56 78 55 68Z" fill="#fde36b"/></svg>"""

FLAG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 80"><rect width="120" height="80" fill="#0b4ea2"/>
<rect y="30" width="120" height="20" fill="#ffffff"/><rect x="32" width="20" height="80" fill="#ffffff"/>
<rect y="34" width="120" height="12" fill="#d52b1e"/><rect x="36" width="12" height="80" fill="#d52b1e"/></svg>"""

LINE_ART = f"""{HEAD}<g fill="none" stroke="#111111" stroke-width="2.4" stroke-linejoin="round" stroke-linecap="round">
<path d="M50 92 Q14 64 10 40 Q10 16 30 14 Q44 14 50 28 Q56 14 70 14 Q90 16 90 40 Q86 64 50 92Z"/>
<path d="M30 40 Q40 30 50 44 Q60 58 72 46"/><path d="M34 58 L46 66 M58 70 L66 60"/></g></svg>"""

RING = f"""{HEAD}<path fill-rule="evenodd" fill="#1f8a70" d="M50 5 A45 45 0 1 0 50 95 A45 45 0 1 0 50 5Z M50 32 A18 18 0 1 1 50 68 A18 18 0 1 1 50 32Z"/>
<path d="M50 5 A45 45 0 0 1 95 50 L68 50 A18 18 0 0 0 50 32Z" fill="#bfdb38"/></svg>"""

PIECES = f"""{HEAD}<circle cx="24" cy="28" r="18" fill="#e4572e"/><circle cx="76" cy="28" r="18" fill="#17bebb"/>
<path d="M14 62 L86 62 L50 96Z" fill="#ffc914"/></svg>"""

MOUNTAIN = f"""{HEAD}<circle cx="50" cy="50" r="46" fill="#203a5c"/><circle cx="50" cy="50" r="41" fill="#f3d9b1"/>
<circle cx="50" cy="38" r="14" fill="#ee6c4d"/><path d="M12 68 L34 36 L47 55 L60 40 L88 68 Q78 91 50 91 Q22 91 12 68Z" fill="#3d5a80"/>
<path d="M34 36 L42 48 L36 46 L31 50 L27 46Z" fill="#ffffff"/><path d="M60 40 L69 49 L62 49 L57 53 L54 47Z" fill="#ffffff"/>
<path d="M13 70 Q50 60 87 70 Q78 91 50 91 Q22 91 13 70Z" fill="#2a9d5c"/></svg>"""

WHITE_ON_WHITE = f"""{HEAD}<rect width="100" height="100" fill="#ffffff"/>
<path d="M20 80 Q10 60 24 50 Q24 34 40 34 Q50 18 66 30 Q84 30 82 48 Q96 56 84 76 Z" fill="#ffffff" stroke="#2d3142" stroke-width="3"/>
<circle cx="42" cy="56" r="4" fill="#2d3142"/><circle cx="62" cy="56" r="4" fill="#2d3142"/>
<path d="M46 66 Q52 72 58 66" stroke="#2d3142" stroke-width="3" fill="none"/></svg>"""

GRADIENT = f"""{HEAD}<defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#ff2d75"/>
<stop offset="1" stop-color="#ffd23f"/></linearGradient></defs><circle cx="50" cy="50" r="45" fill="url(#g)"/>
<path d="M20 62 L80 62 L70 74 L30 74Z" fill="#24243e"/></svg>"""

DRAWINGS = {
    "cat": CAT,
    "ice_cream": ICE_CREAM,
    "mushroom": MUSHROOM,
    "planet": PLANET,
    "rocket": ROCKET,
    "flag": FLAG,
    "line_art": LINE_ART,
    "ring": RING,
    "pieces": PIECES,
    "mountain": MOUNTAIN,
    "white_on_white": WHITE_ON_WHITE,
    "gradient": GRADIENT,
}


def drawn(svg: str, px: int) -> Image.Image:
    """An SVG of ours as an RGBA picture of `px` on its longest side."""
    natural = pyvips.Image.svgload_buffer(svg.encode())
    image = pyvips.Image.svgload_buffer(svg.encode(), scale=px / max(natural.width, natural.height))
    return Image.frombytes("RGBA", (image.width, image.height), image.write_to_memory())


def on_white(image: Image.Image) -> Image.Image:
    ground = Image.new("RGBA", (image.width + 40, image.height + 40), "white")
    ground.alpha_composite(image, (20, 20))
    return ground.convert("RGB")


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def noisy_jpeg() -> bytes:
    clean = np.asarray(on_white(drawn(ICE_CREAM, 560)), dtype=np.float64)
    noise = np.random.default_rng(7).normal(0, 5, clean.shape)
    return saved(Image.fromarray(np.clip(clean + noise, 0, 255).astype(np.uint8)), "JPEG", quality=60)


def photo() -> bytes:
    """A picture without plain ground: waves of colour and grain."""
    y, x = np.mgrid[0:420, 0:560] / 420
    red = 128 + 90 * np.sin(5 * x + 3 * y) + 30 * np.sin(23 * x * y)
    green = 110 + 80 * np.cos(4 * y - 2 * x) + 20 * np.sin(31 * y)
    blue = 130 + 100 * np.sin(3 * x * x + 4 * y * y)
    grain = np.random.default_rng(3).normal(0, 6, (420, 560, 3))
    return saved(
        Image.fromarray(np.clip(np.dstack([red, green, blue]) + grain, 0, 255).astype(np.uint8)),
        "JPEG",
        quality=88,
    )


def text_logo() -> bytes:
    image = Image.new("RGBA", (900, 300), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((10, 10, 890, 290), 60, fill="#5b2a86")
    pen.text((450, 150), "HELLO", font=ImageFont.load_default(190), fill="#ffe066", anchor="mm")
    return saved(image, "PNG")


def deep_png() -> bytes:
    """A 16-bit grey PNG: a disc in a ring."""
    y, x = np.mgrid[0:400, 0:400]
    r = np.hypot(x - 200, y - 200)
    grey = np.where(r < 90, 20000, np.where(r < 180, 48000, 65535)).astype(np.uint16)
    return saved(Image.fromarray(grey), "PNG")


def animated_gif() -> bytes:
    first, second = Image.new("RGB", (300, 300), "white"), Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(first).ellipse((30, 30, 270, 270), fill="#0077b6")
    ImageDraw.Draw(second).rectangle((30, 30, 270, 270), fill="#d00000")
    return saved(first, "GIF", save_all=True, append_images=[second], duration=100)


def pdf() -> bytes:
    """A page with one round picture on it, and a second page."""
    document = pypdfium2.PdfDocument.new()
    jpeg = saved(on_white(drawn(ROCKET, 600)), "JPEG", quality=92)
    for _ in range(2):
        page = document.new_page(200, 200)
        picture = pypdfium2.PdfImage.new(document)
        picture.load_jpeg(io.BytesIO(jpeg), inline=True)
        picture.set_matrix(pypdfium2.PdfMatrix().scale(200, 200))
        page.insert_obj(picture)
        page.gen_content()
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def with_profile() -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(on_white(drawn(PLANET, 500)), "WEBP", lossless=True, icc_profile=profile)


PICTURES: dict[str, Callable[[], bytes]] = {
    "png_logo_with_alpha": lambda: saved(drawn(ROCKET, 700), "PNG"),
    "noisy_jpeg_on_white": noisy_jpeg,
    "photo": photo,
    "text_logo": text_logo,
    "tiny_png": lambda: saved(drawn(MUSHROOM, 64), "PNG"),
    "palette_png": lambda: saved(on_white(drawn(PLANET, 480)).quantize(16), "PNG"),
    "cmyk_jpeg": lambda: saved(on_white(drawn(MUSHROOM, 500)).convert("CMYK"), "JPEG", quality=92),
    "deep_png": deep_png,
    "animated_gif": animated_gif,
    "pdf": pdf,
    "webp_with_profile": with_profile,
}

NAMES = (*DRAWINGS, *PICTURES)


def artwork(name: str) -> bytes:
    """The bytes of an artwork by its name."""
    return DRAWINGS[name].encode() if name in DRAWINGS else PICTURES[name]()
