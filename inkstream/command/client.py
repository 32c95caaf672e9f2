"""Who draws for a command: this process, or a service."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inkstream.client import Client


def add_service(parser: argparse.ArgumentParser) -> None:
    """The service, if any."""
    group = parser.add_argument_group("service")
    group.add_argument("--url", help="ask the service at this address (default: draw here, without one)")
    group.add_argument("--key", help="its API key, where it asks for one")


def client_of(args: argparse.Namespace) -> "Client":
    """The service where there is an address, else this process."""
    if args.url is not None:
        from inkstream.client import Client  # noqa: PLC0415 - `--help` does without

        return Client(args.url, key=args.key)
    from inkstream.local import HERE  # noqa: PLC0415 - the same

    return HERE
