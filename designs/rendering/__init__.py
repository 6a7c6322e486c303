"""The proof engine: artwork in, a manufacturable pin out, as pictures, die lines and a report.

A pure package: bytes, arrays and dataclasses in and out. It reads no settings and no database.
"""

from designs.rendering.artwork import sniff
from designs.rendering.errors import (
    ArtworkError,
    ArtworkTooComplex,
    ArtworkTooSmall,
    DamagedFile,
    EmptyArtwork,
    EmptyFile,
    FileTooLarge,
    NotAnImage,
    TooManyPixels,
    UnsafeArtwork,
)
from designs.rendering.findings import Finding, check
from designs.rendering.options import FlattenOptions
from designs.rendering.palette import HouseColour, HousePalette
from designs.rendering.picture import Picture
from designs.rendering.pinart import Cutout, PaletteEntry, PinArt, Post, Source
from designs.rendering.pipeline import Change, Flattened, flatten
from designs.rendering.platings import PLATINGS
from designs.rendering.prepared import Prepared, prepare
from designs.rendering.readiness import warm_up
from designs.rendering.rules import Limit, ProcessRules, Rules
from designs.rendering.vectors import dielines, read_dielines
from designs.rendering.views import PROCESSES, VIEWS, Look, render

__all__ = [
    "PLATINGS",
    "PROCESSES",
    "VIEWS",
    "ArtworkError",
    "ArtworkTooComplex",
    "ArtworkTooSmall",
    "Change",
    "Cutout",
    "DamagedFile",
    "EmptyArtwork",
    "EmptyFile",
    "FileTooLarge",
    "Finding",
    "FlattenOptions",
    "Flattened",
    "HouseColour",
    "HousePalette",
    "Limit",
    "Look",
    "NotAnImage",
    "PaletteEntry",
    "Picture",
    "PinArt",
    "Post",
    "Prepared",
    "ProcessRules",
    "Rules",
    "Source",
    "TooManyPixels",
    "UnsafeArtwork",
    "check",
    "dielines",
    "flatten",
    "prepare",
    "read_dielines",
    "render",
    "sniff",
    "warm_up",
]
