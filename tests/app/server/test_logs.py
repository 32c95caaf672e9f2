import json
import logging
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest

from app.middleware.telemetry import request_id
from app.server.logs import set_up_logs


@contextmanager
def logging_as(level: str, form: Literal["text", "json"]) -> Iterator[None]:
    """The log set up by us inside, and by pytest again after."""
    root = logging.getLogger()
    handlers, before = root.handlers[:], root.level
    root.handlers.clear()
    try:
        set_up_logs(level, form)
        yield
    finally:
        logging.captureWarnings(False)
        for handler in root.handlers:
            handler.close()  # all is written
        root.handlers[:] = handlers
        root.setLevel(before)


def test_json_has_a_field_for_each_thing(capfd: pytest.CaptureFixture[str]) -> None:
    """One object a line: level, name, message, request id, and what is logged beside; errors with their traceback."""
    with logging_as("info", "json"):
        token = request_id.set("abc")
        extra = {"status": 200, "color_message": "hello \x1b[1m%s"}  # as uvicorn has it, for terminals
        logging.getLogger("app.x").info("hello %s", "you", extra=extra)
        request_id.reset(token)
        try:
            raise KeyError("lost")
        except KeyError:
            logging.getLogger("app.x").exception("failed")
    first, second = map(json.loads, capfd.readouterr().err.splitlines())
    assert (first["levelname"], first["name"], first["message"]) == ("INFO", "app.x", "hello you")
    assert (first["request_id"], first["status"], second["request_id"]) == ("abc", 200, "-")
    assert "KeyError" in second["exc_info"]
    assert "color_message" not in first


def test_text_can_be_read(capfd: pytest.CaptureFixture[str]) -> None:
    """A line with the request id; what is below the level is left out."""
    with logging_as("warning", "text"):
        logging.getLogger("app.x").info("quiet")
        logging.getLogger("app.x").warning("loud")
    [line] = capfd.readouterr().err.splitlines()
    assert line.endswith("WARNING app.x [-] loud")


FORGED = "INFO app.x [-] forged"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\x1b[2K\x1b[1A"])
def test_no_text_forges_a_line(capfd: pytest.CaptureFixture[str], end: str) -> None:
    """Whatever a client's text holds, it begins no line, and moves no cursor: in messages and in errors."""
    with logging_as("info", "text"):
        logging.getLogger("app.x").info("GET /%s 404", f"a{end}{FORGED}")
        try:
            raise KeyError(f"a{end}{FORGED}") from ValueError(f"b{end}{FORGED}")
        except KeyError:
            logging.getLogger("app.x").exception("failed at %s", f"a{end}{FORGED}")
    written = capfd.readouterr().err
    assert written.count("forged") == 4
    assert not re.search(f"^(.{{24}})?{re.escape(FORGED)}", written, re.MULTILINE)
    assert all(line.isprintable() for line in written.split("\n"))


def test_warnings_are_logged(capfd: pytest.CaptureFixture[str]) -> None:
    """A library's warning is a line of the log, so that it waits for nobody either."""
    with logging_as("warning", "text"), warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning("it is old", DeprecationWarning, "library.py", 7)
    assert "WARNING py.warnings [-] library.py:7: DeprecationWarning: it is old" in capfd.readouterr().err


def test_a_surrogate_is_written(capfd: pytest.CaptureFixture[str]) -> None:
    """What is no text in UTF-8 is logged all the same, in either form."""
    for form in ("text", "json"):
        with logging_as("info", form):
            logging.getLogger("app.x").info("half a pair: \ud800")
        assert "\\ud800" in capfd.readouterr().err


def test_the_log_of_python_itself_is_left_alone(capfd: pytest.CaptureFixture[str]) -> None:
    """What is written to standard error beside the log still comes out."""
    with logging_as("info", "text"):
        print("beside it", file=sys.stderr, flush=True)  # noqa: T201 - what it is about
    assert "beside it" in capfd.readouterr().err
