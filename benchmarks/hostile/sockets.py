"""Attacks by WebSockets: handshakes that never end, tiny frames, pings whose answers nobody reads."""

import asyncio
import random
from collections.abc import Mapping

from benchmarks.hostile.target import Attack, Target

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
MASK = b"\0\0\0\0"
BEGINS, EMPTY_PART, EMPTY_TEXT = b"\x01\x80" + MASK, b"\x00\x80" + MASK, b"\x81\x80" + MASK
PING = b"\x89\xfd" + MASK + b"x" * 125
AT_ONCE = 200  # frames
SLOW_SECONDS = 0.5  # between bytes
HOLDING_SECONDS = 60.0  # for which a client would wait


async def never_ends(target: Target, chance: random.Random) -> None:
    """A handshake too large for the library, one that comes byte by byte, or one that is none; then silence."""
    path = f"/ws/draw/{target.category}?wait=1"
    request = chance.choice(
        [
            target.request("GET", path, {**HANDSHAKE, "X-Large": "x" * 9_000}),
            target.request("GET", path, {**HANDSHAKE, "X-Larger": "x" * 15_500}),
            target.request("GET", path, {**HANDSHAKE, **{f"X-{i}": "x" for i in range(200)}}),
            target.request("GET", path, {name: HANDSHAKE[name] for name in ("Connection", "Upgrade")}),
            target.request("GET", path, {**HANDSHAKE, "Sec-WebSocket-Key": "x", "Content-Length": "9"}),
        ]
    )
    async with target.connection() as (reader, writer):
        if chance.random() < 0.5:
            writer.write(request)
        else:
            writer.write(request[:60])
            for i in range(60, 100):
                writer.write(request[i : i + 1])
                await writer.drain()
                await asyncio.sleep(SLOW_SECONDS)
        async with asyncio.timeout(HOLDING_SECONDS):
            await target.answer(reader)


async def sends_tiny_frames(target: Target, chance: random.Random) -> None:
    """Parts of a message that never ends, empty messages, or pings, as fast as they are taken."""
    frames = chance.choice([(BEGINS, EMPTY_PART), (b"", EMPTY_TEXT), (b"", PING), (b"", PING)])
    await _flood(target, *frames, read=False)


async def sends_and_reads(target: Target, _chance: random.Random) -> None:
    """Empty messages, and it reads all that is said of them."""
    await _flood(target, b"", EMPTY_TEXT, read=True)


async def _flood(target: Target, first: bytes, frame: bytes, *, read: bool) -> None:
    async with target.connection() as (reader, writer):
        writer.write(_handshake(target))
        await target.answer(reader, read=False)
        if not read:
            writer.transport.pause_reading()  # type: ignore[attr-defined] # those of sockets have it
        writer.write(first)
        reading = asyncio.create_task(reader.read()) if read else None
        try:
            while not writer.is_closing():
                writer.write(frame * AT_ONCE)
                await writer.drain()
                await asyncio.sleep(0)
        finally:
            if reading is not None:
                reading.cancel()
    target.outcome["closed"] += 1


def _handshake(target: Target, extra: Mapping[str, str] | None = None) -> bytes:
    return target.request("GET", f"/ws/draw/{target.category}?wait=1", {**HANDSHAKE, **(extra or {})})


ATTACKS = (
    Attack(3, "handshakes that never end", 600, never_ends),
    Attack(4, "tiny frames", 4, sends_tiny_frames),
    Attack(4, "empty messages", 2, sends_and_reads),
)
