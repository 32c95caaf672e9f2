"""`python -m benchmarks`: its last line is one JSON document."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from benchmarks import best_of, chaos, load
from benchmarks.__main__ import main
from benchmarks.hostile import __main__ as hostile
from tests.app.tiny import write_checkpoint


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    """`main` sets torch's threads; tests after it should not notice."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return write_checkpoint(tmp_path, "small")


def test_the_last_line_is_the_result(checkpoint: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The document has the figures of each batch size, and says where they were taken and from which network."""
    arguments = ["decoding", "--checkpoint", str(checkpoint), "--repeats", "1", "--threads", "1", "--sizes", "1", "2"]
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    result = json.loads(lines[-1])
    assert set(result["points_per_second"]) == set(result["matmul_points_per_second"]) == {"1", "2"}
    assert result["article_loop_points_per_second"] > 0
    assert (result["weights"], result["hidden"], result["threads"]) == ("small", 16, 1)
    assert {"device", "dtype", "versions"} <= set(result)
    assert any("times the article" in line for line in lines), "and something to read before"


def test_random_weights_of_any_size_can_be_asked_for(checkpoint: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Instead of a checkpoint: the width, and how many subjects."""
    arguments = ["decoding", "--checkpoint", str(checkpoint), "--hidden", "24", "--subjects", "3"]
    assert main([*arguments, "--repeats", "1", "--threads", "1", "--sizes", "2"]) == 0
    result = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (result["weights"], result["hidden"], result["subjects"]) == ("random", 24, 3)
    assert result["mixed_points_per_second"]["2"] > 0


def test_a_missing_checkpoint_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that holds no checkpoint ends it with a line, not a traceback."""
    assert main(["--checkpoint", str(tmp_path), "--threads", "1"]) == 1
    assert "has no card.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--repeats", "0"],
        ["--threads", "0"],
        ["--sizes", "0"],
        ["--hidden", "0"],
        ["--subjects", "-1"],
        ["--device", "tpu"],
        ["nonsense"],
    ],
)
def test_nonsense_is_refused(arguments: list[str]) -> None:
    """What cannot be measured is refused with the usage."""
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2


@pytest.mark.parametrize(
    ("run", "option"),
    [
        (best_of.main, "--count"),
        (chaos.main, "--every"),
        (chaos.main, "--seconds"),
        (hostile.main, "--fault"),
        (hostile.main, "--seconds"),
        (load.main, "--clients"),
        (load.main, "--seconds"),
    ],
    ids=lambda part: part if isinstance(part, str) else part.__module__.split(".")[1],
)
@pytest.mark.parametrize("value", ["0", "-1", "nan", "many"])
def test_what_cannot_be_counted_is_refused(
    run: Callable[[list[str]], int], option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before a service is started, in one line that names the option."""
    with pytest.raises(SystemExit) as caught:
        run([option, value])
    assert caught.value.code == 2
    assert f"argument {option}: a " in capsys.readouterr().err
