import io
import os
import sys

import pytest

from model.printing import printing, reason_of


def command(text: str, end: BaseException | None = None) -> None:
    """Prints, and ends by an exception if there is one."""
    with printing():
        print(text)  # noqa: T201 - as commands do
        if end:
            raise end


def test_what_has_no_bytes_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files may be no Unicode, and a terminal may know ASCII alone."""
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, "ascii"))
    command("pingüin \udcfc")
    assert written.getvalue() == b"ping\\xfcin \\udcfc\n"


@pytest.mark.parametrize("end", [None, SystemExit(0), KeyboardInterrupt()])
def test_a_full_disk_is_found_before_the_end(end: BaseException | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a command ends by an exception, as `--help` does; then there is nothing left to write."""
    with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(OSError, match="No space left on device"):
            command("a drawing", end)
        full.flush()


def test_nobody_need_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output may have been closed before the command began."""
    monkeypatch.setattr(sys, "stdout", None)
    command("a drawing")


def test_reasons_are_words() -> None:
    """The file, if there is one, and what the system says; a reader that went away is called so."""
    assert reason_of(BrokenPipeError()) == "nobody reads the output any more"
    assert reason_of(OSError(13, os.strerror(13), "a.svg")) == "a.svg: Permission denied"
    assert reason_of(OSError("odd")) == "odd"
