"""What a checkpoint says of itself: `card.json`, beside the weights."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Positive = Annotated[int, Field(gt=0)]
Temperature = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Pair = tuple[float, float]


class Nats(BaseModel):
    """Nats per point on the validation split, in pixels: see docs/scores.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    xy: float
    pen: float
    total: float


class DataPart(BaseModel):
    """One part of what a network was trained on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    count: Positive  # drawings
    licence: str


class Card(BaseModel):
    """The card of a checkpoint. Keys that it does not know are kept, so that later versions can add some."""

    model_config = ConfigDict(frozen=True, extra="allow")

    category: str
    slug: str
    system: str
    hidden: Positive
    mixtures: Annotated[int, Field(ge=0)]  # 1 where squared error was learnt: one normal of a fitted width
    layers: Positive = 1
    mean: Pair  # of the training split's offsets, pixels
    std: Pair
    max_points: Positive
    temp_xy: Temperature  # recommended
    temp_p: Temperature
    nats: Nats | None = None  # None: not scored yet
    data: tuple[DataPart, ...] = ()
    train_points: int | None = None  # that training learnt from, each as often as it was seen
    train_seconds: float | None = None  # that it took for it, validation left out
    command: str = ""
    commit: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    sha256: str = ""  # of model.pt
