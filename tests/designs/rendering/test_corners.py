import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from designs.rendering import corners


@settings(deadline=None)
@given(arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_contacts_are_where_the_two_diagonals_of_four_pixels_differ(mask):
    wanted = [
        (x, y)
        for y in range(1, mask.shape[0])
        for x in range(1, mask.shape[1])
        if mask[y, x] == mask[y - 1, x - 1] != mask[y - 1, x] == mask[y, x - 1]
    ]
    found = corners.contacts(mask)
    assert found.tolist() == [list(corner) for corner in wanted]
    around = corners.around(found, mask.shape)
    assert np.count_nonzero(around) <= 4 * len(wanted)
    assert all(around[y - 1 : y + 1, x - 1 : x + 1].all() for x, y in wanted)
    assert [part.centre for part in corners.parts(found)] == wanted
