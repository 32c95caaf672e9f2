"""`python -m training classifier`: train a classifier on real drawings, of pictures or of strokes."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import torch

from model.files import CARD, MODEL, kind_of
from model.names import match_key
from model.recogniser.card import RECOGNISES, RecogniserCard
from model.recogniser.inference import InferenceNetwork
from model.recogniser.network import RecogniserNetwork, Shape
from model.recogniser.stored import load_recogniser, save_recogniser
from training import arguments, values
from training.classifier.dataset import PictureDataset, StrokeDataset, picture_datasets, stroke_datasets
from training.classifier.of_pictures import PictureTrainer
from training.classifier.of_strokes import StrokeTrainer
from training.classifier.pictures import (
    ClassifierConfig,
    PictureClassifier,
    load_picture_classifier,
    save_picture_classifier,
)
from training.classifier.recipe import PICTURES, STROKES, ClassifierRecipe
from training.classifier.temperature import fitted
from training.convert import provenance
from training.convert.writable import check_folder, checked_card
from training.data.collection import Files, files_by_category
from training.data.selection import whole_split
from training.errors import ClassifierError
from training.loop.alone import alone
from training.loop.precision import allow_tf32
from training.loop.progress import Progress
from training.score.beginnings import PARTS, beginning, numbered, share_by_category
from training.score.recognisability import Recognisability, summary

RECIPES: Mapping[str, ClassifierRecipe] = {"pictures": PICTURES, "strokes": STROKES}
JUDGED = 5_000  # drawings, and their beginnings, for one temperature


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Train a classifier on the training split of all categories, and score it on the test split. Of `pictures`: a "
        "file, for judging what networks draw. Of `strokes`: a folder, the recogniser that the service asks, which "
        "sees the order of the lines, too. The same command goes on after an interruption."
    )
    arguments.add_real(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="PATH", help="the file or folder to write")
    parser.add_argument("--form", choices=RECIPES, default="pictures", help="what it sees")
    arguments.add_credit(parser, "--credit", "a recogniser's card")
    for name, value, meaning in (
        ("steps", values.whole, "in the whole run"),
        ("batch", values.batch, "drawings a step"),
        ("lr", values.rate, "highest learning rate"),
    ):
        usual = ", ".join(f"{getattr(recipe, name):g} for {form}" for form, recipe in RECIPES.items())
        parser.add_argument(f"--{name}", type=value, help=f"{meaning} (default: {usual})")
    parser.add_argument("--seed", type=values.seed, default=PICTURES.seed, help="of all that is random")
    parser.add_argument("--float32", action="store_true", help="leave out bfloat16 (where it does not pay)")
    parser.add_argument(
        "--device", type=values.device, default="cuda" if torch.cuda.is_available() else "cpu", help="cpu or cuda"
    )
    parser.add_argument(
        "--threads", type=values.at_once, default=torch.get_num_threads(), help="CPU threads; only free cores"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    parser.add_argument("--state", type=Path, help="folder of the run's state and log (default: beside PATH)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a line to read")


def run(args: argparse.Namespace) -> int:
    """Train as the arguments say, write the classifier, print how well it knows drawings that it has not seen."""
    torch.set_num_threads(args.threads)
    allow_tf32(enabled=not args.float32)
    check_folder(args.out.parent if args.form == "pictures" else args.out)
    _check_place(args.out, args.form)
    files = files_by_category(args.data)
    _check_names(list(files), args.data)
    given = {name: getattr(args, name) for name in ("steps", "batch", "lr") if getattr(args, name) is not None}
    recipe = replace(RECIPES[args.form], **given, seed=args.seed, bfloat16=not args.float32)
    out, state = {"--out": args.out}, {"--state": _state(args)}
    train, held = (_pictures, alone(state, out)) if args.form == "pictures" else (_strokes, alone(out | state))
    with held:
        count, (test, by_category) = train(files, recipe, args)
    if args.json:
        print(json.dumps({"train": count, "test": {**asdict(test), "top1_by_category": by_category}}))
    else:
        print(
            f"{args.out}: trained on {count} drawings; of {test.n} held-out ones top-1 {test.top1:.1%}, "
            f"top-5 {test.top5:.1%}; each category counting alike, top-1 {by_category:.1%}"
        )
    return 0


def _check_names(names: Sequence[str], folder: Path) -> None:
    """Raises ClassifierError for categories that nobody could tell apart, by their names or for want of another."""
    if len(names) < 2:
        raise ClassifierError(f"a classifier tells categories apart, and {folder} holds one: {names[0]!r}")
    known: dict[str, str] = {}
    for name in names:
        if (other := known.setdefault(match_key(name), name)) != name:
            raise ClassifierError(f"{other!r} and {name!r} are taken for one name: rename one, or join their files")


def _check_place(out: Path, form: str) -> None:
    """Raises ClassifierError where the result would lie in the place of something else."""
    if form == "strokes":
        if any((out / part).exists() for part in (MODEL, CARD)) and kind_of(out) != RECOGNISES:
            raise ClassifierError(f"{out} holds another network, and no recogniser: choose another --out")
        return
    if out.is_dir():
        raise ClassifierError(f"{out} is a folder: a classifier of pictures is a file")
    if out.exists() and not _is_classifier(out):
        raise ClassifierError(f"{out} is there already and is no classifier: choose another --out")


def _is_classifier(path: Path) -> bool:
    try:
        return path.is_file() and bool(load_picture_classifier(path))
    except ClassifierError:
        return False


Report = tuple[Recognisability, float]


def _pictures(files: Files, recipe: ClassifierRecipe, args: argparse.Namespace) -> tuple[int, Report]:
    """How many drawings it learnt from, and how it does."""
    found = picture_datasets(files, ("train", "test"), skip_bad=args.skip_bad)
    dataset = found["train"]
    config = ClassifierConfig(len(dataset.names))
    trainer = PictureTrainer(dataset, recipe, *_kept(args), args.device, config=config)
    classifier = trainer.classifier()
    save_picture_classifier(args.out, classifier)
    return len(dataset), report(classifier, found["test"])


def _strokes(files: Files, recipe: ClassifierRecipe, args: argparse.Namespace) -> tuple[int, Report]:
    dataset = stroke_datasets(files, ("train",), skip_bad=args.skip_bad)["train"]
    shape = Shape(len(dataset.names))
    card = checked_card(lambda: _card(dataset, shape, recipe, args))
    network = StrokeTrainer(dataset, recipe, *_kept(args), args.device, shape=shape).recogniser()
    write_calibrated(args.out, network, card, files, skip_bad=args.skip_bad)
    recogniser = load_recogniser(args.out)
    drawings, category = numbered(whole_split(files, "test", skip_bad=args.skip_bad), dataset.names)
    found = recogniser.log_probabilities([torch.from_numpy(drawing) for drawing in drawings]).exp().numpy()
    right = found.argmax(axis=1) == category
    return len(dataset), (summary(found, category, dataset.names), share_by_category(right, category))


def _kept(args: argparse.Namespace) -> tuple[Path, Progress]:
    """The folder of the run's state, and what tells of it."""
    folder = _state(args)
    return folder, Progress(folder / "log.jsonl", quiet=args.quiet, counted="drawings")


def _state(args: argparse.Namespace) -> Path:
    out: Path = args.out if args.out.name else args.out.absolute()
    folder: Path = args.state or out.parent / f"{out.stem}.state"
    return folder


def write_calibrated(
    folder: Path, network: RecogniserNetwork, card: RecogniserCard, files: Files, *, skip_bad: bool = False
) -> None:
    """Write a recogniser with the temperature that suits the validation split, whole drawings and beginnings alike."""
    network.temperature.fill_(1)
    save_recogniser(folder, InferenceNetwork(network), card)
    drawings, category = numbered(whole_split(files, "valid", skip_bad=skip_bad), card.names)
    each = max(1, len(drawings) // JUDGED)
    drawings, category = drawings[::each], category[::each]
    parts = [torch.from_numpy(beginning(drawing, part)) for part in PARTS for drawing in drawings]
    logits = load_recogniser(folder).log_probabilities(parts)
    network.temperature.fill_(fitted(logits, torch.from_numpy(category).repeat(len(PARTS))))
    save_recogniser(folder, InferenceNetwork(network), card)


def _card(dataset: StrokeDataset, shape: Shape, recipe: ClassifierRecipe, args: argparse.Namespace) -> RecogniserCard:
    return RecogniserCard(
        names=dataset.names,
        size=shape.size,
        widths=shape.widths,
        path_widths=shape.path_widths,
        data=tuple(arguments.part(args.credit, [args.data], len(dataset))),
        train_drawings=recipe.steps * recipe.batch,
        command=args.command_line,
        commit=provenance.commit(),
        versions=provenance.versions(),
    )


def report(classifier: PictureClassifier, dataset: PictureDataset) -> Report:
    """How well a classifier knows a dataset: over all drawings, and its top-1 with each category counting alike."""
    probabilities = classifier.classify_pictures(dataset.pictures)
    right = probabilities.argmax(axis=1) == dataset.category
    return summary(probabilities, dataset.category, dataset.names), share_by_category(right, dataset.category)
