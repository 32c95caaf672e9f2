"""`inkstream categories`: what can be drawn."""

import argparse
import sys

from inkstream.command.client import add_service, client_of

DESCRIPTION = "List what can be drawn, or what a word may mean, likeliest first."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which ones, and of what service."""
    parser.add_argument("text", nargs="?", default="", help="a word, such as plane (default: all of them)")
    add_service(parser)


def run(args: argparse.Namespace) -> int:
    """Print them, one a line. Raises InkstreamError."""
    with client_of(args) as client:
        sys.stdout.writelines(f"{slug}\n" for slug in client.categories(args.text))
    return 0
