"""`inkstream doctor`: what would keep the service from drawing here."""

import argparse

DESCRIPTION = "Say what would keep the service from drawing here, and what to do about it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: it looks at everything."""


def run(_args: argparse.Namespace) -> int:
    """Print what is found; 1 where the service cannot draw."""
    from app.server import doctor  # noqa: PLC0415 - PyTorch and FastAPI

    return doctor.main()
