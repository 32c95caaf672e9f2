"""`python -m app`: serve until told to stop. `python -m app doctor`: say what would keep it from that."""

import argparse
import logging
import sys
from collections.abc import Mapping

from model.errors import how_to_install

if __name__ != "__mp_main__":  # the process that draws large pictures (app/formats/aside.py) needs none of it
    try:
        from app.engine.process import suit_process
        from app.errors import SettingsError
        from app.server import doctor
        from app.server.address import why_not_listen
        from app.server.cuda import find_device
        from app.server.file_limit import make_table, raise_file_limit, room_for, too_few
        from app.server.logs import set_up_logs
        from app.server.server import Server
        from app.settings import read_settings
    except ModuleNotFoundError as lacking:
        sys.exit(f"error: {how_to_install(lacking)}")


def main() -> int:
    """Serve, or say what would keep it from that."""
    parser = argparse.ArgumentParser(prog="python -m app", description="Serve drawings until told to stop.")
    parser.add_argument(
        "command", nargs="?", choices=["doctor"], help="say what would keep the service from drawing, and end"
    )
    if parser.parse_args().command == "doctor":
        return doctor.main()
    return serve()


def serve(said: Mapping[str, object] | None = None) -> int:
    """Serve by uvicorn with the environment's settings, but for those that are said.

    0 once it is told to stop, 1 where the GPU failed, 2 where it cannot with these settings.
    """
    try:
        settings = read_settings(said)
        find_device(settings.device)  # here, for uvicorn would show the traceback of an application that does not start
        if reason := why_not_listen(settings.host, settings.port):  # uvicorn would say so without the setting
            raise SettingsError(reason)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    writer = set_up_logs(settings.log_level, settings.log_format)
    room = room_for(settings.connections_limit, raise_file_limit())
    if room.connections < settings.connections_limit:
        logging.getLogger(__name__).warning(too_few(room, settings.connections_limit))
    make_table(room.files)
    server = Server(settings, room, writer)
    suit_process()
    server.run()
    return server.status


if __name__ == "__main__":
    sys.exit(main())
