"""Python's commands, as a shell would start them, in the process of the test: PyTorch is imported once."""

import contextlib
import io
import runpy
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import torch


def run_module(words: Sequence[str], folder: Path) -> str:
    """What `python -m MODULE ARGUMENTS...` prints that succeeds in a folder; `words` begin with the module."""
    printed, complained, threads = io.StringIO(), io.StringIO(), torch.get_num_threads()
    status: object = 0
    with (
        contextlib.chdir(folder),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(complained),
        patch.object(sys, "argv", list(words)),
        warnings.catch_warnings(),
    ):
        warnings.filterwarnings("ignore", ".*found in sys.modules", RuntimeWarning)  # other tests ran it
        try:
            runpy.run_module(words[0], run_name="__main__", alter_sys=True)
        except SystemExit as end:
            status = end.code
        finally:
            torch.set_num_threads(threads)
    assert not status, f"{' '.join(words)}\n{status}\n{complained.getvalue()}"
    return printed.getvalue()
