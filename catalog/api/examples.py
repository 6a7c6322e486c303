"""Examples for the API's page; tests hold them against the schema."""

from typing import Any

OPTIONS: dict[str, Any] = {
    "version": "5f2b6c1e-9f1c-4a6e-8f5a-0c5d9b1f3a77",
    "quantity_min": 1,
    "quantity_max": 10_000,
    "processes": [
        {
            "code": "soft_enamel",
            "name": "Soft enamel",
            "description": "Recessed colour between raised metal lines.",
            "fill": "enamel",
            "base_metal": "iron",
            "thicknesses_mm": [1.2, 1.5, 2.0],
            "min_size_mm": 12.0,
            "max_size_mm": 100.0,
            "max_colours": 16,
            "production_days": 15,
            "rush_days": 9,
        }
    ],
    "platings": [
        {
            "code": "gold",
            "name": "Gold",
            "description": "Bright yellow gold.",
            "family": "bright",
            "highlight_hex": "#FFF3C4",
            "mid_hex": "#D9A93F",
            "low_hex": "#7A5416",
        }
    ],
    "addons": [
        {
            "code": "glitter",
            "name": "Glitter",
            "description": "Glitter mixed into the enamel.",
            "counts": "colour areas",
            "max_count": 6,
            "extra_days": 1,
            "min_size_mm": 0.0,
        }
    ],
    "attachments": [
        {
            "code": "butterfly",
            "name": "Butterfly clutch",
            "description": "The usual metal clutch.",
            "max_posts": 2,
            "min_size_mm": 0.0,
            "max_size_mm": 100.0,
            "warning": "",
        }
    ],
    "packagings": [{"code": "polybag", "name": "Polybag", "description": "Each pin in a clear bag.", "extra_days": 0}],
    "sizes": [{"code": "1.25in", "name": "1.25 inch", "max_mm": 31.75, "thickness_mm": 1.2}],
    "colours": [{"code": "H040_L50_C60", "name": "Brick", "hlc": "H040 L50 C60", "hex": "#B8603A"}],
    "rules": [
        {
            "subject": "process:hard_enamel",
            "object": "addon:epoxy",
            "verdict": "block",
            "sentence": "Hard enamel is polished flat; epoxy on top would hide that.",
        }
    ],
}

PIN: dict[str, Any] = {
    "slug": "sleepy-fox",
    "name": "Sleepy fox",
    "story": "Curled up until the rain is over.",
    "process": "soft_enamel",
    "plating": "gold",
    "size_mm": 30.0,
    "tags": ["fox", "forest"],
    "artist": {"slug": "ines-marl", "name": "Ines Marl"},
    "series": {"slug": "night-garden", "name": "Night garden"},
    "cause": None,
    "edition_size": 200,
    "pictures": [{"view": "front", "width": 800, "height": 800, "url": "https://shop.example/files/public/3f….webp"}],
    "variants": [
        {
            "id": "7b1d0a52-3c38-4d52-9d6f-9b4f3f0f2a10",
            "sku": "FOX-A",
            "grade": "A",
            "price_minor": 1200,
            "currency": "USD",
            "prices": [{"currency": "EUR", "price_minor": 1140}],
            "available": 87,
        }
    ],
    "url": "https://shop.example/api/v1/pins/sleepy-fox",
}
