import json
import logging
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
        root.handlers[:] = handlers
        root.setLevel(before)


def test_json_has_a_field_for_each_thing(capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line: level, name, message, request id, and what is logged beside; errors with their traceback."""
    with logging_as("info", "json"):
        token = request_id.set("abc")
        logging.getLogger("app.x").info("hello %s", "you", extra={"status": 200})
        request_id.reset(token)
        try:
            raise KeyError("lost")
        except KeyError:
            logging.getLogger("app.x").exception("failed")
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["levelname"], first["name"], first["message"]) == ("INFO", "app.x", "hello you")
    assert (first["request_id"], first["status"], second["request_id"]) == ("abc", 200, "-")
    assert "KeyError" in second["exc_info"]


def test_text_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    """A line with the request id; what is below the level is left out."""
    with logging_as("warning", "text"):
        logging.getLogger("app.x").info("quiet")
        logging.getLogger("app.x").warning("loud")
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("WARNING app.x [-] loud")
