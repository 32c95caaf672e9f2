"""What a figure is made of: the options of the command, and what they lead to."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path

from model.checkpoint import Checkpoint, find_checkpoints, load_checkpoint, read_card
from model.drawing import Drawing
from model.names import match_key
from model.strokes import Array
from model.systems import SYSTEMS
from training.data.collection import files_by_category
from training.data.formats import read_drawings
from training.data.vector import svg_files
from training.errors import DataError, FigureError
from training.score.sampling import sample_drawings
from training.score.subject import Choice, Subject, choose, find

MOST = 2000  # real drawings that are looked at: distributions change no more beyond


@dataclass(frozen=True)
class Request:
    """Of which category, from which checkpoints and which real drawings, with which seed."""

    category: str
    checkpoints: Path
    data: Path | None
    seed: int

    @cached_property
    def subject(self) -> Subject:
        """The category as its default network draws it. Raises FigureError when nothing draws it."""
        choices = self._choices
        default = next((choice for choice in choices if choice.subjects[0].default), choices[0])
        return default.load()[0]

    def coded(self, name: str) -> Subject:
        """Something as a network with an encoder draws it. Raises FigureError where none does."""
        if not self.has_coded(name):
            raise FigureError(f"no checkpoint in {self.checkpoints} draws {name!r} by latent codes")
        folder, number = self._coded[match_key(name)]
        return Subject(_loaded(folder), number)

    def has_coded(self, name: str) -> bool:
        """Whether a network with an encoder draws it."""
        return match_key(name) in self._coded

    @cached_property
    def _coded(self) -> dict[str, tuple[Path, int]]:
        """Where each thing is that such a network draws, by the match key of its name."""
        cards = [(folder, read_card(folder)) for folder in find_checkpoints(self.checkpoints)]
        return {
            match_key(subject.name): (folder, number)
            for folder, card in reversed(cards)
            if card.latent
            for number, subject in enumerate(card.subjects)
        }

    def systems(self) -> list[Subject]:
        """The category by every system, in the order of the ladder. Raises FigureError when there is none."""
        return [choice.load()[0] for choice in sorted(self._choices, key=_rung)]

    @cached_property
    def _choices(self) -> list[Choice]:
        """The category, of each checkpoint that draws it."""
        there = find_checkpoints(self.checkpoints)
        folders = [folder for folder in there if find(read_card(folder), self.category) is not None]
        if not folders:
            raise FigureError(f"{self.checkpoints} has no checkpoint of {self.category!r}; --category names another")
        return choose(folders, [self.category])

    def drawn(self, subject: Subject, count: int, **temperatures: float) -> list[Drawing]:
        """So many drawings, at the card's temperatures where `temp_xy` or `temp_p` is not named."""
        recommended = {"temp_xy": subject.card.temp_xy, "temp_p": subject.card.temp_p}
        return sample_drawings(subject, range(self.seed, self.seed + count), **(recommended | temperatures))

    @cached_property
    def real(self) -> list[Array]:
        """Real drawings of the category, in the order of their file. Raises FigureError or DataError for none."""
        if self.data is None:
            raise FigureError("this figure shows real drawings: --data names a file of them, or a folder of such files")
        found = [sketch.stroke5 for sketch in islice(read_drawings(self._file(self.data)), MOST)]
        if not found:
            raise DataError(f"{self.data} holds no drawing")
        return found

    @property
    def counted(self) -> str:
        """How many real drawings there are, for a figure's note: all of the file, or the first `MOST` of them."""
        return f"{'the first ' if len(self.real) == MOST else ''}{len(self.real):,} drawings"

    def _file(self, path: Path) -> Path:
        if not path.is_dir() or svg_files(path):
            return path
        by_key = {match_key(name): files[0] for name, files in files_by_category(path).items()}
        try:
            return by_key[match_key(self.category)]
        except KeyError:
            raise FigureError(f"{path} has no file of {self.category!r}") from None


@lru_cache(maxsize=1)
def _loaded(folder: Path) -> Checkpoint:
    """A checkpoint that several drawings of a figure are made by."""
    return load_checkpoint(folder)


def _rung(choice: Choice) -> int:
    """Of the ladder; those of no preset follow."""
    system = choice.card.system
    return [*SYSTEMS, system].index(system)
