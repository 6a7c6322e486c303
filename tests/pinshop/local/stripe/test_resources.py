import typing
from collections.abc import Iterator
from typing import Any

import pytest
from typing_extensions import is_typeddict

from pinshop.local.stripe.params import _alternatives, _hints
from pinshop.local.stripe.resources import ENDPOINTS, Endpoint


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.path}")
def test_every_parameter_that_is_carried_out_is_one_of_the_library(endpoint: Endpoint):
    assert sorted(endpoint.honoured - set(declared_paths(endpoint.declared))) == []


def declared_paths(declared: Any, prefix: str = "") -> Iterator[str]:
    """All leaves of typed parameters, as paths."""
    for key, hint in _hints(declared).items():
        path = f"{prefix}{key}"
        yield path
        for each in _alternatives(hint):
            inner = typing.get_args(each)[0] if typing.get_origin(each) is list else each
            if is_typeddict(inner):
                yield from declared_paths(inner, f"{path}.")
