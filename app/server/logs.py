"""How the log looks: lines to read, or JSON for machines; each with the id of the request that it is about."""

import logging
import sys
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

from app.middleware.telemetry import request_id

TEXT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"
JSON_FIELDS = ["asctime", "levelname", "name", "request_id", "message"]


class NamesRequest(logging.Filter):
    """Adds the id of the request that is being answered, `-` where there is none."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes."""
        record.request_id = request_id.get()
        return True


def set_up_logs(level: str, form: Literal["text", "json"]) -> None:
    """Log to standard error, in this form, from this level on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(NamesRequest())
    handler.setFormatter(JsonFormatter(JSON_FIELDS) if form == "json" else logging.Formatter(TEXT))
    logging.basicConfig(level=level.upper(), handlers=[handler])
