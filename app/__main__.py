"""`python -m app`: serve until told to stop."""

import sys

from app.errors import SettingsError
from app.logs import set_up_logs
from app.server import Server
from app.settings import read_settings


def main() -> int:
    """Serve by uvicorn with the environment's settings; 2 where they are wrong."""
    try:
        settings = read_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    set_up_logs(settings.log_level, settings.log_format)
    Server(settings).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
