"""Who draws for a command: this process, or a service."""

import argparse
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from inkstream.command.refusal import Mistake

if TYPE_CHECKING:
    from inkstream.client import Client


def add_service(parser: argparse.ArgumentParser) -> None:
    """The service, if any."""
    group = parser.add_argument_group("service")
    group.add_argument("--url", help="ask the service at this address (default: draw here, without one)")
    group.add_argument("--key", help="its API key, where it asks for one")


@contextmanager
def client_of(args: argparse.Namespace) -> "Iterator[Client]":
    """The service where there is an address, else this process. Raises Mistake for an address or key of none."""
    if args.url is not None:
        from inkstream.client import Client  # noqa: PLC0415 - `--help` does without

        try:
            there = Client(args.url, key=args.key)
        except ValueError as error:
            raise Mistake(str(error)) from error
        with there as client:
            yield client
        return
    if args.key is not None:
        raise Mistake("--key is of a service: it goes with --url")
    from inkstream.local import HERE  # noqa: PLC0415 - the same

    log = logging.getLogger("app")
    level = log.level
    log.setLevel(logging.ERROR)  # what a service would warn of is no matter of one picture
    try:
        yield HERE
    finally:
        log.setLevel(level)
