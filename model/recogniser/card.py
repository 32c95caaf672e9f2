"""What a recogniser says of itself: `card.json`, beside its archive."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from model.card import DataPart, Name, Positive, Share
from model.errors import CheckpointCorrupt, CheckpointOutdated
from model.files import card_content, json_of, kind_of, validated

FORMAT = 2
RECOGNISES = "recogniser"  # the kind of such a checkpoint


class Score(BaseModel):
    """How it does on the first part of the strokes of held-out drawings of people, all categories among them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    part: Share  # of a drawing's strokes, rounded up
    drawings: Positive
    top1: Share
    top5: Share
    top1_by_category: Share  # mean over the categories, each counting alike
    calibration_error: Share  # mean distance of how sure it is from how often it is right (`docs/recogniser.md`)


class RecogniserCard(BaseModel):
    """The card of a recogniser. Keys that it does not know are kept, so that later versions can add some."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: Literal["recogniser"] = "recogniser"
    format: Literal[2] = 2
    names: Annotated[tuple[Name, ...], Field(min_length=2)]  # of the categories, in the order of their numbers
    size: Positive  # of the picture, pixels a side
    widths: tuple[Positive, ...]  # channels after each halving, of the picture
    path_widths: tuple[Positive, ...]  # and of the path
    data: tuple[DataPart, ...] = ()
    scores: tuple[Score, ...] = ()  # empty: not scored yet
    train_drawings: int | None = None  # that training learnt from, each as often as it was seen
    train_seconds: float | None = None
    command: str = ""
    commit: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    sha256: str = ""  # of model.pt


def read_recogniser_card(folder: Path) -> RecogniserCard:
    """The card in a folder.

    Raises CheckpointMissing, CheckpointCorrupt for none or one of another kind, or CheckpointOutdated.
    """
    content = card_content(folder)
    if (kind := kind_of(folder)) != RECOGNISES:
        raise CheckpointCorrupt(f"{folder} is of the kind {kind!r}, and recognises nothing")
    found = json_of(content).get("format", FORMAT)
    if found != FORMAT:
        how = f": `python -m training export {folder} --out DIR` brings it over" if found == 1 else ""
        raise CheckpointOutdated(
            f"{folder} is a recogniser of format {found!r}, and this version reads format {FORMAT}{how}"
        )
    return validated(RecogniserCard, folder, content)
