"""`python -m training fleet`: a network for each of many categories, on this machine or on a cluster."""

import argparse
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from tqdm import tqdm

from model.card import Card
from model.checkpoint import read_card
from model.errors import InkstreamError
from model.files import model_content
from model.names import match_key
from training import arguments, train, values
from training.errors import DataError, TrainingError
from training.fleet import cluster, here
from training.fleet.categories import ALL, categories, files_by_key
from training.fleet.fingerprint import fingerprint
from training.fleet.place import Place, is_address, lying, place_of
from training.fleet.result import Result, table
from training.loop.alone import alone
from training.loop.state import FILE

log = logging.getLogger(__name__)
STATES = ".fleet"  # in the folder of --out, hidden from those who look for checkpoints there


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Train a network for each of many categories, as `train` does: on a Ray cluster where Ray is installed, else "
        "one after another. The same command after a kill goes on where it was, and passes over what is done."
    )
    parser.add_argument(
        "--categories",
        nargs="+",
        required=True,
        metavar="NAME",
        help=f"their names, a file with a name on each line, or {ALL!r} that --data has drawings of",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="drawings, a file for each category")
    parser.add_argument("--extra-data", type=Path, metavar="DIR", help="others of them, for training only")
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="where checkpoints lie: a folder, or s3://BUCKET/.."
    )
    arguments.add_force(parser)
    group = parser.add_argument_group("fleet")
    group.add_argument("--workers", type=values.at_once, metavar="N", help="no Ray, but N processes of this machine")
    group.add_argument("--gpus", type=_gpus, metavar="G", help="of each, on a cluster; 0.5: two share one (default: 1)")
    train.add_dials(parser, values.device_anywhere)  # of a cluster, another machine may have it
    # The same on every machine, so that the networks are the same as well; there are many categories for many cores.
    parser.set_defaults(threads=1)


def _gpus(text: str) -> float:
    """GPUs of one category: a share of one, or a whole number, as Ray has it."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not (0 <= value <= 1 or (value > 1 and value.is_integer())):
        raise argparse.ArgumentTypeError(f"GPUs are a share of one, or a whole number, not {text!r}")
    return value


def run(args: argparse.Namespace) -> int:
    """Train as the arguments say; 1 where a category failed."""
    works = _works(args)
    with alone({"--state": _state(args)}):
        return _train_all(args, works)


def _train_all(args: argparse.Namespace, works: dict[str, argparse.Namespace]) -> int:
    results: list[Result] = []
    with tqdm(total=len(works), unit=" categories", disable=True if args.quiet else None, dynamic_ncols=True) as bar:
        for result in _results(args, works):
            results.append(result)
            bar.update()
            bar.set_postfix_str(f"{sum(done.state == 'failed' for done in results)} failed", refresh=False)
            tqdm.write(f"[{len(results)}/{len(works)}] {result}")
    order = {category: number for number, category in enumerate(works)}
    results.sort(key=lambda result: order[result.category])
    print(table(results))
    failures = [result for result in results if result.state == "failed"]
    for result in failures:
        log.error("%s", result)
    return 1 if failures else 0


def _is_for_cluster(args: argparse.Namespace) -> bool:
    return args.workers is None and cluster.is_installed()


def _results(args: argparse.Namespace, works: dict[str, argparse.Namespace]) -> Iterator[Result]:
    if _is_for_cluster(args):
        gpus = args.gpus if args.gpus is not None else float(args.device != "cpu")
        return cluster.on_cluster(train_one, works, threads=args.threads, gpus=gpus)
    if args.workers is not None and args.workers > 1:
        return here.side_by_side(train_one, works, args.workers)
    return here.one_by_one(train_one, list(works.values()))


def _works(args: argparse.Namespace) -> dict[str, argparse.Namespace]:
    """What is to be done for each category: the arguments of `train`, with paths that hold on every machine.

    Raises InkstreamError for what would be wrong with every category.
    """
    place_of(args.out)
    if not _is_for_cluster(args):
        try:
            values.device(args.device)
        except argparse.ArgumentTypeError as error:
            raise TrainingError(str(error)) from error
    files, extra = files_by_key(args.data), files_by_key(args.extra_data) if args.extra_data else {}
    shared = {name: value for name, value in vars(args).items() if name not in ("run", "categories")}
    if args.init_from:
        read_card(args.init_from)
        shared["init_from"] = args.init_from.absolute()
    out = args.out if is_address(args.out) else str(Path(args.out).absolute())
    shared |= {"out": out, "state": _state(args).absolute(), "quiet": True}
    works = {}
    for name in categories(args.categories, args.data):
        key = match_key(name)
        own = {"category": name, "data": files.get(key, []), "extra_data": extra.get(key, [])}
        works[name] = argparse.Namespace(**shared | own)
    return works


def _state(args: argparse.Namespace) -> Path:
    """The folder of the states of all."""
    return args.state or (Path("runs") / "fleet" if is_address(args.out) else Path(args.out) / STATES)


def train_one(args: argparse.Namespace) -> Result:
    """Train a category, unless that is done, and put its checkpoint in its place. What goes wrong is in the result."""
    try:
        with _quietly():
            return _train(args)
    except InkstreamError as error:
        return Result(args.category, "failed", error=str(error))
    except Exception as error:  # noqa: BLE001 - stores raise what they like, and the other categories are to be trained
        return Result(args.category, "failed", error=f"{type(error).__name__}: {error}")


def _train(args: argparse.Namespace) -> Result:
    if not args.data:
        raise DataError(f"no drawings of {args.category!r}")
    start = train.start_from_checkpoint(args.init_from, args.category) if args.init_from else None
    system, _ = arguments.system_of(args, start.network.config if start else None)
    name, wanted, place = train.name_of(args, system), fingerprint(args), place_of(args.out)
    card = _done(args, place, name, wanted)
    if card is not None:
        return _result(card, args.category, again=True)
    state = args.state / f"{name}-{wanted}"
    staged = state / "checkpoint"
    own = {"out": staged, "state": state, "force": True}
    train.fit(argparse.Namespace(**vars(args) | own), lambda _: nullcontext())  # nobody else is in the fleet's folder
    _done(args, place, name, wanted)  # a fleet with another --state may have put another's there meanwhile
    card = read_card(staged / name).model_copy(update={"fingerprint": wanted})
    place.write(name, model_content(staged / name, card.sha256), card)
    shutil.rmtree(staged)
    (state / FILE).unlink()  # the log stays
    return _result(card, args.category, again=False)


def _done(args: argparse.Namespace, place: Place, name: str, wanted: str) -> Card | None:
    """The card of the category's checkpoint, if that is the one which is asked for, and whole.

    Raises TrainingError where another command's lies in its place.
    """
    found = lying(place, name)
    if found is None:
        return None
    told = (found.card.model_extra or {}).get("fingerprint") if found.card else None
    if told == wanted and found.whole:
        return found.card
    if told != wanted and not args.force and (found.card is None or found.card.command != args.command_line):
        raise TrainingError(
            f"{name} is there already, of other data or settings; --force puts the new checkpoint in its place"
        )
    return None


def _result(card: Card, category: str, *, again: bool) -> Result:
    nats = card.nats.total if card.nats else None
    return Result(category, "there before" if again else "trained", nats, card.train_seconds)


@contextmanager
def _quietly() -> Iterator[None]:
    """Of each category one line is told, not what `train` tells of one."""
    logger = logging.getLogger("training")
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
