"""Drawing in this process."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import inkstream
from inkstream import local
from inkstream.client import Client
from inkstream.errors import Busy, Problem
from model.checkpoint import load_checkpoint
from model.density.seed import seed_number
from model.drawing import draw
from model.strokes import to_polylines
from tests.app.real import Real
from tests.app.tiny import settings_for

ROOT = Path(__file__).parents[2]


def test_the_same_seed_gives_the_drawing_of_the_service_and_of_the_plain_loop(
    here: Client, site: Real, drawn_by: Path
) -> None:
    """Bit for bit: its points, and its picture."""
    drawing = here.draw("penguin", seed="ada")
    with Client(f"http://{site.host}") as there:
        served = there.draw("penguin", seed="ada")
        assert served.body == drawing.body
        assert served.svg(color="teal") == drawing.svg(color="teal")
    checkpoint = load_checkpoint(drawn_by / "penguin")
    card = checkpoint.card.subject
    seeds = [seed_number("ada")]
    [plain] = draw(checkpoint, seeds, temp_xy=card.temp_xy, temp_p=card.temp_p, max_points=card.max_points)
    for ours, its in zip(drawing.strokes, to_polylines(plain.stroke5), strict=True):
        np.testing.assert_array_equal(ours, its)


def test_an_unknown_category_says_near_ones(here: Client) -> None:
    """As the service does, with its problem document."""
    with pytest.raises(Problem, match="penguin") as raised:
        here.draw("pengiun")
    assert raised.value.status == 404
    assert raised.value.title == "Unknown category"
    assert raised.value.document["near"] == ["penguin"]
    assert isinstance(raised.value, inkstream.InkstreamError)


def test_one_may_ask_for_more_than_of_a_service(here: Client) -> None:
    """The limits that protect a service from its clients are not there."""
    assert len(here.draw("cat", seed=1, count=300)) == 300


def test_what_is_closed_can_be_asked_again(tmp_path: Path) -> None:
    """Where there is nothing to draw with it says so, each time."""
    transport = local.InProcess(settings_for(tmp_path))
    client = Client("http://localhost", transport=transport, retries=0)
    for _ in range(2):
        with pytest.raises(Busy, match="No checkpoint"):
            client.draw("cat")
        transport.close()
    transport.close()


@pytest.mark.slow
def test_a_program_draws_and_ends(drawn_by: Path, tmp_path: Path) -> None:
    """From any folder, by the environment's checkpoints, with nothing to close."""
    code = 'import inkstream; inkstream.draw("penguin", seed="ada").save("p.svg"); print(inkstream.categories("dog"))'
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        timeout=120,
        env={"PYTHONPATH": str(ROOT), "INKSTREAM_CHECKPOINTS": str(drawn_by), "INKSTREAM_THREADS": "1"},
    )
    assert done.stdout == "['dog']\n"
    assert re.fullmatch("no recogniser: .*\n", done.stderr), "a warning of the log, and nothing else"
    assert (tmp_path / "p.svg").read_text().startswith("<svg")
