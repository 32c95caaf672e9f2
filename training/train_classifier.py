"""`python -m training classifier`: train the classifier of pictures on real drawings."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from training import arguments
from training.classifier.dataset import PictureDataset, picture_datasets
from training.classifier.network import Classifier, ClassifierConfig, save_classifier
from training.classifier.trainer import ClassifierRecipe, ClassifierTrainer
from training.data.collection import files_by_category
from training.loop.progress import Progress
from training.score.recognisability import Recognisability, summary

RECIPE = ClassifierRecipe()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Train a classifier of pictures on the training split of all categories, and score it on the test split. "
        "The same command after a kill goes on where it was."
    )
    arguments.add_real(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--steps", type=int, default=RECIPE.steps, help="in the whole run")
    parser.add_argument("--batch", type=int, default=RECIPE.batch, help="drawings a step")
    parser.add_argument("--lr", type=float, default=RECIPE.lr, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=RECIPE.seed)
    parser.add_argument("--float32", action="store_true", help="leave out bfloat16 (where it does not pay)")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="CPU threads; only free cores")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    parser.add_argument("--state", type=Path, help="folder of the run's state and log (default: beside FILE)")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a line to read")


def run(args: argparse.Namespace) -> int:
    """Train as the arguments say, write the classifier, print how well it knows drawings that it has not seen."""
    torch.set_num_threads(args.threads)
    found = picture_datasets(files_by_category(args.data), ("train", "test"), skip_bad=args.skip_bad)
    dataset = found["train"]
    recipe = ClassifierRecipe(steps=args.steps, batch=args.batch, lr=args.lr, seed=args.seed, bfloat16=not args.float32)
    folder = args.state or args.out.with_name(f"{args.out.stem}.state")
    progress = Progress(folder / "log.jsonl", quiet=args.quiet, counted="pictures")
    trainer = ClassifierTrainer(dataset, ClassifierConfig(len(dataset.names)), recipe, folder, progress, args.device)
    classifier = trainer.fit()
    save_classifier(args.out, classifier)
    test, by_category = report(classifier, found["test"])
    if args.json:
        print(json.dumps({"train": len(dataset), "test": {**asdict(test), "top1_by_category": by_category}}))
    else:
        print(
            f"{args.out}: trained on {len(dataset)} drawings; of {test.n} held-out ones top-1 {test.top1:.1%}, "
            f"top-5 {test.top5:.1%}; each category counting alike, top-1 {by_category:.1%}"
        )
    return 0


def report(classifier: Classifier, dataset: PictureDataset) -> tuple[Recognisability, float]:
    """How well a classifier knows a dataset: over all drawings, and its top-1 with each category counting alike."""
    probabilities = classifier.classify_pictures(dataset.pictures)
    right = probabilities.argmax(axis=1) == dataset.category
    hits, counts = np.bincount(dataset.category, right, len(dataset.names)), dataset.counts
    by_category = float((hits[counts > 0] / counts[counts > 0]).mean())
    return summary(probabilities, dataset.category, dataset.names), by_category
