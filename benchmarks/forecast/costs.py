"""What a service's work costs, in seconds, and how fast a device decodes: what a forecast is made from.

One process has one event loop, which reads requests and writes answers and messages, and one engine, whose thread
takes turns (`app/engine/`). A turn decodes some steps of all drawings that have a slot. On a CPU with one core for the
process (`shared`) decoding, event loop and the engine's own Python share it; else the device decodes beside both.
"""

from bisect import bisect_left
from pathlib import Path
from typing import Annotated, Self

from annotated_types import Ge, Gt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.errors import InkstreamError

Cost = Annotated[float, Ge(0)]


class ForecastError(InkstreamError):
    """A forecast cannot be made from what is given."""


class Frozen(BaseModel):
    """Values that are read from JSON; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read a JSON file. Raises ForecastError, which names it and what is wrong."""
        try:
            return cls.model_validate_json(file.read_bytes())
        except OSError as error:
            raise ForecastError(f"{file}: {error.strerror}") from None
        except ValidationError as error:
            wrong = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'all'}: {each['msg']}" for each in error.errors())
            raise ForecastError(f"{file}: {wrong}") from None


class Device(Frozen):
    """How fast a device decodes.

    `points_per_second`: by drawings side by side, as `python -m benchmarks decoding` has it. `shared`: event loop and
    engine run on it too, for it is a core. `name` says what it is, and how it was measured.
    """

    name: str
    points_per_second: Annotated[dict[int, Annotated[float, Gt(0)]], Field(min_length=1)]
    shared: bool = False

    def step_seconds(self, drawings: float) -> float:
        """Seconds of a step of so many drawings side by side: between and beyond those measured on straight lines."""
        sizes = sorted(self.points_per_second)
        seconds = [size / self.points_per_second[size] for size in sizes]
        if len(sizes) == 1:
            return seconds[0] * max(1.0, drawings / sizes[0])
        right = min(max(bisect_left(sizes, drawings), 1), len(sizes) - 1)
        slope = (seconds[right] - seconds[right - 1]) / (sizes[right] - sizes[right - 1])
        if drawings < sizes[0]:
            return seconds[0]
        return max(seconds[right] + slope * (drawings - sizes[right]), seconds[0])


class HostCosts(Frozen):
    """Seconds of one core for what Python does, and how much longer a step takes than on the device alone.

    Engine: `turn` of each turn, `seat` of each drawing in it, `begin` of each new one, `join` of each that comes back.
    Event loop: `request` of reading a request and writing its drawing, `handout` of each turn whose rows are handed
    out, `parcel` of the rows of each whole drawing in it, `message` of each message of a stream, `point` of each point
    in it, with its part of what the beginning and end of a drawing cost. `away`: what passes outside the service.
    `slice`: for which the system leaves the core to one thread while others want it.
    """

    turn: Cost
    seat: Cost
    begin: Cost
    join: Cost
    request: Cost
    handout: Cost
    parcel: Cost
    message: Cost
    point: Cost
    away: Cost = 0.0
    slice: Annotated[float, Gt(0)] = 0.004
    slower: Cost = 1.0


class Costs(Frozen):
    """All that a forecast needs to know of a process of the service, which has one core.

    `slots`: what its work costs instead of `host` where a device beside the core decodes, and holds the drawings in
    slots. `lengths`: steps of some real drawings.
    """

    host: HostCosts
    slots: HostCosts
    device: Device
    lengths: Annotated[tuple[Annotated[int, Ge(1)], ...], Field(min_length=1)]

    def on(self, device: Device) -> "Costs":
        """The same process with another device, which is as fast as it says."""
        host = self.host.model_copy(update={"slower": 1.0}) if device.shared else self.slots
        return self.model_copy(update={"host": host, "device": device})
