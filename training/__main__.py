"""`python -m training COMMAND`: everything that happens before a drawing is served."""

import argparse
import logging
import shlex
import sys
from collections.abc import Sequence

from model.errors import how_to_install

try:
    from model.errors import InkstreamError
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
    )
except ModuleNotFoundError as lacking:
    sys.exit(f"error: {how_to_install(lacking, 'train')}")

COMMANDS = {
    "download": (download, "fetch drawings of the Quick, Draw! dataset"),
    "inspect": (inspect_files, "say what files of drawings are, and what is in them"),
    "train": (train, "train one category and write its checkpoint"),
    "pack": (pack, "pack drawings of many categories into two small files, for a machine that is far away"),
    "pretrain": (pretrain, "train one network that draws many categories, on one device"),
    "evaluate": (evaluate, "score a checkpoint on real drawings"),
    "export": (export, "make a checkpoint of this version's format of another, or of a trained network"),
    "import-magenta": (import_magenta, "make a checkpoint of a decoder that Google published"),
    "classifier": (train_classifier, "train a classifier that recognises drawings, on real ones"),
    "beginnings": (beginnings, "how a classifier does on drawings of people, whole and unfinished"),
    "recognise": (recognise, "how often drawings are recognised, beside real ones"),
    "recommend": (recommend, "choose the temperatures at which drawings are recognised best"),
    "styles": (styles, "find latent codes by which seldom recognised subjects are drawn well"),
    "best-of": (best_of, "how much rarer failures are where the best of several drawings is taken"),
    "alike": (alike, "score likenesses of drawings, and what lies between two"),
    "least": (least, "find how many points drawings of each subject have at least"),
    "sheet": (sheet, "draw a sheet of drawings of some checkpoints"),
    "figures": (figures, "make the article's pictures from your data and networks"),
}


class Help(argparse.ArgumentDefaultsHelpFormatter):
    """Help that names a default once, and only where there is one."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        told = action.help is not None and "default: " in action.help
        return action.help if told or action.default in (None, False, []) else super()._get_help_string(action)


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name, (module, summary) in COMMANDS.items():
        command = commands.add_parser(name, help=summary, formatter_class=Help)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 2 with a line on standard error when it could not."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    args = parser().parse_args(arguments)
    args.command_line = f"python -m training {shlex.join(arguments)}"
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        return int(args.run(args))
    except InkstreamError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped; the same command goes on from here", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
