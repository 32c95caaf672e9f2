"""`python -m training COMMAND`: everything that happens before a drawing is served."""

import argparse
import logging
import shlex
import sys
from collections.abc import Sequence

from model.errors import how_to_install

STOPPED = 130  # as shells have it for a program that Ctrl+C ended

try:
    from model.errors import InkstreamError
    from model.printing import printing, reason_of
    from training import (
        alike,
        beginnings,
        best_of,
        download,
        evaluate,
        export,
        figures,
        import_magenta,
        inspect_files,
        least,
        pack,
        pretrain,
        recognise,
        recommend,
        sheet,
        styles,
        train,
        train_classifier,
        train_fleet,
    )
    from training.commands import SUMMARIES
    from training.convert import provenance
except ModuleNotFoundError as lacking:
    sys.exit(f"error: {how_to_install(lacking, 'train')}")
except KeyboardInterrupt:  # PyTorch takes seconds
    print("stopped", file=sys.stderr)
    sys.exit(STOPPED)

PROG = "python -m training"

COMMANDS = {
    "download": download,
    "inspect": inspect_files,
    "train": train,
    "fleet": train_fleet,
    "pack": pack,
    "pretrain": pretrain,
    "evaluate": evaluate,
    "export": export,
    "import-magenta": import_magenta,
    "classifier": train_classifier,
    "beginnings": beginnings,
    "recognise": recognise,
    "recommend": recommend,
    "styles": styles,
    "best-of": best_of,
    "alike": alike,
    "least": least,
    "sheet": sheet,
    "figures": figures,
}
RESUMED = ("download", "train", "fleet", "pretrain", "classifier")  # go on where they were interrupted


class Help(argparse.ArgumentDefaultsHelpFormatter):
    """Help that names a default once, and only where there is one."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        told = action.help is not None and "default: " in action.help
        if told or action.default is None or action.default is False or action.default == []:
            return action.help
        if isinstance(action.default, (list, tuple)):  # as they are written on the command line
            return f"{action.help} (default: {' '.join(map(str, action.default))})"
        return super()._get_help_string(action)


def parser(prog: str = PROG) -> argparse.ArgumentParser:
    """The parser of all commands, as `prog` calls them."""
    top = argparse.ArgumentParser(prog=prog, description=__doc__)
    add_commands(top.add_subparsers(required=True, metavar="COMMAND"))
    return top


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """A parser for each command."""
    for name, module in COMMANDS.items():
        command = commands.add_parser(name, help=SUMMARIES[name], formatter_class=Help)
        module.add_arguments(command)
        command.set_defaults(run=module.run)


def main(argv: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run one command; 0 when it did what was asked, 2 with a line on standard error when it could not.

    A card says that `python -m training` made it, whatever `prog` was called.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        with printing():
            args = parser(prog).parse_args(arguments)
            args.command_line = provenance.written(f"{PROG} {shlex.join(arguments)}")
            logging.basicConfig(level=logging.INFO, format="%(message)s")
            return int(args.run(args))
    except (InkstreamError, OSError) as error:
        print(f"error: {reason_of(error) if isinstance(error, OSError) else error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        more = "; the same command goes on from here" if arguments[0] in RESUMED else ""
        print(f"stopped{more}", file=sys.stderr)
        return STOPPED


if __name__ == "__main__":
    sys.exit(main())
