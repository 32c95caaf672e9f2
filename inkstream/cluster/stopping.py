"""When Serve begins to stop a replica."""

from collections.abc import Callable

from ray.serve._private import replica as serve


def when_stopped(call: Callable[[], object]) -> None:
    """Calls this once Serve begins to stop the replica of this process, from a thread of Serve's.

    Serve itself waits for the requests that a replica has, and tells it after that. A WebSocket is a request for as
    long as it is open, so the service has to hear of it before, to let its sockets go. Ray 2.60 has no public way; the
    test of rolling updates in tests/cluster fails when this one is gone.
    """
    perform = serve.Replica.perform_graceful_shutdown

    async def perform_told(self: serve.Replica) -> None:
        call()
        await perform(self)

    serve.Replica.perform_graceful_shutdown = perform_told
