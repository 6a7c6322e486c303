"""Examples for the API's page; tests hold them against the schema."""

from typing import Any

_ID = "2f6d9a3c-6f0e-4f0a-8d39-6a0f6f2f9c11"
SPEC: dict[str, Any] = {
    "process": "soft_enamel",
    "plating": "gold",
    "size_mm": 30.0,
    "thickness_mm": 1.2,
    "colours": 4,
    "addons": [{"code": "glitter", "count": 1}],
    "attachment": "butterfly",
    "posts": 1,
    "packaging": "polybag",
    "rush": False,
    "reorder": False,
}
NEW_DESIGN: dict[str, Any] = {
    "filename": "mushroom.svg",
    "content": "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciPjwvc3ZnPg==",
    "spec": {"process": "soft_enamel", "plating": "gold", "size_mm": 30, "addons": [{"code": "glitter", "count": 1}]},
    "rights_accepted": True,
}
CHANGES: dict[str, Any] = {"spec": {"plating": "black_nickel"}, "flatten": {"max_colours": 5}}
MEND: dict[str, Any] = {"mend": "thicken"}
FINDING: dict[str, Any] = {
    "number": 1,
    "rule": "metal_line",
    "severity": "warn",
    "message": "A metal line is 0.22 mm wide; soft enamel needs 0.25 mm.",
    "mends": ["thicken"],
    "measured": 0.22,
    "limit": 0.25,
    "at_mm": [12.4, 8.1],
    "box_mm": [11.9, 7.6, 12.9, 8.6],
}
MEASURES: dict[str, Any] = {
    "width_mm": 26.4,
    "height_mm": 30.0,
    "thickness_mm": 1.2,
    "weight_g": 4.3,
    "colours": [
        {
            "label": 2,
            "name": "Brick",
            "house": "H040_L50_C60",
            "hlc": "H040 L50 C60",
            "hex": "#B4583A",
            "fill": "#B8603A",
            "effect": "none",
            "area_percent": 41.5,
        }
    ],
}
DESIGN: dict[str, Any] = {
    "id": _ID,
    "live": True,
    "name": "Mushroom",
    "state": "ready",
    "busy": False,
    "version": 1,
    "failure": None,
    "artwork": {"name": "mushroom.svg", "media_type": "image/svg+xml", "size": 4211, "sha256": "9c" * 32},
    "spec": SPEC,
    "flatten": {
        "lines": "auto",
        "line_mm": None,
        "max_colours": None,
        "background": "auto",
        "shape": "none",
        "bridge": "off",
        "effects": {},
        "mend": True,
    },
    "report": {"rules_version": "2026-11", "findings": [FINDING], "changes": []},
    "measures": MEASURES,
    "notes": [],
    "previews": [
        {
            "view": "front",
            "height_px": 1200,
            "format": "webp",
            "url": "https://shop.example/files/private/…/mushroom-front.webp",
        }
    ],
    "proofs": [],
    "created_at": "2026-11-23T10:00:00Z",
    "updated_at": "2026-11-23T10:00:02Z",
}
