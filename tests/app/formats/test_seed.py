import subprocess
import sys

import pytest
from pydantic import TypeAdapter, ValidationError

from app.formats.seed import SCHEMA, Seed, SeedValue, any_seed, read_seed
from model.density.seed import seed_number

SEED: TypeAdapter[SeedValue] = TypeAdapter(Seed)


@pytest.mark.parametrize(
    ("given", "seed"),
    [
        (7, SeedValue(7)),
        (7.0, SeedValue(7)),
        ("7", SeedValue(7)),
        (" +07\n", SeedValue(7)),
        (2**53 - 1, SeedValue(2**53 - 1)),
        ("1.5", SeedValue(seed_number("1.5"), "1.5")),
        (" ada ", SeedValue(seed_number("ada"), "ada")),
        ("é/?", SeedValue(seed_number("é/?"), "é/?")),
    ],
)
def test_numbers_are_themselves_and_text_is_kept(given: object, seed: SeedValue) -> None:
    """A whole number, written as one or as text, has no text; any other text stands for its hash."""
    assert SEED.validate_python(given) == seed
    assert read_seed(seed) == seed


@pytest.mark.parametrize("given", [-1, 2**53, 1.5, True, None, [], "", " ", "-1", "9" * 199, "x" * 201, "\ud800"])
def test_what_is_no_seed_is_not_repeated(given: object) -> None:
    """The complaint says what a seed is, and nothing of what was given."""
    with pytest.raises(ValidationError) as caught:
        SEED.validate_python(given)
    [error] = caught.value.errors()
    assert error["msg"]
    assert not isinstance(given, str) or len(given) < 3 or given not in error["msg"]


def test_the_document_has_one_schema_without_alternatives() -> None:
    """So a parameter of a query is described by it as it is."""
    assert SEED.json_schema() == SCHEMA


def test_a_seed_that_nobody_chose_is_another_each_time() -> None:
    """In any process, too: those that a server forks off have seeds of their own."""
    assert len({any_seed().number for _ in range(1000)}) == 1000
    code = (
        "import os; from app.formats.seed import any_seed\n"
        "for _ in range(2):\n"
        "    if not os.fork():\n"
        "        print(any_seed().number, flush=True); os._exit(0)\n"
        "    os.wait()\n"
        "print(any_seed().number)"
    )
    seeds = subprocess.run([sys.executable, "-c", code], check=True, timeout=120, capture_output=True).stdout.split()
    assert len(set(seeds)) == len(seeds) == 3
