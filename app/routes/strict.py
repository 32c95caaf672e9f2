"""A check that a request has no parameters but those that its path knows."""

from collections.abc import Callable

from starlette.requests import HTTPConnection

from app.errors import Invalid


def only(*known: str) -> Callable[[HTTPConnection], None]:
    """A dependency that raises Invalid for a parameter not in `known`, or one given twice.

    FastAPI would pass over the first and take the last of the second: both are slips that would go unnoticed.
    """

    def check(request: HTTPConnection) -> None:
        names = list(request.query_params.multi_items())
        for name in request.query_params:
            if name not in known:
                raise Invalid([(name[:100], "Is not a parameter of this path")], known)
            if sum(other == name for other, _ in names) > 1:
                raise Invalid([(name, "Is given more than once")], known)

    return check
