"""All that `evaluate` finds out about what a checkpoint draws, on real drawings of each category."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from model.card import Nats
from model.drawing import Drawing
from model.strokes import Array
from training.classifier.classifier import Classifier, matching_name
from training.data.corpus import Corpus
from training.data.formats import read_drawings
from training.data.selection import held_out
from training.data.split import split_of
from training.loop.nats import scores_of
from training.score.novelty import Novelty, novelty
from training.score.recognisability import Recognisability, recognisability
from training.score.sampling import sample_drawings
from training.score.sketch_rnn_loss import Normalisation, SketchRnnLoss, sketch_rnn_loss
from training.score.subject import Subject
from training.score.traits import Traits, traits

Temperatures = tuple[float, float] | None  # T_xy, T_p; None: what the card recommends
Made = tuple[float, float, list[Drawing]]  # T_xy, T_p, and what was drawn there


@dataclass(frozen=True, slots=True)
class Sample:
    """Some drawings of a category: people's (no temperatures), or a network's."""

    temp_xy: float | None
    temp_p: float | None
    traits: Traits
    recognised: Recognisability | None  # None: no classifier was given


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A subject's scores over `drawings` real drawings with `points` moves, and what it draws beside them."""

    checkpoint: Path
    category: str
    system: str
    drawings: int
    points: int
    nats: Nats
    range95: tuple[float, float] | None
    sketch_rnn: SketchRnnLoss | None = None
    real: Sample | None = None
    drawn: tuple[Sample, ...] = ()
    novelty: Novelty | None = None  # of what was drawn at the first temperatures

    def document(self) -> dict[str, object]:
        """The whole of it for JSON: what was not asked for is not there."""
        found: dict[str, object] = {
            "category": self.category,
            "drawings": self.drawings,
            "points": self.points,
            **{name: round(value, 4) for name, value in self.nats.model_dump().items()},
        }
        if self.range95:
            found["range95"] = [round(edge, 4) for edge in self.range95]
        found |= {"checkpoint": str(self.checkpoint), "system": self.system}
        if self.sketch_rnn:
            found["sketch_rnn"] = {name: round(value, 4) for name, value in asdict(self.sketch_rnn).items()}
        if self.real:
            found["real"] = asdict(self.real)
            found["drawn"] = [asdict(sample) for sample in self.drawn]
            found["novelty"] = asdict(self.novelty) if self.novelty else None
        return found


@dataclass(frozen=True)
class Reference:
    """The real drawings of a category that networks are held against."""

    files: Sequence[Path]
    corpus: Corpus  # of the split that is scored
    normalisation: Normalisation | None = None  # None: nats alone are asked for


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Evaluates what checkpoints draw, each in the same way."""

    resamples: int  # for the range of the nats; 0 leaves it out
    seeds: range  # of the drawings asked of each subject at each of `temperatures`
    temperatures: Sequence[Temperatures]
    classifier: Classifier | None
    skip_bad: bool = False

    def evaluate(self, subjects: Sequence[Subject], against: Sequence[Reference]) -> Iterator[Evaluation]:
        """Scores of some subjects of one checkpoint, each against its own drawings.

        With a normalisation also sketch-rnn's loss, drawings beside real ones, and how new they are.
        """
        corpus = Corpus.joined([reference.corpus for reference in against])
        together = scores_of(subjects[0].checkpoint, corpus, [subject.number for subject in subjects])
        for i, (subject, reference) in enumerate(zip(subjects, against, strict=True)):
            scores = together.of(corpus.category == i)
            between = scores.interval(resamples=self.resamples) if self.resamples else None
            checkpoint, own = subject.checkpoint, reference.corpus
            about = (checkpoint.folder, subject.card.name, checkpoint.card.system, len(own), own.points)
            found = Evaluation(*about, scores.nats(), between)
            yield found if reference.normalisation is None else self._in_full(found, subject, reference)

    def _in_full(self, found: Evaluation, subject: Subject, against: Reference) -> Evaluation:
        assert against.normalisation is not None
        loss = sketch_rnn_loss(subject, against.corpus, against.normalisation)
        made = [self._made(subject, asked) for asked in self.temperatures]
        drawn = tuple(self._sample(subject, *its) for its in made)
        novelty = self._novelty(made[0][-1], against)
        return replace(found, sketch_rnn=loss, real=self._real(subject, against), drawn=drawn, novelty=novelty)

    def _real(self, subject: Subject, against: Reference) -> Sample:
        recognised = None
        if self.classifier:
            name = matching_name(subject.card.name, self.classifier.names)
            drawings = held_out({name: against.files}, name, skip_bad=self.skip_bad)
            recognised = recognisability(self.classifier, drawings, name)
        corpus = against.corpus
        return Sample(None, None, traits([corpus.drawing(i) for i in range(len(corpus))]), recognised)

    def _novelty(self, made: Sequence[Drawing], against: Reference) -> Novelty | None:
        training: list[Array] = []
        others: list[Array] = []
        for path in against.files:
            for sketch in read_drawings(path, skip_bad=self.skip_bad):
                (training if split_of(sketch.stroke5) == "train" else others).append(sketch.stroke5)
        return novelty([drawing.stroke5 for drawing in made], others, training)

    def _made(self, subject: Subject, asked: Temperatures) -> Made:
        temp_xy, temp_p = asked or (subject.card.temp_xy, subject.card.temp_p)
        return temp_xy, temp_p, sample_drawings(subject, self.seeds, temp_xy=temp_xy, temp_p=temp_p)

    def _sample(self, subject: Subject, temp_xy: float, temp_p: float, made: Sequence[Drawing]) -> Sample:
        drawings = [drawing.stroke5 for drawing in made]
        recognised = None
        if self.classifier:
            name = matching_name(subject.card.name, self.classifier.names)
            recognised = recognisability(self.classifier, drawings, name)
        return Sample(temp_xy, temp_p, traits(drawings, ended=sum(drawing.ended for drawing in made)), recognised)
