import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from halocline.model.latest import TAIL_BYTES
from halocline.model.places import places

TAIL = "x" * TAIL_BYTES
COLLIDING = [f"{head}{TAIL}" for head in "abcd"]
"""Texts of one length and one end: their fingerprints are equal."""


@given(
    st.lists(st.sampled_from([*COLLIDING, "", "a", "file.nc"]), max_size=9),
    st.lists(st.sampled_from([*COLLIDING, "", "a", "other.nc"]), unique=True, max_size=7),
    st.integers(0, 7),
)
def test_equals_the_hash_join(texts, among, cut):
    asked, known = pa.array(texts, pa.string()), pa.array(among, pa.string())
    chunked = pa.chunked_array([known[:cut], known[cut:]])

    assert places(asked, chunked).to_pylist() == pc.index_in(asked, value_set=known).to_pylist()


@pytest.mark.parametrize("file", COLLIDING)
def test_a_shared_fingerprint_is_no_answer(file):
    others = pa.chunked_array([[one for one in COLLIDING if one != file]], pa.string())

    assert places(pa.array([file]), others).to_pylist() == [None]
    assert places(pa.array([file]), pa.chunked_array([COLLIDING])).to_pylist() == [
        COLLIDING.index(file)
    ]
