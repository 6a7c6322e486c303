import re
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from designs.rendering import errors

LONGEST_ENTITY = 4096
MOST_ENTITIES = 200
DEEPEST_NESTING = 400
LARGEST_OUTPUT = 40_000_000

_DROPPED_ELEMENTS = frozenset({"script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler"})
_LINK_ATTRIBUTES = frozenset({"href", "src", "base"})
_SAFE_DATA = re.compile(r"\s*data:image/(png|jpe?g|gif|webp)[;,]", re.IGNORECASE)
_CSS_IMPORT = re.compile(r"@import[^;]*(;|$)", re.IGNORECASE)
_CSS_URL = re.compile(r"url\(\s*(['\"]?)\s*(?!#)(?!data:image/(?:png|jpe?g|gif|webp)[;,])[^)]*\)", re.IGNORECASE)


@dataclass
class _Cleaner:
    """Rebuilds the document from expat's events, without what a picture does not need."""

    parts: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    size: int = 0
    depth: int = 0
    skipping: int = 0
    entities: int = 0
    root: str = ""

    def emit(self, text: str) -> None:
        self.size += len(text)
        if self.size > LARGEST_OUTPUT:
            raise errors.UnsafeArtwork(
                "This SVG grows to more than 40 MB when its entities are expanded, so it is refused. "
                "Save it as plain SVG from your drawing program."
            )
        self.parts.append(text)

    def drop(self, what: str) -> None:
        if what not in self.dropped:
            self.dropped.append(what)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        self.root = self.root or local
        self.depth += 1
        if self.depth > DEEPEST_NESTING:
            raise errors.ArtworkTooComplex(
                f"This SVG nests its elements more than {DEEPEST_NESTING} deep. Ungroup it and save it again."
            )
        if self.skipping or local in _DROPPED_ELEMENTS:
            self.skipping += 1
            if self.skipping == 1:
                self.drop(f"<{local}>")
            return
        kept = "".join(f" {key}={quoteattr(value)}" for key, value in self.safe(attributes).items())
        self.emit(f"<{name}{kept}>")

    def safe(self, attributes: dict[str, str]) -> dict[str, str]:
        """The attributes without event handlers and without references that leave the file."""
        kept = {}
        for key, value in attributes.items():
            local = key.rpartition(":")[2].lower()
            if local.startswith("on"):
                self.drop(f"event handler {local}")
            elif key.startswith("xmlns"):
                kept[key] = value
            elif local in _LINK_ATTRIBUTES and not (value.strip().startswith("#") or _SAFE_DATA.match(value)):
                self.drop(f"external reference {value.strip()[:60]!r}")
            else:
                kept[key] = self.css(value)
        return kept

    def css(self, text: str) -> str:
        """Style text in which imports are gone and foreign urls paint nothing."""
        for pattern, replacement in ((_CSS_IMPORT, ""), (_CSS_URL, "none")):
            found = pattern.search(text)
            if found:
                self.drop(f"external reference {found.group(0)[:60]!r}")
                text = pattern.sub(replacement, text)
        return text

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.skipping:
            self.skipping -= 1
        else:
            self.emit(f"</{name}>")

    def text(self, data: str) -> None:
        if not self.skipping:
            self.emit(escape(self.css(data)))

    def instruction(self, target: str, _data: str) -> None:
        if target.lower() == "xml-stylesheet":
            self.drop("external style sheet")

    def entity(
        self,
        name: str,
        is_parameter: bool,  # noqa: FBT001 - expat's own signature
        value: str | None,
        _base: str | None,
        system_id: str | None,
        _public_id: str | None,
        _notation: str | None,
    ) -> None:
        self.entities += 1
        why = None
        if is_parameter or system_id is not None or value is None:
            why = f"the entity {name!r} points outside the file"
        elif "&" in value or "%" in value:
            why = f"the entity {name!r} is made of other entities"
        elif len(value) > LONGEST_ENTITY or self.entities > MOST_ENTITIES:
            why = "its entities are too large"
        if why:
            raise errors.UnsafeArtwork(f"This SVG is refused: {why}. Save it as plain SVG from your drawing program.")


def clean(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The SVG as UTF-8 without document type, scripts, event handlers and references that leave the file.

    Internal entities that hold plain text (as Adobe Illustrator writes for its name spaces) are expanded.
    Returns the clean document and what was dropped. Raises `UnsafeArtwork` for external, nested or oversized
    entities and `DamagedFile` for anything that is not well-formed XML.
    """
    cleaner = _Cleaner()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = cleaner.start
    parser.EndElementHandler = cleaner.end
    parser.CharacterDataHandler = cleaner.text
    parser.ProcessingInstructionHandler = cleaner.instruction
    parser.EntityDeclHandler = cleaner.entity
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise errors.DamagedFile(
            f"This SVG is not complete or not well-formed (line {error.lineno}: "
            f"{expat.errors.messages.get(error.code, 'broken')}). Save it again, or send it as a PNG."
        ) from error
    if cleaner.root != "svg":
        raise errors.NotAnImage(
            f"This XML file holds <{cleaner.root}>, not an SVG drawing. Send PNG, JPEG, WebP, AVIF, GIF, TIFF, SVG, PDF or AI."
        )
    return "".join(cleaner.parts).encode(), tuple(cleaner.dropped)
