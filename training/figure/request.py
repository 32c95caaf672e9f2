"""What a figure is made of: the options of the command, and what they lead to."""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from model.checkpoint import Checkpoint, find_checkpoints, load_checkpoint, read_card
from model.decode import Drawing
from model.names import match_key, slug
from model.strokes import Array
from model.systems import SYSTEMS
from training.data.collection import files_by_category
from training.data.formats import read_drawings
from training.data.vector import svg_files
from training.errors import DataError, FigureError
from training.score.sampling import sample_drawings

MOST = 2000  # real drawings that are looked at: distributions change no more beyond


@dataclass(frozen=True)
class Request:
    """Of which category, from which checkpoints and which real drawings, with which seed."""

    category: str
    checkpoints: Path
    data: Path | None
    seed: int

    @cached_property
    def checkpoint(self) -> Checkpoint:
        """The category's default. Raises FigureError when there is none."""
        folder = self.checkpoints / slug(self.category)
        if folder not in find_checkpoints(self.checkpoints):
            raise FigureError(f"{self.checkpoints} has no checkpoint {folder.name!r}; --category names another")
        return load_checkpoint(folder)

    def systems(self) -> list[Checkpoint]:
        """Every system of the category, in the order of the ladder. Raises FigureError when there is none."""
        wanted = slug(self.category)
        found = [path for path in find_checkpoints(self.checkpoints) if path.name.partition("@")[0] == wanted]
        if not found:
            raise FigureError(f"{self.checkpoints} has no checkpoint of {wanted!r}; --category names another")
        ladder = [*SYSTEMS]
        by_rung = {folder: read_card(folder).system for folder in found}
        found.sort(key=lambda path: ladder.index(by_rung[path]) if by_rung[path] in ladder else len(ladder))
        return [load_checkpoint(folder) for folder in found]

    def drawn(self, checkpoint: Checkpoint, count: int, **temperatures: float) -> list[Drawing]:
        """So many drawings, at the card's temperatures where `temp_xy` or `temp_p` is not named."""
        recommended = {"temp_xy": checkpoint.card.temp_xy, "temp_p": checkpoint.card.temp_p}
        return sample_drawings(checkpoint, range(self.seed, self.seed + count), **(recommended | temperatures))

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
