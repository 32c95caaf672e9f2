"""What went wrong, in the words of the command line."""

from inkstream.errors import Busy, InkstreamError, Problem, ServiceError
from model.errors import how_to_install
from model.printing import reason_of

FAILED, MISTAKEN = 1, 2


class Mistake(InkstreamError):
    """The command was asked for something that it cannot mean."""


def option(parameter: str) -> str:
    """The option for a parameter of the service."""
    return f"--{parameter.replace('_', '-')}"


def told(error: InkstreamError | OSError | ModuleNotFoundError) -> tuple[str, int]:
    """One line that says what is wrong, and the exit status: 2 where the command was asked wrongly, else 1."""
    match error:
        case ModuleNotFoundError():
            return how_to_install(error), FAILED
        case OSError():
            return reason_of(error), FAILED
        case ServiceError():
            mistaken = isinstance(error, Problem) and not isinstance(error, Busy) and error.status < 500
            return _why(error), MISTAKEN if mistaken else FAILED
    unread = isinstance(error.__cause__, OSError)  # a file that was rightly named
    return str(error), FAILED if unread else MISTAKEN


def _why(error: ServiceError) -> str:
    mistakes = error.document.get("errors") if isinstance(error, Problem) else None
    if mistakes:
        return "; ".join(f"{option(each['parameter'])}: {each['problem']}" for each in mistakes)
    return str(error).replace("GET /categories lists", "`inkstream categories` lists")
