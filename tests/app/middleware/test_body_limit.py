import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from app.middleware.body_limit import BodyLimit


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize(("chunk", "fits"), [(5, True), (6, False)])
async def test_a_body_is_read_up_to_the_limit(anyio_backend: str, chunk: int, fits: bool) -> None:
    """As many bytes as are allowed are read, in however many parts; one more ends the reading."""
    parts = [b"x" * chunk, b"x" * 5]

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive())["more_body"]:
            pass

    async def receive() -> Message:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(_message: Message) -> None:
        raise AssertionError

    limited = BodyLimit(app, 10)
    if fits:
        await limited({"type": "http"}, receive, send)
    else:
        with pytest.raises(HTTPException) as caught:
            await limited({"type": "http"}, receive, send)
        assert caught.value.status_code == 413
