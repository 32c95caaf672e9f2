"""The parser of the command line: of our own commands, and of those of `training`."""

import argparse
from collections.abc import Sequence

from inkstream.command import categories, completion, doctor, drawing, serve
from training.commands import SUMMARIES

PROG = "inkstream"
COMMANDS = {
    "draw": (drawing, "draw a picture"),
    "categories": (categories, "list what can be drawn, or what a word may mean"),
    "serve": (serve, "serve drawings over HTTP until told to stop"),
    "doctor": (doctor, "say what would keep the service from drawing here"),
    "completion": (completion, "print what makes a shell complete these commands"),
}
MARGIN = 16
EXAMPLE = f"example:\n  {PROG} draw penguin --seed ada -o penguin.svg"


class Help(argparse.RawDescriptionHelpFormatter):
    """Help with the longest of our commands on a line with what it does."""

    def add_argument(self, action: argparse.Action) -> None:
        """As argparse, which takes the margin of commands for two columns less than it is."""
        super().add_argument(action)
        self._action_max_length = max(self._action_max_length, MARGIN)


def parser(*known: str) -> argparse.ArgumentParser:
    """The parser of our own commands. `known`: those whose arguments it is to have; to know them takes time."""
    top = argparse.ArgumentParser(
        prog=PROG,
        description="Neural networks that draw: pictures, a service that draws, and training.",
        epilog=_epilog(),
        formatter_class=Help,
    )
    add_own(top.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands"), *known)
    return top


def whole(categories: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of all commands with all their arguments; of `training` only the names, where it lacks a package.

    `categories`: what can be drawn.
    """
    top = argparse.ArgumentParser(prog=PROG)
    commands = top.add_subparsers(metavar="COMMAND")
    add_own(commands, *COMMANDS)
    arguments = commands.choices["draw"]._actions  # noqa: SLF001 - argparse shows them in no other way
    [category] = [action for action in arguments if action.dest == "category"]
    category.choices = categories
    try:
        from training.__main__ import add_commands  # noqa: PLC0415 - PyTorch, and perhaps not installed
    except (ModuleNotFoundError, SystemExit):
        for name, summary in SUMMARIES.items():
            commands.add_parser(name, help=summary)
    else:
        add_commands(commands)
    return top


def add_own(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", *known: str) -> None:
    """A parser for each of our own commands."""
    for name, (module, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=module.DESCRIPTION, allow_abbrev=False)
        command.set_defaults(run=module.run)
        if name in known:
            module.add_arguments(command)


def _epilog() -> str:
    longest = max(map(len, SUMMARIES))
    told = "\n".join(f"  {name:{longest}}  {summary}" for name, summary in SUMMARIES.items())
    return f"training, as python -m training has it:\n{told}\n\n{EXAMPLE}\n\n{PROG} COMMAND --help has the rest."
