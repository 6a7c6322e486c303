from collections.abc import Callable, Iterator
from functools import cache

import pytest

from designs.rendering import Flattened, FlattenOptions, HousePalette, Rules, flatten
from designs.rendering.sandbox import Sandbox
from tests.designs.rendering import arts

Flatten = Callable[..., Flattened]


@cache
def _made(name: str, options: tuple[tuple[str, object], ...]) -> Flattened:
    chosen = FlattenOptions(**dict(options))  # type: ignore[arg-type]  # the tests' own keywords
    return flatten(arts.artwork(name), options=chosen, rules=Rules.seed(), palette=HousePalette.seed())


@pytest.fixture(scope="session", autouse=True)
def _one_sandbox() -> Iterator[None]:
    yield
    Sandbox.shared().close()


@pytest.fixture(scope="session")
def made() -> Flatten:
    """An artwork of `arts` as a pin, made once per set of options."""

    def make(name: str, **options: object) -> Flattened:
        return _made(name, tuple(sorted(options.items())))

    return make
