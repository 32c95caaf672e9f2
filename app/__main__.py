"""`python -m app`: serve until told to stop."""

import logging
import sys

from app.errors import SettingsError
from app.server import Server
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
    Server(settings).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
