"""`inkstream completion`: what makes a shell complete these commands."""

import argparse
import sys

SHELLS = ("bash", "zsh", "tcsh")
DESCRIPTION = "Print what makes a shell complete these commands, such as: inkstream completion bash > FILE"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of which shell."""
    parser.add_argument("shell", choices=SHELLS)


def run(args: argparse.Namespace) -> int:
    """Print it: it knows each command, option, value and category there is now."""
    import shtab  # noqa: PLC0415 - nothing else needs it

    from inkstream.command.parser import whole  # noqa: PLC0415 - it knows this module
    from inkstream.local import HERE  # noqa: PLC0415 - `--help` does without

    sys.stdout.write(shtab.complete(whole(HERE.categories()), shell=args.shell) + "\n")
    return 0
