from pathlib import Path

from benchmarks.best_of import NUMBERS, best_of
from tests.app.real import real
from tests.app.tiny import write_checkpoint
from tests.model.recogniser import samples


def test_it_times_each_number(tmp_path: Path) -> None:
    """By a service with a recogniser; one that refuses `best` fails."""
    write_checkpoint(tmp_path, "cat")
    samples.write(tmp_path / "recogniser")
    with real(tmp_path, pool_size=0) as running:
        figures = best_of(running.host, 3)
    milliseconds = figures["milliseconds"]
    assert isinstance(milliseconds, dict)
    assert set(milliseconds) == set(NUMBERS)
    assert all(value > 0 for value in milliseconds.values())
