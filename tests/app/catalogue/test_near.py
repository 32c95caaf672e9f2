import difflib
import random
import time
from string import ascii_lowercase

from app.catalogue.near import NearNames


def names(count: int) -> list[str]:
    chance = random.Random(1)  # noqa: S311 - not for secrets
    return ["".join(chance.choices(ascii_lowercase, k=chance.randint(3, 14))) for _ in range(count)]


def test_the_nearest_are_those_of_difflib() -> None:
    """Slips in a name lead to what comparing all names would lead to."""
    known, chance = names(400), random.Random(2)  # noqa: S311 - not for secrets
    near = NearNames(known)
    for name in known[:50]:
        i = chance.randrange(len(name))
        for slip in (name[:i] + name[i + 1 :], name[:i] + "q" + name[i:], name[::-1], name + "é"):
            assert near.of(slip, 1) == difflib.get_close_matches(slip, known, 1)


def test_a_long_list_is_quick() -> None:
    """Thousands of names keep nobody waiting: comparing all takes some hundred milliseconds."""
    near = NearNames(names(5000))
    times = []
    for slip in names(20):
        begun = time.process_time()
        near.of(slip, 12)
        times.append(time.process_time() - begun)
    assert sorted(times)[len(times) // 2] < 0.1


def test_no_names_have_none_near() -> None:
    """Nothing is like what is not there."""
    assert NearNames([]).of("penguin", 3) == []
    assert NearNames(["penguin"]).of("", 3) == []
