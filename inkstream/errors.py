"""What goes wrong between a caller and the service, whether that is far away or in this process.

InkstreamError
+-- ServiceError          base of what `inkstream` raises
    +-- Problem           the service refuses: `title`, `detail` and whatever else its problem document has
    |   +-- Busy          it cannot draw now; another try may succeed after `retry_after` seconds
    +-- Unreachable       nothing answers, or something that is no Inkstream service
"""

from collections.abc import Mapping
from typing import Any

from model.errors import InkstreamError

__all__ = ["Busy", "InkstreamError", "Problem", "ServiceError", "Unreachable"]

BUSY = (429, 503)
SOON = 10.0  # seconds


class ServiceError(InkstreamError):
    """Base of what `inkstream` raises on purpose."""


class Problem(ServiceError):
    """A problem document of the service (RFC 9457). `document` has all of it: `near` for a category misspelt, ..."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = dict(document)
        self.status = int(document.get("status", 500))
        self.title = str(document.get("title", ""))
        self.detail = str(document.get("detail", ""))
        super().__init__(self.detail or self.title)


class Busy(Problem):
    """The service cannot draw now; `retry_after` is the seconds after which it may."""

    def __init__(self, document: Mapping[str, Any], retry_after: float) -> None:
        super().__init__(document)
        self.retry_after = retry_after

    @property
    def soon(self) -> bool:
        """Whether that is before long; who is to come back later wants to know it now."""
        return self.retry_after <= SOON


class Unreachable(ServiceError):
    """Nothing answers at the address, or something that is no Inkstream service."""


def problem_from(document: Mapping[str, Any], retry_after: str | None = None) -> Problem:
    """The error that a problem document stands for."""
    if document["status"] not in BUSY:
        return Problem(document)
    return Busy(document, float(retry_after) if retry_after and retry_after.isdecimal() else 1.0)
