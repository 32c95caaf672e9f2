"""A WebSocket that costs little hears what any other hears."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from benchmarks.light_socket import open_socket

MESSAGES = ["", "a", "b" * 125, "c" * 126, "d" * 65_535, "e" * 65_536, "f" * 200_000]


@asynccontextmanager
async def serving(talk: Callable[[ServerConnection], Awaitable[None]]) -> AsyncIterator[str]:
    async with serve(talk, "127.0.0.1", 0, compression=None) as server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


def test_messages_of_all_lengths_are_heard() -> None:
    """In order and whole, however they are cut into packets."""

    async def talk(socket: ServerConnection) -> None:
        for message in MESSAGES:
            await socket.send(message)
        await socket.wait_closed()

    async def listen() -> list[bytes]:
        heard: list[bytes] = []
        all_there = asyncio.Event()

        def hear(message: bytes) -> None:
            heard.append(message)
            if len(heard) == len(MESSAGES):
                all_there.set()

        async with serving(talk) as host, open_socket(host, "/", hear):
            await asyncio.wait_for(all_there.wait(), 60)
        return heard

    assert asyncio.run(listen()) == [message.encode() for message in MESSAGES]


@pytest.mark.parametrize("length", [1, 500])
def test_what_it_sends_arrives(length: int) -> None:
    """As JSON, short and long; and its server's pings are answered meanwhile."""

    async def listen() -> str:
        arrived: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def talk(socket: ServerConnection) -> None:
            await (await socket.ping(b"are you there?"))
            arrived.set_result(str(await socket.recv()))

        async with serving(talk) as host, open_socket(host, "/", print) as socket:
            socket.send({"seed": "7" * length})
            return await asyncio.wait_for(arrived, 60)

    assert asyncio.run(listen()) == f'{{"seed": "{"7" * length}"}}'


def test_a_refusal_and_a_loss_are_said() -> None:
    """A server that does not take it, and one that goes away while somebody listens."""

    async def refused() -> None:
        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server, open_socket(f"127.0.0.1:{server.sockets[0].getsockname()[1]}", "/", print):
            pass

    async def lost() -> None:
        async def leave(socket: ServerConnection) -> None:
            await socket.close()

        async with serving(leave) as host, open_socket(host, "/", print) as socket:
            await socket.stay(60)

    with pytest.raises(ConnectionError, match="503"):
        asyncio.run(refused())
    with pytest.raises(ConnectionError, match="lost"):
        asyncio.run(lost())


def test_it_stays_for_so_long() -> None:
    """Where nothing goes wrong, to the end; not at all where the end is past."""

    async def talk(socket: ServerConnection) -> None:
        await socket.wait_closed()

    async def stay() -> float:
        async with serving(talk) as host, open_socket(host, "/", print) as socket:
            await socket.stay(-1)
            before = asyncio.get_running_loop().time()
            await socket.stay(0.05)
            return asyncio.get_running_loop().time() - before

    assert asyncio.run(stay()) >= 0.049
