import collections
import io
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from training.data.unpickle import NUMBERS, load_arrays

ARRAYS = st.lists(
    hnp.arrays(st.sampled_from(sorted(NUMBERS)), hnp.array_shapes(min_dims=1, max_dims=3, max_side=4, min_side=0)),
    min_size=1,
    max_size=4,
)


def objects(items: list[Any]) -> np.ndarray:
    array = np.empty(len(items), dtype=object)
    for i, item in enumerate(items):
        array[i] = item
    return array


@pytest.mark.parametrize("protocol", [2, 3, 4])
@given(arrays=ARRAYS)
@settings(max_examples=40, deadline=None)
def test_arrays_come_back(protocol: int, arrays: list[np.ndarray]) -> None:
    """Whatever their numbers, shapes and orders, as any protocol that numpy has used writes them."""
    arrays = [np.asfortranarray(a) if i % 2 else a for i, a in enumerate(arrays)]
    found = load_arrays(io.BytesIO(pickle.dumps(objects(arrays), protocol)))
    for a, b in zip(arrays, found, strict=True):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == b.dtype


def test_the_other_byte_order() -> None:
    """Numbers of a machine with the other byte order keep their values."""
    (found,) = load_arrays(io.BytesIO(pickle.dumps(objects([np.array([1, 258], ">i2")]))))
    assert found.tolist() == [1, 258]


NUMPY = b"cnumpy.core.multiarray\n_reconstruct\n"
PROGRAMS = {
    "a call": b"cos\nsystem\n(S'echo ran'\ntR.",
    "a call by the newer opcode": b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x011\x85R.",
    "a name of numpy that reads files": b"cnumpy\nload\n(S'x.npy'\ntR.",
    "a submodule of numpy": b"cnumpy.core.multiarray\nfromfile\n(S'x'\ntR.",
    "an attribute of an attribute": b"\x80\x04\x8c\x05numpy\x8c\x14ndarray.__class__.mro\x93.",
    "an instance": b"(ios\nsystem\n.",
    "an extension": b"\x82\x01.",
    "a persistent object": b"P1\n.",
    "a change of ours": NUMPY + b"}S'__call__'\nI1\nsb.",
    "a change of ours by slots": NUMPY + b"(N}S'__call__'\nI1\nstb.",
    "a new object of ours": b"\x80\x02" + NUMPY + b")\x81.",
    "an encoding": b"c_codecs\nencode\n(S'x'\nS'zlib'\ntR.",
    "arrays of objects": b"cnumpy\ndtype\n(S'V8'\ntR.",
    "a byte order": b"cnumpy\ndtype\n(S'i2'\nI0\nI1\ntR(I3\nS'x'\ntb.",
    "no dtype": NUMPY + b"(tR(I1\n(I1\ntNI00\nS'x'\ntb.",
    "no state": NUMPY + b"(tRNb.",
    "a number": b"I1\n.",
    "nothing": b"",
    "no end": b"(((",
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_nothing_else_is_done(program: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    """Calls, other names, changes of the reader itself: one kind of error, no effect, and the next file reads well."""
    with pytest.raises(pickle.UnpicklingError):
        load_arrays(io.BytesIO(program))
    assert capfd.readouterr().out == ""
    test_the_other_byte_order()


@pytest.mark.parametrize(
    "item", [None, "text", [1, 2], {"a": 1}, np.array([None]), np.array(["a"]), collections.Counter()]
)
def test_only_arrays_of_numbers(item: object) -> None:
    """Anything among the arrays that is none is refused."""
    with pytest.raises(pickle.UnpicklingError):
        load_arrays(io.BytesIO(pickle.dumps(objects([np.zeros(3), item]))))


@given(place=st.integers(0, 10_000), byte=st.integers(0, 255))
@settings(max_examples=400, deadline=None)
def test_damage_is_one_kind_of_error(place: int, byte: int) -> None:
    """With a byte changed, arrays come out or UnpicklingError does."""
    content = bytearray(pickle.dumps(objects([np.arange(6).reshape(2, 3), np.zeros((1, 3), np.int16)])))
    content[place % len(content)] = byte
    try:
        load_arrays(io.BytesIO(content))
    except pickle.UnpicklingError:
        return
