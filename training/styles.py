"""`python -m training styles`: latent codes for subjects that are seldom recognised, into their cards."""

import argparse
import json

import torch
from tabulate import tabulate
from tqdm import tqdm

from model.card import SubjectCard
from training import arguments, values
from training.classifier.classifier import matching_name
from training.classifier.loading import load_classifier
from training.data.collection import files_by_category
from training.data.selection import taught
from training.errors import TrainingError
from training.score.styles import find_styles
from training.score.subject import choose

MOST = 8  # styles of a subject: enough that no two drawings beside each other are of one
MOST_RATIO = 10  # of how often the network's drawings and people's are recognised


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Give subjects whose drawings are seldom recognised some styles: latent codes of people's drawings, by which "
        "the network draws them well. Each drawing then has one, by its seed. docs/scores.md says how."
    )
    arguments.add_checkpoints(parser)
    parser.add_argument(
        "--below",
        type=values.number(0, MOST_RATIO),
        metavar="RATIO",
        help="only subjects that their card says are recognised less often than this part of people's drawings",
    )
    arguments.add_real(parser)
    parser.add_argument("--count", type=values.whole, default=MOST, help="styles of a subject, at most")
    arguments.add_temperatures(parser)
    parser.add_argument("--write", action="store_true", help="write the styles into the card")
    arguments.add_classifier(parser)


def run(args: argparse.Namespace) -> int:
    """Look for styles, print how often drawings by each are recognised and, with --write, keep them."""
    torch.set_num_threads(args.threads)
    classifier = load_classifier(args.classifier, args.device)
    files = files_by_category(args.data)
    rows = []
    choices = choose(args.checkpoints, args.subject)
    arguments.check_cards(choices, args)
    for choice in choices:
        if not choice.card.latent:
            raise TrainingError(f"{choice.folder} has no encoder, so no styles can be looked for")
        classifier.check(card.name for card in choice.subjects if _is_below(card, args.below))
    for choice in choices:
        found: dict[int, tuple[str, ...]] = {}
        wanted = [subject for subject in choice.load() if _is_below(subject.card, args.below)]
        for subject in tqdm(wanted, unit=" subjects", disable=None, leave=False):
            name = matching_name(subject.card.name, classifier.names)
            drawings = taught(files, name, subject.card.max_points, skip_bad=args.skip_bad)
            pair = arguments.temperatures(args, subject.card)
            styles = find_styles(subject, classifier.number(name), drawings, classifier, pair, most=args.count)
            found[subject.number] = tuple(code for code, _ in styles)
            shares = [share for _, share in styles]
            rows.append([str(subject), str(len(styles)), " ".join(f"{share:.0%}" for share in shares)])
            if args.json:
                print(json.dumps({"subject": str(subject), "styles": len(styles), "recognised": shares}), flush=True)
        if args.write:
            choice.write({number: {"styles": styles} for number, styles in found.items()})
    if not args.json:
        print(tabulate(rows, headers=("subject", "styles", "recognised"), tablefmt="pipe", disable_numparse=True))
    return 0


def _is_below(card: SubjectCard, ratio: float | None) -> bool:
    if ratio is None:
        return True
    if card.recognised is None or card.real is None:
        raise TrainingError(f"the card does not say how often {card.name!r} is recognised: `recommend --write` first")
    return card.recognised < ratio * card.real
