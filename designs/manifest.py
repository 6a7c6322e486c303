"""What a proof's hash is taken of."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def canonical(manifest: Mapping[str, Any]) -> bytes:
    """The one way to write a manifest: UTF-8 JSON, keys sorted, no spaces, no NaN.

    Reading it back from a jsonb column and writing it again gives the same bytes, so anyone can check a hash later.
    """
    # PostgreSQL's numeric has no negative zero, so there is none here either.
    plain = json.loads(json.dumps(manifest, allow_nan=False), parse_float=lambda digits: float(digits) + 0.0)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def hash_of(manifest: Mapping[str, Any]) -> str:
    """The SHA-256 of the canonical manifest, 64 hexadecimal digits: the hash that a customer approves."""
    return hashlib.sha256(canonical(manifest)).hexdigest()
