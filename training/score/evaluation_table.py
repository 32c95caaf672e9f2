"""Evaluations as one table in Markdown, for the terminal and for pages alike."""

from collections.abc import Iterator, Sequence

from tabulate import tabulate

from training.score.evaluation import Evaluation, Sample
from training.score.novelty import Nearness
from training.score.recognisability import Recognisability
from training.score.traits import Spread

SCORES = ("xy", "pen", "total (95 %)")
DRAWINGS = ("ends", "points", "strokes", "size", "top-1", "top-5", "nearest (99 %)")
BRIEF = ("category", "T_xy / T_p", "nats", "top-1", "people", "ratio", "ends", "nearest (99 %)", "people's nearest")
REAL, TRAINING = "people", "training"


def table(evaluations: Sequence[Evaluation]) -> str:
    """A row for each subject; with drawings, rows for each category's real ones and each pair of temperatures."""
    if any(found.real is None for found in evaluations):
        short = [[found.category, found.checkpoint.name, str(found.drawings), *_scores(found)] for found in evaluations]
        return _markdown(("category", "checkpoint", "drawings", *SCORES), short)
    rows = [row for found in _grouped(evaluations) for row in found]
    return _markdown(("category", "drawn by", "T_xy / T_p", *SCORES, "sketch-rnn", *DRAWINGS), rows)


def brief_table(evaluations: Sequence[Evaluation]) -> str:
    """One row for each subject at the first of its temperatures, for many of them: what matters most."""
    return _markdown(BRIEF, [_brief(found) for found in evaluations])


def _brief(found: Evaluation) -> list[str]:
    assert found.real is not None
    sample, new = found.drawn[0], found.novelty
    ours, people = (each.recognised.top1 if each.recognised else None for each in (sample, found.real))
    held_out = f"{new.held_out.median:.2f} ({new.held_out.highest:.2f})" if new and new.held_out else ""
    return [
        found.category,
        f"{sample.temp_xy:g} / {sample.temp_p:g}",
        f"{found.nats.total:.2f}",
        "" if ours is None else f"{ours:.0%}",
        "" if people is None else f"{people:.0%}",
        f"{ours / people:.2f}" if ours is not None and people else "",
        f"{sample.traits.ended:.0%}",
        _nearness(new.drawn if new else None),
        held_out,
    ]


def _grouped(evaluations: Sequence[Evaluation]) -> Iterator[list[list[str]]]:
    """The rows of each evaluation, those of a category together and its real drawings before them."""
    seen = set()
    blank = [""] * (len(SCORES) + 1)
    categories = list(dict.fromkeys(found.category for found in evaluations))
    for found in sorted(evaluations, key=lambda found: categories.index(found.category)):
        category, new = found.category, found.novelty
        assert found.real is not None
        assert found.sketch_rnn is not None
        if category not in seen:
            shown = [*_sample(found.real), _nearness(new.held_out if new else None)]
            yield [[category, f"{REAL}, {found.drawings}", "", *blank, *shown]]
            if new:
                yield [[category, TRAINING, "", *blank, *[""] * (len(DRAWINGS) - 1), _nearness(new.training)]]
        seen.add(category)
        scores = [*_scores(found), f"{found.sketch_rnn.loss:.3f}"]
        nearness = [_nearness(new.drawn if new else None), *[""] * len(found.drawn)]
        yield [
            [category, found.checkpoint.name, f"{sample.temp_xy:g} / {sample.temp_p:g}", *shown, *_sample(sample), near]
            for sample, shown, near in zip(found.drawn, [scores, *[blank] * len(found.drawn)], nearness, strict=False)
        ]


def _scores(found: Evaluation) -> list[str]:
    nats = found.nats
    between = " ({:.2f} to {:.2f})".format(*found.range95) if found.range95 else ""
    return [f"{nats.xy:.3f}", f"{nats.pen:.3f}", f"{nats.total:.3f}{between}"]


def _sample(sample: Sample) -> list[str]:
    of = sample.traits
    return [f"{of.ended:.1%}", *map(_spread, (of.points, of.strokes, of.side)), *_recognised(sample.recognised)]


def _nearness(found: Nearness | None) -> str:
    return f"{found.median:.2f} ({found.highest:.2f})" if found else ""


def _spread(numbers: Spread) -> str:
    return f"{numbers.median:.0f} ({numbers.low:.0f} to {numbers.high:.0f})"


def _recognised(found: Recognisability | None) -> list[str]:
    if found is None:
        return ["", ""]
    low, high = found.top1_range95
    return [f"{found.top1:.1%} ({100 * low:.0f} to {100 * high:.0f})", f"{found.top5:.1%}"]


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return tabulate(rows, headers=head, tablefmt="pipe", disable_numparse=True)
