"""Rows of the catalogue: what can be chosen, what it costs, what is ready to buy."""

from catalog.models.options import (
    AddOn,
    Attachment,
    Fill,
    Holiday,
    OptionsVersion,
    Packaging,
    PaletteColour,
    Plating,
    Process,
    SizeTier,
)
from catalog.models.pins import Artist, Cause, Grade, Pin, PinPicture, PinVariant, Series, Stock, VariantPrice
from catalog.models.prices import DieFee, OptionPrice, PriceTable, ProcessTerms, UnitPrice
from catalog.models.rules import CompatibilityRule, EngineRules, Kind, Verdict

__all__ = [
    "AddOn",
    "Artist",
    "Attachment",
    "Cause",
    "CompatibilityRule",
    "DieFee",
    "EngineRules",
    "Fill",
    "Grade",
    "Holiday",
    "Kind",
    "OptionPrice",
    "OptionsVersion",
    "Packaging",
    "PaletteColour",
    "Pin",
    "PinPicture",
    "PinVariant",
    "Plating",
    "PriceTable",
    "Process",
    "ProcessTerms",
    "Series",
    "SizeTier",
    "Stock",
    "UnitPrice",
    "VariantPrice",
    "Verdict",
]
