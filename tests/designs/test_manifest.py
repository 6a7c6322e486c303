"""One way to write a manifest, so that a hash can be checked years later."""

import json
from datetime import datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designs import manifest

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(-1e6, 1e6, allow_nan=False).map(lambda value: round(value, 3))
    | st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=12)
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcxyz", min_size=1), inner, max_size=3),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=st.dictionaries(st.text("abcxyz", min_size=1), TREES, max_size=4))
@pytest.mark.django_db
def test_manifest_that_went_through_the_database_has_the_same_hash(tree: dict[str, object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [json.dumps(tree)])
        row = cursor.fetchone()
    assert row is not None
    assert manifest.hash_of(json.loads(row[0])) == manifest.hash_of(tree)


def test_order_of_keys_does_not_matter_and_values_do(now: datetime) -> None:
    assert manifest.hash_of({"a": 1, "b": [1, 2]}) == manifest.hash_of({"b": [1, 2], "a": 1})
    assert manifest.hash_of({"a": [1, 2]}) != manifest.hash_of({"a": [2, 1]})
    assert manifest.canonical({"b": "ü", "a": 1.5}) == '{"a":1.5,"b":"ü"}'.encode()
    assert manifest.canonical({"a": -0.0}) == b'{"a":0.0}'
    with pytest.raises(ValueError, match="JSON"):
        manifest.hash_of({"a": float("nan")})
