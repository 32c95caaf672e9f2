"""The command `inkstream`: draw, serve and train."""

import sys
from collections.abc import Sequence

from inkstream.command.parser import PROG, parser
from inkstream.command.refusal import told
from inkstream.errors import InkstreamError
from model.printing import printing
from training.commands import SUMMARIES

STOPPED = 130  # as shells have it for a program that Ctrl+C ended


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command: 0 when it did what was asked, 2 when it was asked wrongly, 1 when it could not."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in SUMMARIES:
        from training.__main__ import main as train  # noqa: PLC0415 - PyTorch, and perhaps not installed

        return train(arguments, PROG)
    try:
        with printing():
            args = parser(*arguments[:1]).parse_args(arguments)
            return int(args.run(args))
    except KeyboardInterrupt:
        return STOPPED
    except (InkstreamError, OSError, ModuleNotFoundError) as error:
        message, status = told(error)
        print(f"{PROG}: error: {message}", file=sys.stderr)
        return status


if __name__ == "__main__":
    sys.exit(main())
