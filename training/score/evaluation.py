"""All that `evaluate` finds out about one checkpoint on real drawings of its category."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from model.card import Card, Nats
from model.checkpoint import Checkpoint
from training.classifier.network import Classifier, matching_name
from training.data.corpus import Corpus
from training.data.selection import held_out
from training.loop.nats import scores_of
from training.score.recognisability import Recognisability, recognisability
from training.score.sampling import sample_drawings
from training.score.sketch_rnn_loss import Normalisation, SketchRnnLoss, sketch_rnn_loss
from training.score.traits import Traits, traits

Temperatures = tuple[float, float] | None  # T_xy, T_p; None: what the card recommends


@dataclass(frozen=True, slots=True)
class Sample:
    """Some drawings of a category: people's (no temperatures), or a checkpoint's."""

    temp_xy: float | None
    temp_p: float | None
    traits: Traits
    recognised: Recognisability | None  # None: no classifier was given


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A checkpoint's scores over `drawings` real drawings with `points` moves, and what it draws beside them."""

    checkpoint: Path
    card: Card
    drawings: int
    points: int
    nats: Nats
    range95: tuple[float, float] | None
    sketch_rnn: SketchRnnLoss | None = None
    real: Sample | None = None
    drawn: tuple[Sample, ...] = ()

    def document(self) -> dict[str, object]:
        """The whole of it for JSON: what was not asked for is not there."""
        found: dict[str, object] = {
            "category": self.card.category,
            "drawings": self.drawings,
            "points": self.points,
            **{name: round(value, 4) for name, value in self.nats.model_dump().items()},
        }
        if self.range95:
            found["range95"] = [round(edge, 4) for edge in self.range95]
        found |= {"checkpoint": str(self.checkpoint), "system": self.card.system}
        if self.sketch_rnn:
            found["sketch_rnn"] = {name: round(value, 4) for name, value in asdict(self.sketch_rnn).items()}
        if self.real:
            found["real"] = asdict(self.real)
            found["drawn"] = [asdict(sample) for sample in self.drawn]
        return found


@dataclass(frozen=True)
class Reference:
    """The real drawings of a category that checkpoints are held against."""

    files: Sequence[Path]
    corpus: Corpus  # of the split that is scored
    normalisation: Normalisation | None = None  # None: nats alone are asked for


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates checkpoints, each in the same way."""

    resamples: int  # for the range of the nats; 0 leaves it out
    seeds: range  # of the drawings asked of each checkpoint at each of `temperatures`
    temperatures: Sequence[Temperatures]
    classifier: Classifier | None
    skip_bad: bool = False

    def evaluate(self, checkpoint: Checkpoint, against: Reference) -> Evaluation:
        """Scores of a checkpoint; with a normalisation also sketch-rnn's loss, and drawings beside real ones."""
        corpus = against.corpus
        scores = scores_of(checkpoint, corpus)
        between = scores.interval(resamples=self.resamples) if self.resamples else None
        about = (checkpoint.folder, checkpoint.card, len(corpus), corpus.points, scores.nats(), between)
        if against.normalisation is None:
            return Evaluation(*about)
        loss = sketch_rnn_loss(checkpoint, corpus, against.normalisation)
        return Evaluation(*about, loss, self._real(checkpoint.card, against), tuple(self._drawn(checkpoint)))

    def _real(self, card: Card, against: Reference) -> Sample:
        recognised = None
        if self.classifier:
            name = matching_name(card.category, self.classifier.names)
            drawings = held_out({name: against.files}, name, skip_bad=self.skip_bad)
            recognised = recognisability(self.classifier, drawings, name)
        corpus = against.corpus
        return Sample(None, None, traits([corpus.drawing(i) for i in range(len(corpus))]), recognised)

    def _drawn(self, checkpoint: Checkpoint) -> Iterator[Sample]:
        card = checkpoint.card
        for asked in self.temperatures:
            temp_xy, temp_p = asked or (card.temp_xy, card.temp_p)
            made = sample_drawings(checkpoint, self.seeds, temp_xy=temp_xy, temp_p=temp_p)
            drawings = [drawing.stroke5 for drawing in made]
            recognised = None
            if self.classifier:
                name = matching_name(card.category, self.classifier.names)
                recognised = recognisability(self.classifier, drawings, name)
            found = traits(drawings, ended=sum(drawing.ended for drawing in made))
            yield Sample(temp_xy, temp_p, found, recognised)
