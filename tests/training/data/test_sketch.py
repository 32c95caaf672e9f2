from pathlib import Path

import pytest

from training.data.sketch import category_of


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("The Eiffel Tower.ndjson.gz", "The Eiffel Tower"),
        ("cat.ndjson", "cat"),
        ("zebra.raw.ndjson", "zebra"),
        ("t-shirt.bin", "t-shirt"),
        ("cat.full.npz", "cat"),
        ("face.sketches.npz", "face"),
        ("owl.SVG", "owl"),
        ("my drawings", "my drawings"),
        ("v1.2", "v1.2"),
    ],
)
def test_files_are_named_after_their_category(name: str, category: str) -> None:
    """Endings go, also those that Google gives its full and raw files; nothing else does."""
    assert category_of(Path("folder.npz") / name) == category
