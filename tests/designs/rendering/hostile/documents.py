"""Hostile PDF: scripts and actions, pages in circles, streams that grow."""

import zlib
from collections.abc import Iterator
from pathlib import Path

Files = Iterator[tuple[str, bytes]]

DISC = b"0.8 0.13 0.13 rg 50 10 m 90 10 90 90 50 90 c 10 90 10 10 50 10 c f"


def pdf(
    *,
    catalog: str = "",
    page: str = "",
    stream: bytes = DISC,
    filters: str = "",
    more: tuple[bytes, ...] = (),
    box: str = "0 0 100 100",
) -> bytes:
    """A page with `stream` on it; `catalog` and `page` are added to their dictionaries, `more` objects are 5, 6, ..."""
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R/Resources<<>>{page}>>".encode(),
        f"<</Length {len(stream)}{filters}>>\nstream\n".encode() + stream + b"\nendstream",
        *more,
    ]
    return written(objects)


def written(objects: list[bytes]) -> bytes:
    """A PDF file of these objects, the first of which is the catalogue."""
    data, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(data)
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    data += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}".encode()
    data += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(data)


def scripts(canary: Path, port: int) -> Files:
    """Documents that want to run, open, send or fetch something."""
    script = f"(app.launchURL('http://127.0.0.1:{port}/');)"
    action = f"<</S/JavaScript/JS{script}>>"
    yield "script when opened", pdf(catalog=f"/OpenAction{action}")
    yield "script by name", pdf(catalog=f"/Names<</JavaScript<</Names[(a){action}]>>>>")
    yield "script of the page", pdf(page=f"/AA<</O{action}>>")
    yield "programme started", pdf(catalog="/OpenAction<</S/Launch/F(/bin/sh)>>")
    yield "address opened", pdf(catalog=f"/OpenAction<</S/URI/URI(http://127.0.0.1:{port}/)>>")
    yield "form sent", pdf(catalog=f"/OpenAction<</S/SubmitForm/F(http://127.0.0.1:{port}/)>>")
    yield "other file opened", pdf(catalog=f"/OpenAction<</S/GoToR/F({canary.as_posix()})/D[0/Fit]>>")
    yield (
        "form in XML",
        pdf(catalog="/AcroForm<</XFA 5 0 R/Fields[]>>", more=(b"<</Length 9>>\nstream\n<xdp:xdp>\nendstream",)),
    )
    yield (
        "file inside",
        pdf(
            catalog="/Names<</EmbeddedFiles<</Names[(x.exe)5 0 R]>>>>",
            more=(b"<</Type/Filespec/F(x.exe)/EF<</F 6 0 R>>>>", b"<</Length 2>>\nstream\nMZ\nendstream"),
        ),
    )
    image = f"<</Type/XObject/Subtype/Image/Width 8/Height 8/BitsPerComponent 8/ColorSpace/DeviceRGB/F({canary.as_posix()})/Length 0>>"
    yield (
        "picture from another file",
        pdf(
            page="/Resources<</XObject<</I 5 0 R>>>>",
            stream=b"100 0 0 100 0 0 cm /I Do",
            more=(image.encode() + b"\nstream\n\nendstream",),
        ),
    )


def broken() -> Files:
    """Pages in circles, and cut documents."""
    whole = pdf()
    for tenth in range(1, 10):
        yield f"PDF cut at {tenth} tenths", whole[: len(whole) * tenth // 10]
    yield (
        "pages that hold themselves",
        written([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"]),
    )
    yield (
        "a form that draws itself",
        pdf(
            page="/Resources<</XObject<</F 5 0 R>>>>",
            stream=b"/F Do",
            more=(
                b"<</Type/XObject/Subtype/Form/BBox[0 0 100 100]/Resources<</XObject<</F 5 0 R>>>>/Length 5>>\nstream\n/F Do\nendstream",
            ),
        ),
    )


def bombs() -> Files:
    """Streams that grow, and pages without end."""
    spaces = zlib.compress(zlib.compress(b" " * 60_000_000))
    yield "pdf: 60 MB of spaces, packed twice", pdf(stream=spaces, filters="/Filter[/FlateDecode/FlateDecode]")
    yield (
        "pdf: graphics states pushed a million times",
        pdf(stream=zlib.compress(b"q " * 1_000_000), filters="/Filter/FlateDecode"),
    )
    many = zlib.compress(b"0 0 100 100 re f " * 20_000)
    yield "pdf: the page painted 20,000 times", pdf(stream=many, filters="/Filter/FlateDecode")


def sizes() -> Files:
    """Pages of impossible size."""
    for name, box in (
        ("a million metres", "0 0 3000000000 3000000000"),
        ("nothing", "0 0 0 0"),
        ("less than nothing", "100 100 -100 -100"),
        ("a line", "0 0 100000 0.001"),
        ("no number", "a b c d"),
    ):
        yield f"pdf: a page of {name}", pdf(box=box)
