"""README's commands do what README says: requests are made of a running service, and the answers are those shown."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from websockets.sync.client import connect

from model.checkpoint import load_checkpoint
from tests.app.real import real
from tests.commands import run_module
from tests.training.flaky import Flaky

ROOT = Path(__file__).parents[1]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```\n+", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A command and the answer shown under it, if any; `…` in the answer stands for anything."""

    command: str
    answer: str | None = None

    @property
    def words(self) -> list[str]:
        return shlex.split(self.command, comments=True)


def examples(text: str) -> list[Example]:
    """The commands of a page's bash blocks, in order. A block right under them is the last one's answer."""
    found: list[Example] = []
    end_of_commands = -1
    for fence in FENCE.finditer(text):
        language, body = fence.groups()
        if language == "bash":
            found += [Example(line) for line in body.splitlines() if line.strip()]
            end_of_commands = fence.end()
        elif fence.start() == end_of_commands:
            found[-1] = Example(found[-1].command, body)
    return found


def is_shown(shown: str, answer: str) -> bool:
    """Whether `answer` is what is `shown`; white space does not count."""
    pieces = ["".join(piece.split()) for piece in shown.split("…")]
    return re.fullmatch(".*".join(map(re.escape, pieces)), "".join(answer.split()), re.DOTALL) is not None


EXAMPLES = examples((ROOT / "README.md").read_text())
SCRIPTS = [example for example in EXAMPLES if example.words[0].startswith("./")]
REQUESTS = [example for example in EXAMPLES if example.words[0] == "curl"]
DRAWING = [example for example in EXAMPLES if example.words[0] == ".venv/bin/inkstream"]
TRAINING = [example for example in EXAMPLES if example.words[:3] == [".venv/bin/python", "-m", "training"]]


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """A service with the committed checkpoints, in a thread: its `host:port`."""
    with real(ROOT / "checkpoints") as running:
        yield running.host


def test_every_command_is_tried() -> None:
    """A new kind of command in README needs a test of its own here."""
    assert [example.command for example in EXAMPLES if example not in [*SCRIPTS, *REQUESTS, *DRAWING, *TRAINING]] == []
    assert SCRIPTS
    assert REQUESTS
    assert DRAWING
    assert TRAINING


@pytest.mark.parametrize("example", SCRIPTS, ids=lambda example: example.command)
def test_scripts_are_there(example: Example) -> None:
    """README's scripts can be run as they stand; what they do is tested in test_scripts.py."""
    script = ROOT / example.words[0]
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("example", REQUESTS, ids=lambda example: example.command)
def test_requests_are_answered_as_shown(example: Example, service: str, tmp_path: Path) -> None:
    """Each curl, run by a shell, prints what README shows; one without an answer prints or writes something."""
    if example.answer is None:
        (tmp_path / ".curlrc").write_text("fail\n")  # exit 22 on an error status
    assert "localhost:8000" in example.command
    command = example.command.replace("localhost:8000", service)
    printed = run(["bash", "-c", command], tmp_path, CURL_HOME=str(tmp_path), NO_PROXY="*")
    assert printed or [path for path in tmp_path.iterdir() if path.name != ".curlrc" and path.stat().st_size]
    assert example.answer is None or is_shown(example.answer, printed), printed[:2000]


def test_a_drawing_goes_on_as_docs_api_shows(service: str) -> None:
    """The messages under "When the service stops" are of the committed cat: what is asked for, and the next row."""
    page = (ROOT / "docs/api.md").read_text()
    asked, points = (json.loads(text) for text in re.findall(r'^[<>] (\{"type": "(?:draw|points)".*\})$', page, re.M))
    with connect(f"ws://{service}/ws/draw/cat?wait=true") as socket:
        socket.send(json.dumps({**asked, "pace": 1}))
        assert json.loads(socket.recv())["resume"] == asked["resume"]
        assert json.loads(socket.recv()) == points


def run(words: list[str], folder: Path, **variables: str) -> str:
    """What a command prints that succeeds in a folder."""
    done = subprocess.run(
        words,
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), **variables},
    )
    assert done.returncode == 0, f"{shlex.join(words)}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
def test_training_goes_as_shown(tmp_path: Path) -> None:
    """README's training commands, one after the other, on some small drawings."""
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints/quickdraw").symlink_to(ROOT / "checkpoints/quickdraw")
    drawings = _drawings()
    (tmp_path / "rockets.ndjson").write_bytes(drawings)
    with Flaky({"/full/simplified/penguin.ndjson": drawings}).serving() as bucket:
        for example in TRAINING:
            place = ["--base", bucket.url] if "download" in example.words else []
            run_module([*example.words[2:], *place], tmp_path)
    for slug in ("penguin", "my-rocket"):
        assert load_checkpoint(tmp_path / "mine" / slug).card.subject.slug == slug


def _drawings() -> bytes:
    """Twenty zigzags in the simplified Quick, Draw! form, no two alike."""
    sketches = ([[[0, 10 + k, 20, 30], [k, 40, k, 2 * k]], [[5, 6], [k, 90]]] for k in range(20))
    return "".join(json.dumps({"word": "zigzag", "drawing": drawing}) + "\n" for drawing in sketches).encode()


def test_examples_are_found() -> None:
    """Commands line by line, with the answer that stands right under them."""
    commands = "```bash\n./a  # b\ncurl x\n```\n\n"
    page = f"{commands}```json\n{{}}\n```\n\ntext\n\n```bash\ncurl y\n```\n\ntext\n\n```json\n1\n```\n"
    found = examples(page)
    assert found == [Example("./a  # b"), Example("curl x", "{}\n"), Example("curl y")]
    assert found[0].words == ["./a"]


@pytest.mark.parametrize(
    ("shown", "answer", "same"),
    [
        ('{"a": 1, "b": …}', '{"a":1,"b":[2,3]}', True),
        ('{"a": 1, "b": …}', '{"a":2,"b":[2,3]}', False),
        ('{"a": 1}', '{"a":1,"b":2}', False),
        ("<svg …>…</svg>", '<svg width="3">\n<g/></svg>', True),
        ("<svg …>…</svg>", "Not Found", False),
    ],
)
def test_an_answer_that_differs_is_seen(shown: str, answer: str, same: bool) -> None:
    """Only what `…` stands for may differ."""
    assert is_shown(shown, answer) is same
