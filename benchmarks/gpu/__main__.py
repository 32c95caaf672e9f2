"""`python -m benchmarks.gpu --out FILE`: what there is to find out on a GPU, in under eight minutes.

Each part has a process and a time limit of its own, so that one that fails or hangs costs no other; what became of it
is in the document, which is written anew after each part. The last line of output is the same document. The machine
needs PyTorch and nothing else: `--wheels` is a folder of packages (`scripts/gpu-wheels`). `--device cpu` rehearses all
of it with small sizes; `--device playback` measures what a card has no part in, with a device that plays drawings back
as fast as one (`benchmarks.fast_device`). This file imports nothing beyond Python itself.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS: Mapping[str, float] = {  # seconds that each may take, the most wanted first
    "card": 60,
    "decoding": 150,
    "tests": 150,
    "training": 90,
    "sheet": 60,
    "sockets": 120,
    "paced": 120,
}
PLAYED_BACK = ("card", "sheet", "sockets", "paced")  # parts in which others than the card have a part
BUDGET = 470.0  # seconds for them all
PATIENCE = 4  # times as long may it take without a card, on a machine that has other things to do
DEVICES = ("cuda", "cpu", "playback")
LAST_WORDS = 4000  # characters of what a part that failed printed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts; 1 where any of them failed."""
    given = _parser().parse_args(arguments)
    patience = 1 if given.device == "cuda" else PATIENCE
    parts: dict[str, dict[str, object]] = {}
    document: dict[str, object] = {"device": given.device, "parts": parts}
    until = time.monotonic() + given.budget * patience
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(ROOT)]
        if given.wheels is not None:
            unpack(given.wheels, Path(folder))
            paths.append(folder)
        for name in given.only or (PLAYED_BACK if given.device == "playback" else PARTS):
            command = [sys.executable, "-m", "benchmarks.gpu.part", name, "--device", given.device]
            limit = min(PARTS[name] * patience, until - time.monotonic())
            parts[name] = attempt(command, paths, limit)
            print(f"{name}: {parts[name].get('error', 'done')}, {parts[name]['seconds']} s", flush=True)
            document["failed"] = [each for each, found in parts.items() if "error" in found]
            if given.out is not None:
                given.out.write_text(json.dumps(document, indent=1) + "\n")
    print(json.dumps(document))
    return 1 if document["failed"] else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description="Measure and test on a GPU.")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the JSON document goes, too")
    parser.add_argument(
        "--device",
        choices=DEVICES,
        default="cuda",
        help="cpu rehearses, with small sizes; playback measures what a card has no part in",
    )
    parser.add_argument("--wheels", type=Path, metavar="DIR", help="packages for a machine that has PyTorch alone")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument(
        "--budget", type=float, default=BUDGET, metavar="SECONDS", help="for all (default: %(default)s)"
    )
    return parser


def attempt(command: Sequence[str], paths: Sequence[str], seconds: float) -> dict[str, object]:
    """What a part found, or its `error` and last words; and how long it took."""
    if seconds <= 0:
        return {"error": "there was no time left", "seconds": 0.0}
    own = {"PYTHONPATH": os.pathsep.join([*paths, *filter(None, [os.environ.get("PYTHONPATH")])])}
    began = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            command, cwd=ROOT, env=os.environ | own, stdout=output, stderr=output, start_new_session=True
        )
        try:
            status: int | None = process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            _end(process)
        output.seek(0)
        printed = output.read().decode(errors="replace")
    found = _found(printed, status) or {
        "error": f"not done after {seconds:.0f} seconds" if status is None else f"exit status {status}",
        "printed": printed[-LAST_WORDS:],
    }
    return found | {"seconds": round(time.monotonic() - began, 1)}


def _found(printed: str, status: int | None) -> dict[str, object] | None:
    """The JSON object that a part ends with; None where it failed."""
    try:
        found = json.loads(printed.splitlines()[-1]) if status == 0 else None
    except (ValueError, IndexError):
        return None
    return found if isinstance(found, dict) else None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a part with everything that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def unpack(wheels: Path, folder: Path) -> None:
    """Lay packages out as they are imported; `pip` is not asked for."""
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
    for extra in folder.glob("*.data/*lib"):  # what a wheel keeps beside the packages
        for each in extra.iterdir():
            each.rename(folder / each.name)


if __name__ == "__main__":
    sys.exit(main())
