"""The command line as a whole: its help, its completion, and the commands of others."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import training.__main__
from app import __main__ as app_command
from app.formats.query import DrawQuery
from app.server import doctor
from app.settings import Settings
from inkstream import local
from inkstream.__main__ import main
from inkstream.client import Client
from inkstream.command.drawing import HIDDEN
from inkstream.command.parser import COMMANDS
from inkstream.command.refusal import option
from training.commands import SUMMARIES

ROOT = Path(__file__).parents[3]


def printed(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command prints that ends the program itself, as `--help` does."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_help_has_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Ours and those of training, with what each does on the same line; no name of ours is one of training's."""
    text = printed("--help", capsys=capsys)
    for name, summary in [*SUMMARIES.items(), *((name, summary) for name, (_, summary) in COMMANDS.items())]:
        assert re.search(rf"^ +{name} +{re.escape(summary)}$", text, re.MULTILINE), name
    assert not SUMMARIES.keys() & COMMANDS.keys()
    assert SUMMARIES.keys() == training.__main__.COMMANDS.keys()


def test_help_of_draw_has_every_parameter(capsys: pytest.CaptureFixture[str]) -> None:
    """What the service can be asked for has an option, and says what it is; defaults stand in brackets."""
    text = printed("draw", "--help", capsys=capsys)
    for name in DrawQuery.model_fields:
        assert (f"  {option(name)}" in text) is (name not in HIDDEN)
    assert "/categories" not in text, "nobody asks by HTTP here"
    assert "Default: " not in text
    assert "None" not in text


def test_training_is_reached(capsys: pytest.CaptureFixture[str]) -> None:
    """By the same words, and its help says by which program."""
    assert printed("train", "--help", capsys=capsys).startswith("usage: inkstream train ")
    assert main(["inspect", "/nowhere"]) == 2
    assert capsys.readouterr().err.startswith("error: /nowhere")


def test_help_needs_nothing_heavy() -> None:
    """Neither that of all commands nor that of draw waits for PyTorch."""
    code = "import sys; from inkstream.__main__ import main\ntry: main(sys.argv[1:])\nexcept SystemExit: pass\n"
    code += "print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, "draw", "--help"], check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "False"


def test_the_service_is_served_where_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Host and port of the command line come before the environment's."""
    found: list[Settings] = []

    def run(settings: Settings, *_others: object) -> "type[Stop]":
        found.append(settings)
        return Stop

    monkeypatch.setattr(app_command, "Server", run)
    monkeypatch.setattr(app_command, "set_up_logs", lambda *_: None)
    monkeypatch.setenv("PORT", "8001")
    assert main(["serve", "--port", "8002"]) == 0
    assert main(["serve", "--host", "0.0.0.0"]) == 0  # noqa: S104 - nothing listens
    assert [(each.host, each.port) for each in found] == [("127.0.0.1", 8002), ("0.0.0.0", 8001)]  # noqa: S104 - the same


class Stop:
    """A server that has served."""

    run = staticmethod(lambda: None)
    status = 0


def test_a_port_that_is_none_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """As a setting that is wrong is."""
    assert main(["serve", "--port", "99999"]) == 2
    assert capsys.readouterr().err == "INKSTREAM_PORT: Input should be less than or equal to 65535\n"


def test_the_doctor_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its finding is the exit status."""
    monkeypatch.setattr(doctor, "main", lambda: 1)
    assert main(["doctor"]) == 1


def test_categories_are_listed(
    here: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One a line; those that a word may mean."""
    monkeypatch.setattr(local, "HERE", here)
    assert main(["categories"]) == 0
    assert capsys.readouterr().out == "cat\ndog\npenguin\n"
    assert main(["categories", "peng"]) == 0
    assert capsys.readouterr().out == "penguin\n"


def test_a_shell_completes(here: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Commands, options and categories, in a script that bash can read."""
    monkeypatch.setattr(local, "HERE", here)
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    for word in ("penguin", "--stroke-width", "pretrain", "--init-from", "ndjson"):
        assert word in script
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)
