"""A complete production order as a shop would send it."""

import base64
import hashlib
from typing import Any

PDF = b"%PDF-1.7 tech pack of order 17"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="25.4mm" height="20mm"><path d="M0 0H10"/></svg>'
SHIP_TO = {"name": "Ada L.", "line1": "Ringstr. 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}
PROOF_HASH = hashlib.sha256(b"the approved proof").hexdigest()


def packed_file(filename: str, content: bytes) -> dict[str, str]:
    return {
        "filename": filename,
        "sha256": hashlib.sha256(content).hexdigest(),
        "content_base64": base64.b64encode(content).decode(),
    }


def production_order(callback_url: str, **changes: Any) -> dict[str, Any]:
    return {
        "reference": "PS-17-1",
        "proof_hash": PROOF_HASH,
        "quantity": 100,
        "process": "soft_enamel",
        "plating": "gold",
        "size_mm": 25.4,
        "ship_to": SHIP_TO,
        "due_date": "2026-12-24",
        "callback_url": callback_url,
        "files": {"tech_pack": packed_file("tech-pack.pdf", PDF), "die_lines": packed_file("die-lines.svg", SVG)},
        **changes,
    }
