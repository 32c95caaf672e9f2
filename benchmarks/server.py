"""The service as it is served, with one route more, `/bare`, which returns the bytes of one drawing.

`python -m benchmarks.server SETTINGS`: JSON of `checkpoint`, a folder, and of settings. Prints its port when ready.
"""

import json
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response

from app.server.logs import set_up_logs
from app.server.server import Server
from app.settings import Settings
from model.checkpoint import load_checkpoint
from model.drawing import draw
from model.picture.svg import to_svg


def main(arguments: Sequence[str]) -> int:
    """Serve until told to stop."""
    given = json.loads(arguments[0])
    checkpoint = Path(given.pop("checkpoint")).resolve()
    set_up_logs("warning", "text")
    server = Announcing(Settings(checkpoints=(checkpoint.parent,), preload=0, port=0, device="cpu", **given))
    app = server.config.app
    assert isinstance(app, FastAPI)
    add_bare(app, checkpoint)
    server.run()
    return 0


class Announcing(Server):
    """Prints its port once it can draw."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and announce it."""
        await super().startup(sockets)
        app = self.config.app
        assert isinstance(app, FastAPI)
        await app.state.service.library.catalogue()
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)


def add_bare(app: FastAPI, folder: Path) -> None:
    """Add the route, with a drawing of a checkpoint."""
    checkpoint = load_checkpoint(folder)
    card = checkpoint.card.subjects[0]
    [drawing] = draw(checkpoint, [0], temp_xy=card.temp_xy, temp_p=card.temp_p, max_points=card.max_points)
    body = to_svg(drawing.stroke5, title=f"{card.name}, seed 0").encode()

    @app.get("/bare")
    async def bare() -> Response:
        return Response(body, media_type="image/svg+xml")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
