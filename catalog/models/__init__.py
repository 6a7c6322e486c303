"""Rows of the catalogue: what can be chosen, what it costs, what is ready to buy."""

from catalog.models.listings import Listing, ListingPrice, SearchWord
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
from catalog.models.pins import (
    Artist,
    Cause,
    ColourFamily,
    Grade,
    Pin,
    PinPicture,
    PinVariant,
    Series,
    Stock,
    VariantPrice,
)
from catalog.models.prices import DieFee, OptionPrice, PriceTable, ProcessTerms, UnitPrice
from catalog.models.rules import CompatibilityRule, EngineRules, Kind, Verdict
from catalog.models.wish_lists import WishedPin

__all__ = [
    "AddOn",
    "Artist",
    "Attachment",
    "Cause",
    "ColourFamily",
    "CompatibilityRule",
    "DieFee",
    "EngineRules",
    "Fill",
    "Grade",
    "Holiday",
    "Kind",
    "Listing",
    "ListingPrice",
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
    "SearchWord",
    "Series",
    "SizeTier",
    "Stock",
    "UnitPrice",
    "VariantPrice",
    "Verdict",
    "WishedPin",
]
