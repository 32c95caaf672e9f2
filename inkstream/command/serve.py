"""`inkstream serve`: the service."""

import argparse

DESCRIPTION = "Serve drawings until told to stop. Settings are environment variables: see docs/settings.md."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where it listens."""
    parser.add_argument("--host", help="address to listen on (default: INKSTREAM_HOST, else 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default: PORT, else 8000)")


def run(args: argparse.Namespace) -> int:
    """Serve. 2 where the settings are wrong."""
    from app.__main__ import serve  # noqa: PLC0415 - PyTorch and FastAPI

    return serve({name: value for name in ("host", "port") if (value := getattr(args, name)) is not None})
