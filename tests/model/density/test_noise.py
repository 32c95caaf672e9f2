"""The noise of a drawing."""

import numpy as np
import pytest

from model.density.noise import held, noise

LARGEST = 2**64 - 1


def test_any_step_without_those_before() -> None:
    """Noise of a step is the same whether it is asked for alone or among others, in any chunks."""
    whole = noise([7, 8, LARGEST], 0, 40)
    assert whole.shape == (40, 3, 4)
    assert whole.dtype == np.float32
    for first, steps in ((0, 1), (39, 1), (16, 16), (3, 30)):
        assert np.array_equal(noise([7, 8, LARGEST], first, steps), whole[first : first + steps])


def test_company_does_not_matter() -> None:
    """A drawing's noise depends on its seed, not on the other seeds or its place among them."""
    assert np.array_equal(noise([5, 6, 7], 2, 8)[:, 1], noise([6], 2, 8)[:, 0])
    assert np.array_equal(noise([1, 1], 0, 3)[:, 0], noise([1, 1], 0, 3)[:, 1])


def test_it_stays_what_it_was() -> None:
    """Seeds that people have kept bring the same drawings in later versions."""
    np.testing.assert_allclose(noise([7], 3, 1)[0, 0], [0.44205213, 0.8445679, 0.16941766, -1.4121485], rtol=1e-6)


def test_seeds_and_steps_differ() -> None:
    """Near seeds and near steps have nothing in common."""
    many = noise(range(2000), 0, 5).reshape(-1, 4)
    assert len(np.unique(many, axis=0)) == len(many)
    by_seed = noise(range(2000), 0, 2)
    for column in range(4):
        assert abs(np.corrcoef(by_seed[0, :-1, column], by_seed[0, 1:, column])[0, 1]) < 0.1
        assert abs(np.corrcoef(by_seed[0, :, column], by_seed[1, :, column])[0, 1]) < 0.1


def test_two_uniforms_and_two_normals() -> None:
    """Columns 0 and 1 are uniform in [0, 1), 2 and 3 standard normal, and no two of them depend on each other."""
    many = noise(range(1000), 0, 200).reshape(-1, 4).astype(np.float64)
    uniform, normal = many[:, :2], many[:, 2:]
    assert (uniform >= 0).all()
    assert (uniform < 1).all()
    for column in uniform.T:
        counts = np.histogram(column, 20, (0, 1))[0]
        expected = len(many) / 20
        assert ((counts - expected) ** 2 / expected).sum() < 50  # chi-squared of 19 degrees: p = 1e-4
    for column in normal.T:
        assert abs(column.mean()) < 5 / len(many) ** 0.5
        assert abs((column**2).mean() - 1) < 5 * (2 / len(many)) ** 0.5
        assert abs((column**3).mean()) < 5 * (15 / len(many)) ** 0.5
        assert abs((column**4).mean() - 3) < 5 * (96 / len(many)) ** 0.5
    off_diagonal = np.corrcoef(many.T) - np.eye(4)
    assert np.abs(off_diagonal).max() < 5 / len(many) ** 0.5


def test_float32_never_rounds_up_to_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even all bits set, which no float32 below 1 is nearest to, gives a uniform below 1 and finite normals."""

    class AllBits:
        def __init__(self, **_: int) -> None: ...

        def random_raw(self, count: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
            return np.full(count, LARGEST, dtype=np.uint64)

    monkeypatch.setattr(np.random, "Philox", AllBits)
    top = noise([0], 0, 1)[0, 0]
    assert top[:2].max() < 1
    assert np.isfinite(top).all()


@pytest.mark.parametrize(("seeds", "steps"), [([], 3), ([1, 2], 0)])
def test_none_is_none(seeds: list[int], steps: int) -> None:
    """No drawings or no steps have no noise."""
    assert noise(seeds, 0, steps).shape == (steps, len(seeds), 4)


def test_a_negative_seed_is_refused() -> None:
    """There is no drawing of a negative seed."""
    with pytest.raises(ValueError, match="key must be positive"):
        noise([-1], 0, 1)


def test_only_the_sign_of_the_pens_numbers_says_that_a_drawing_is_held() -> None:
    """In the first steps alone, and no number is another; 0 has a sign as well."""
    numbers = noise([7, 8], 0, 6)
    numbers[0, 0, 1] = 0
    found = held(numbers, 2)
    assert (found[:2, :, 1] < 0).all()
    np.testing.assert_array_equal(np.abs(found[:, :, 1]), np.maximum(numbers[:, :, 1], np.finfo(np.float32).tiny))
    np.testing.assert_array_equal(found[:, :, [0, 2, 3]], numbers[:, :, [0, 2, 3]])
    np.testing.assert_array_equal(held(numbers, 0), numbers)
    assert (held(numbers, 9)[..., 1] < 0).all()
