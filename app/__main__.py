"""`python -m app`: serve until told to stop."""

import logging
import sys

import uvicorn

from app.application import create_app
from app.errors import SettingsError
from app.server import CLOSING_SECONDS, Server
from app.settings import read_settings


def main() -> int:
    """Serve by uvicorn with the environment's settings; 2 where they are wrong."""
    try:
        settings = read_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,  # ours, above
        access_log=False,  # a proxy's business; the log stays short enough to read
        timeout_graceful_shutdown=CLOSING_SECONDS,
    )
    Server(config, grace=settings.grace).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
