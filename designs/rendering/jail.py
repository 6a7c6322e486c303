"""The child process that draws SVG and PDF. Run as a plain script: it imports nothing of ours.

One request is a line of JSON (`kind`, `size`, `px`) and `size` bytes of file; one answer is a line of JSON
(`ok`, `width`, `height`, `pages`, `vector_width`, `vector_height` or `error`, `text`) and, when `ok`,
width x height x 4 bytes of RGBA.
The limits are set by the operating system, so that a hostile file ends this process and nothing else.
"""

import json
import math
import os
import resource
import sys
from typing import IO, Any

import pypdfium2
import pyvips

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 3
LARGEST_SIDE_PX = 4000
FAINT = 2  # of 255: so little is nothing drawn


class Refused(Exception):
    """A drawing that is answered with a code and a sentence."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def extent(line: pyvips.Image) -> int:
    """How far it is from the first to the last pixel of a line that is not 0."""
    drawn = [place for place, count in enumerate(memoryview(line.write_to_memory()).cast("I")) if count]
    return drawn[-1] - drawn[0] + 1 if drawn else 0


def draw_svg(data: bytes, px: int) -> tuple[bytes, dict[str, Any]]:
    """RGBA bytes of an SVG whose drawn part (not its canvas) is about `px` on the longest side."""
    natural = pyvips.Image.svgload_buffer(data)
    longest = max(natural.width, natural.height)
    probe = pyvips.Image.svgload_buffer(data, scale=256 / longest)[3].copy_memory()
    width, height = (extent(line) for line in (probe > FAINT).project())
    if width == 0 or height == 0:
        raise Refused("empty_artwork", "nothing is drawn inside the picture area")
    scale = min(px / max(width, height), LARGEST_SIDE_PX / 256) * 256 / longest
    image = pyvips.Image.svgload_buffer(data, scale=scale)
    if image.bands != 4:
        image = image.colourspace("srgb").addalpha() if image.bands < 4 else image[:4]
    size = {"width": image.width, "height": image.height, "pages": 1}
    return image.cast("uchar").write_to_memory(), size


def draw_pdf(data: bytes, px: int) -> tuple[bytes, dict[str, Any]]:
    """RGBA bytes of the first page of a PDF on a transparent ground, `px` on the longest side."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Refused("unsafe_artwork", "the PDF is protected by a password") from error
        raise
    if len(document) == 0:
        raise Refused("empty_artwork", "the PDF has no page")
    page = document[0]
    width, height = page.get_size()
    if not (math.isfinite(width) and math.isfinite(height)) or min(width, height) <= 0:
        raise Refused("damaged_file", "the first page of the PDF has no size")
    bitmap = page.render(
        scale=px / max(width, height), fill_color=(255, 255, 255, 0), rev_byteorder=True, maybe_alpha=True
    )
    pixels = bitmap.to_numpy()
    if pixels.ndim == 2 or pixels.shape[2] != 4:
        pixels = bitmap.to_pil().convert("RGBA")
        size = {"width": pixels.width, "height": pixels.height, "pages": len(document)}
        return pixels.tobytes(), size
    size = {"width": pixels.shape[1], "height": pixels.shape[0], "pages": len(document)}
    return pixels.tobytes(), size


DRAW = {"svg": draw_svg, "pdf": draw_pdf}


def allow_cpu() -> None:
    """Grant the next file `CPU_SECONDS` more than this process has used so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = math.ceil(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (used + CPU_SECONDS, resource.RLIM_INFINITY))


def answer(stdin: IO[bytes], stdout: IO[bytes], request: dict[str, Any]) -> None:
    """Draw one file and write the answer."""
    data = stdin.read(request["size"])
    allow_cpu()
    try:
        pixels, reply = DRAW[request["kind"]](data, request["px"])
        reply["ok"] = True
    except Refused as error:
        pixels, reply = b"", {"ok": False, "error": error.code, "text": str(error)}
    except MemoryError:
        pixels, reply = b"", {"ok": False, "error": "too_complex", "text": "it needs too much memory"}
    except (pyvips.Error, pypdfium2.PdfiumError, ValueError, RuntimeError) as error:
        text = " ".join(str(error).split())[:200]
        pixels, reply = b"", {"ok": False, "error": "damaged_file", "text": text}
    stdout.write(json.dumps(reply).encode() + b"\n")
    stdout.write(pixels)
    stdout.flush()


def main() -> None:
    """Serve until standard input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # No file comes twice, so that what libvips keeps of the last ones would only take memory.
    pyvips.cache_set_max(0)
    # The libraries may print; the answers own the descriptor they came with.
    stdout = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    stdin = sys.stdin.buffer
    while line := stdin.readline():
        answer(stdin, stdout, json.loads(line))


if __name__ == "__main__":
    main()
