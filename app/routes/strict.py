"""A check that a request has no parameters but those that its path knows."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import HTTPConnection

from app.errors import Invalid


def check_parameters(request: HTTPConnection, known: Sequence[str]) -> None:
    """Refuse a parameter not in `known`, or one given twice. Raises Invalid.

    FastAPI would pass over the first and take the last of the second: both are slips that would go unnoticed.
    """
    names = list(request.query_params.multi_items())
    for name in request.query_params:
        if name not in known:
            raise Invalid([(name[:100], "Is not a parameter of this path")], known)
        if sum(other == name for other, _ in names) > 1:
            raise Invalid([(name, "Is given more than once")], known)


def only(*known: str) -> Callable[[HTTPConnection], Awaitable[None]]:
    """The same as a dependency: a coroutine, for FastAPI hands any other to a thread, which costs more."""

    async def check(request: HTTPConnection) -> None:
        check_parameters(request, known)

    return check
