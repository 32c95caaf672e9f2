"""What a checkpoint says of itself: `card.json`, beside the weights."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from model.latent import from_text
from model.names import match_key

FORMAT = 2  # that this version reads and writes

Positive = Annotated[int, Field(gt=0)]
MAX_TEMPERATURE = 10.0  # that may be recommended, or asked for: at 10 a drawing is noise already
SEEDS = 2**53  # there are so many, from 0: integers below it are exact in JavaScript's numbers
LONGEST_NAME = 100  # that can be asked for: similarity is not sought for longer ones, since it takes quadratic time

Temperature = Annotated[float, Field(ge=0, le=MAX_TEMPERATURE, allow_inf_nan=False)]
Name = Annotated[str, Field(max_length=LONGEST_NAME)]
Share = Annotated[float, Field(ge=0, le=1)]
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


class SubjectCard(BaseModel):
    """What can be asked of a network: one of the things that it draws. Keys that it does not know are kept."""

    model_config = ConfigDict(frozen=True, extra="allow")

    name: Name
    slug: Name
    max_points: Positive
    least_points: Annotated[int, Field(ge=0)] = 0  # before which one that somebody began is not held for finished
    temp_xy: Temperature  # recommended
    temp_p: Temperature
    default: bool = False  # whether this network draws it where a request names no system
    aliases: tuple[str, ...] = ()  # other names that it is known by
    group: str = ""  # of things, for those who look around
    styles: tuple[str, ...] = ()  # latent codes (`model.latent`), of which each drawing has one; none: drawn without
    seed: Annotated[int, Field(ge=0, lt=SEEDS)] = 0  # of a drawing that shows it well
    nats: Nats | None = None  # None: not scored yet
    recognised: Share | None = None  # top-1 of its drawings at the recommended temperatures
    real: Share | None = None  # top-1 of people's, by the same classifier

    def style_of(self, seed: int) -> str | None:
        """The latent code that the drawing of a seed has, where nobody asks for another; None for none."""
        return self.styles[seed % len(self.styles)] if self.styles else None


class Card(BaseModel):
    """The card of a checkpoint. Keys that it does not know are kept, so that later versions can add some."""

    model_config = ConfigDict(frozen=True, extra="allow")

    format: Literal[2] = 2
    system: Name
    hidden: Positive
    mixtures: Annotated[int, Field(ge=0)]  # 1 where squared error was learnt: one normal of a fitted width
    latent: Annotated[int, Field(ge=0)] = 0  # length of the latent code; 0 without an encoder
    mean: Pair  # of the training split's offsets, pixels
    std: Pair
    subjects: Annotated[tuple[SubjectCard, ...], Field(min_length=1)]  # in the order of their numbers
    nats: Nats | None = None  # over all subjects; None: not scored yet
    data: tuple[DataPart, ...] = ()
    train_points: int | None = None  # that training learnt from, each as often as it was seen
    train_seconds: float | None = None  # that it took for it, validation left out
    command: str = ""
    commit: str = ""
    versions: dict[str, str] = Field(default_factory=dict)
    sha256: str = ""  # of model.pt

    @model_validator(mode="after")
    def _styles_fit(self) -> Self:
        """Every style is a latent code of the network."""
        for subject in self.subjects:
            for style in subject.styles:
                from_text(style, self.latent)
        return self

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        """Each name, and each alias, is matched by one subject only."""
        taken: dict[str, str] = {}
        for subject in self.subjects:
            for name in (subject.name, subject.slug):
                if taken.setdefault(match_key(name), subject.name) != subject.name:
                    raise _clash(name, subject.name, taken[match_key(name)])
        if len({subject.name for subject in self.subjects}) < len(self.subjects):
            twice = next(s.name for i, s in enumerate(self.subjects) if s.name in {t.name for t in self.subjects[:i]})
            raise PydanticCustomError("twice", "the subject {name} is there twice", {"name": repr(twice)})
        for subject in self.subjects:
            for alias in subject.aliases:
                if taken.setdefault(match_key(alias), subject.name) != subject.name:
                    raise _clash(alias, subject.name, taken[match_key(alias)])
        return self

    @property
    def subject(self) -> SubjectCard:
        """The only subject of a network that has one."""
        assert len(self.subjects) == 1
        return self.subjects[0]


def _clash(name: str, of: str, other: str) -> PydanticCustomError:
    return PydanticCustomError(
        "names",
        "{name}, a name of the subject {of}, is matched like a name of {other}",
        {"name": repr(name), "of": repr(of), "other": repr(other)},
    )
