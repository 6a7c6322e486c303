"""The proof sheet: the one document that customer, staff and factory read, made by typst from data and pictures.

A4 or Letter, landscape. Page 1 shows what is made, page 2 what is approved: what was found, what was changed, the
statement that is signed. The layout is `proof_sheet.typ`.
"""

import hashlib
import io
import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import typst
from PIL import Image

from designs.rendering.palette import HousePalette
from designs.rendering.pinart import PinArt
from designs.rendering.pipeline import Flattened
from designs.rendering.swatches import Swatch, swatches
from designs.rendering.views import Look

PANEL = (246, 244, 241)  # the colour of the panels that pictures lie on
TEMPLATE = Path(__file__).with_name("proof_sheet.typ")
PAPERS = ("a4", "us-letter")
TOLERANCE = "± 0.2 mm"
STATEMENT = (
    "I have checked the drawing, the spelling, the size, the colours, the plating and the attachment. Colours on a screen "
    "or on paper are indicative; the codes count. The outline may differ by ± 0.2 mm, and enamel is filled by hand, so no "
    "two pins are quite alike. My approval starts the making of the die and is final."
)
NO_COLOUR = "Metal only: no colour is filled."
PRINTED = "Printed in full colour from the artwork."
_MOST_CHANGES = 8
_NO_SYSTEM_FONTS = typst.Fonts(include_system_fonts=False)


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as far as the sheet prints it; the first of a report has the number 1."""

    rule: str
    severity: str
    message: str
    at_mm: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what, and its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Note:
    """A finding or a change with the number or sign in front of it."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a finding lies; mm from the left top corner of the pin."""

    number: int
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the template prints, as text and millimetres. `proof_hash` is a SHA-256 in hex, or empty.

    `colourless` stands in place of the colour table where no colour is mixed, `plating_note` is empty where there is
    nothing to know about the plating, `changes` for a first revision.
    """

    shop: str
    design: str
    revision: str
    proof_hash: str
    head: tuple[Row, ...]
    width_mm: float
    height_mm: float
    width: str
    height: str
    thickness_mm: float
    posts: tuple[Row, ...]
    colours: tuple[Swatch, ...]
    colourless: str
    spec: tuple[Row, ...]
    findings: tuple[Note, ...]
    marks: tuple[Mark, ...]
    mended: tuple[Note, ...]
    changes: tuple[str, ...]
    files: tuple[Row, ...]
    plating_note: str
    statement: str = STATEMENT


def write(content: Content, *, pictures: Mapping[str, bytes], paper: str = "a4") -> bytes:
    """The sheet as PDF. `pictures` are JPEGs by name: `back`, `card`, and `bare`, the front alone on `PANEL`.

    The same content and pictures give the same bytes: only the fonts inside typst are used, and the PDF carries no
    time. Raises ValueError for a paper that is not one of `PAPERS`.
    """
    if paper not in PAPERS:
        raise ValueError(f"paper is {paper!r}; it can be {', '.join(PAPERS)}")
    with tempfile.TemporaryDirectory(prefix="proof-") as folder:
        root = Path(folder)
        (root / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        colours = [{**asdict(colour), "number": colour.number} for colour in content.colours]
        panel = "#{:02x}{:02x}{:02x}".format(*PANEL)
        data = {**asdict(content), "colours": colours, "paper": paper, "panel": panel}
        (root / "data.json").write_text(json.dumps(data), encoding="utf-8")
        for name, picture in pictures.items():
            # Of drawings with the same text typst takes the one it knows: what a name stands for must never change.
            file = hashlib.sha256(picture).hexdigest() + ".jpg"
            (root / file).write_bytes(picture)
            (root / f"{name}.svg").write_text(_showing(file, picture), encoding="utf-8")
        pdf = typst.compile(
            root / TEMPLATE.name, root=root, font_paths=_NO_SYSTEM_FONTS, ignore_system_fonts=True, timestamp=0
        )
    _forget()
    return pdf


def _forget() -> None:
    """Let typst drop what it laid out, which it keeps for ten more documents: 3 MB for every sheet."""
    blank = typst.Compiler(font_paths=_NO_SYSTEM_FONTS, ignore_system_fonts=True)
    for _ in range(10):
        blank.compile(b"", format="svg")


def _showing(file: str, jpeg: bytes) -> str:
    """A drawing that shows a JPEG beside it: typst hands that on as it is, where it would unpack one that it shows itself."""
    with Image.open(io.BytesIO(jpeg)) as image:
        size = f'width="{image.width}" height="{image.height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image href="{file}" {size}/></svg>'


def describe(
    made: Flattened, *, look: Look, palette: HousePalette, name: str, files: Mapping[str, str], proof_hash: str
) -> Content:
    """The sheet of a pin that nobody has ordered: what the engine alone knows.

    `name` is that of the artwork's file, `files` are SHA-256 by name.
    """
    art = made.pin_art
    told = [Told(found.rule, found.severity, found.message, found.at_mm) for found in made.findings]
    return Content(
        shop="Pinshop",
        design=Path(name).stem,
        revision="01",
        proof_hash=proof_hash,
        head=(Row("Artwork", name),),
        width_mm=art.width_mm,
        height_mm=art.height_mm,
        width=both(art.width_mm),
        height=both(art.height_mm),
        thickness_mm=art.thickness_mm,
        posts=post_rows((post.x_mm, post.y_mm, post.diameter_mm) for post in art.posts),
        colours=swatches(art, palette),
        colourless=PRINTED if art.print_rgba is not None else NO_COLOUR,
        spec=_spec_rows(art, look),
        findings=finding_notes(told),
        marks=finding_marks(told),
        mended=change_notes(change.text for change in made.changes),
        changes=(),
        files=rows(*sorted(files.items())),
        plating_note="",
    )


def _spec_rows(art: PinArt, look: Look) -> tuple[Row, ...]:
    plating = in_words(look.plating)
    attachment = in_words(look.attachment)
    return rows(
        ("Process", in_words(look.process)),
        ("Size", f"{art.width_mm:.1f} × {art.height_mm:.1f} mm, {TOLERANCE}"),
        ("Thickness", f"{art.thickness_mm:g} mm"),
        ("Weight", f"about {art.weight_g:.1f} g"),
        ("Plating", f"{plating} and {in_words(look.second_plating).lower()}" if look.second_plating else plating),
        ("Colours", str(len(art.palette)) if art.palette else ""),
        ("Metal lines", f"{art.line_mm:.2f} mm"),
        ("Attachment", f"{attachment}, {len(art.posts)} post{'' if len(art.posts) == 1 else 's'}"),
    )


def post_rows(posts: Iterable[tuple[float, float, float]]) -> tuple[Row, ...]:
    """A line per post, each x, y and diameter in mm."""
    return tuple(
        Row(f"Post {number}", f"x {x:.1f}  y {y:.1f}  ⌀ {across:.1f} mm")
        for number, (x, y, across) in enumerate(posts, start=1)
    )


def finding_notes(findings: Sequence[Told]) -> tuple[Note, ...]:
    """One note per rule and severity, with the numbers of all its places: a dozen thin lines are one sentence."""
    groups: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for number, found in enumerate(findings, start=1):
        groups.setdefault((found.rule, found.severity), []).append((number, found.message))
    return tuple(Note(_span([number for number, _ in group]), group[0][1]) for group in groups.values())


def finding_marks(findings: Sequence[Told]) -> tuple[Mark, ...]:
    """Where on the pin the findings lie."""
    numbered = enumerate(findings, start=1)
    return tuple(Mark(number, *found.at_mm) for number, found in numbered if found.at_mm)


def change_notes(texts: Iterable[str]) -> tuple[Note, ...]:
    """What was changed so that the pin can be struck, with how often, the most frequent eight."""
    counted = Counter(texts).most_common(_MOST_CHANGES)
    return tuple(Note(f"{count} ×", text[:1].upper() + text[1:] + ".") for text, count in counted)


def rows(*pairs: tuple[str, str]) -> tuple[Row, ...]:
    """A table of what has a value."""
    return tuple(Row(label, value) for label, value in pairs if value)


def both(length_mm: float) -> str:
    """A length in mm and, with three digits as the trade writes them, in inches."""
    return f"{length_mm:.2f} mm · {length_mm / 25.4:.3f} in"


def in_words(code: str) -> str:
    """A code of the engine as a heading: `black_nickel` is Black nickel."""
    return code.replace("_", " ").capitalize()


def _span(numbers: list[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
