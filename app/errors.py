"""Everything that `app` raises on purpose; `app.formats.problems` says how each is answered.

InkstreamError
+-- AppError
    +-- SettingsError        the service cannot start as configured
    +-- Invalid              a parameter, or a field of a message, that is wrong, unknown or given twice
    +-- UnknownCategory      no checkpoint draws it
    +-- UnknownExtension     the category is drawn, but not as a file of this kind
    +-- UnknownSystem        the category is drawn, but not by this system
    +-- NotAcceptable        the client accepts none of a drawing's forms
    +-- KeyRequired          no API key, or a wrong one
    +-- OriginRefused        a page of another origin opens a WebSocket
    +-- HostRefused          a request for a host that is not this service
    +-- ClientGone           the client hung up before its answer was ready
    +-- UnreadableEntry      an entry of a pool is not what this version writes
    +-- DecodingFailed       the network failed, and with it every drawing of the batch
    +-- Busy                 not now; a later try may succeed
        +-- NotReady         checkpoints are still being loaded, or none could be
        +-- Unloadable       the checkpoint is no longer what it was when the service started
        +-- NoRecogniser     there is no recogniser, and what is asked for takes one
        +-- QueueFull        as many drawings, or pictures of them, wait as are allowed to
        +-- RateLimited      this client's address asks for too much
        +-- ClientLimited    this client holds as much of the service as one may
        +-- TooManySockets   as many WebSockets are open as are allowed to
        +-- TooLate          the drawing was not ready within the deadline
        +-- ShuttingDown     the service stops
"""

from collections.abc import Sequence

from model.errors import InkstreamError


class AppError(InkstreamError):
    """Base of the service's errors; the message is for the client."""


class SettingsError(AppError):
    """Settings that are valid one by one but cannot be served with; never sent to a client."""


class Invalid(AppError):
    """Parameters, or fields of a message, that are wrong: each by name, with what is wrong with it.

    `known`: the names that there are, where one is unknown or given twice.
    """

    def __init__(self, problems: Sequence[tuple[str, str]], known: Sequence[str] | None = None) -> None:
        super().__init__(" ".join(f"{name!r}: {problem}." for name, problem in problems))
        self.problems = list(problems)
        self.known = None if known is None else list(known)


class UnknownCategory(AppError):
    """No checkpoint draws this; `near` are the slugs of categories with similar names."""

    def __init__(self, name: str, near: Sequence[str]) -> None:
        hint = f" Near it: {', '.join(near)}." if near else ""
        super().__init__(f"No category is named {name!r}.{hint} GET /categories lists all.")
        self.near = list(near)


class UnknownExtension(AppError):
    """The path ends in a category and an extension that no form of a drawing has; `extensions` are those there are."""

    def __init__(self, extension: str, extensions: Sequence[str]) -> None:
        listed = f"{', '.join(f'.{each}' for each in extensions[:-1])} and .{extensions[-1]}"
        super().__init__(f"No drawing is to be had as .{extension}; there are {listed}.")
        self.extensions = list(extensions)


class UnknownSystem(AppError):
    """The category is drawn by `systems` only; `system` is None where it has no default."""

    def __init__(self, category: str, system: str | None, systems: Sequence[str]) -> None:
        asked = f"by the system {system!r}" if system is not None else "by a default system"
        super().__init__(f"{category!r} is not drawn {asked}. Systems: {', '.join(systems)}.")
        self.systems = list(systems)


class NotAcceptable(AppError):
    """The Accept header leaves none of the media types `available`."""

    def __init__(self, available: Sequence[str]) -> None:
        listed = f"{', '.join(available[:-1])} and {available[-1]}"
        super().__init__(f"A drawing is available as {listed}; the Accept header admits none of them.")
        self.available = list(available)


class KeyRequired(AppError):
    """The service draws for those who have an API key, and the request brings none of them."""


class OriginRefused(AppError):
    """A page of an origin that is not allowed opens a WebSocket."""


class HostRefused(AppError):
    """A request for a host that is not this service."""


class ClientGone(AppError):
    """The client hung up, so nobody reads the answer."""


class UnreadableEntry(AppError):
    """An entry of a pool that is damaged or of another version; it is passed over, and no client hears of it."""


class DecodingFailed(AppError):
    """The network failed in the middle of a drawing; the log has the reason."""


class Busy(AppError):
    """Not now; worth another try after `retry_after` seconds."""

    retry_after: int = 1


class NotReady(Busy):
    """Checkpoints are still being loaded, or none could be."""

    retry_after = 5


class Unloadable(Busy):
    """A checkpoint that could be served when the service started cannot be loaded now; the log has the reason."""

    retry_after = 60


class NoRecogniser(Busy):
    """What is asked for takes a recogniser, and there is none, or it cannot be loaded; the message says which."""

    retry_after = 60


class QueueFull(Busy):
    """As many drawings wait as are allowed to."""


class RateLimited(Busy):
    """This client's address asks for too much."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ClientLimited(Busy):
    """This client holds as much at a time as one may: `most` of what `limit` names.

    `pause`: seconds after which it is told, so that a client that asks again at once costs others little.
    """

    def __init__(self, limit: str, most: int, *, pause: float = 0.0) -> None:
        super().__init__(f"One client may have {most} {limit.replace('-', ' ')} at a time, and has them.")
        self.limit = limit
        self.pause = pause


class TooManySockets(Busy):
    """As many WebSockets are open as are allowed to."""


class TooLate(Busy):
    """The drawing was not ready within the deadline."""


class ShuttingDown(Busy):
    """The service stops; another instance, or the next start, will answer."""

    retry_after = 5
