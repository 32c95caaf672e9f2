"""How the log looks: lines to read, or JSON for machines; each with the id of the request that it is about."""

import logging
from typing import Any, Literal

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from app.middleware.telemetry import request_id
from app.server.log_writer import LogWriter

TEXT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"
JSON_FIELDS = ["asctime", "levelname", "name", "request_id", "message"]
LEFT_OUT = [*RESERVED_ATTRS, "color_message"]  # uvicorn's, which says the message once more, for terminals
STANDARD_ERROR = 2
INDENT = "  "  # of a traceback: what an error says may come from a client, and begins no line


class OneLine(logging.Formatter):
    """Text of which only the log itself begins a line: what cannot be printed is escaped, whoever it comes from."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line, without a traceback."""
        return escaped(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802 - logging's name, and its many types
        """The lines of a traceback, which stand under theirs."""
        return "\n".join(INDENT + escaped(line) for line in super().formatException(ei).splitlines())


def escaped(text: str) -> str:
    """The text, escaped where it cannot be printed: control characters, surrogates, marks of direction."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


class NamesRequest(logging.Filter):
    """Adds the id of the request that is being answered, `-` where there is none."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes."""
        record.request_id = request_id.get()
        return True


def set_up_logs(level: str, form: Literal["text", "json"]) -> LogWriter:
    """Log to standard error, in this form, from this level on. Nobody waits for what is logged to be read."""
    handler = LogWriter(STANDARD_ERROR)
    handler.addFilter(NamesRequest())
    handler.setFormatter(JsonFormatter(JSON_FIELDS, reserved_attrs=LEFT_OUT) if form == "json" else OneLine(TEXT))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    logging.captureWarnings(True)  # a library's warning would wait for who reads standard error
    return handler
