"""The figures by name. Importing this imports matplotlib."""

from collections.abc import Callable
from pathlib import Path

from training.figure import alike, sheets
from training.figure.belief import belief
from training.figure.growing import growing
from training.figure.representations import representations
from training.figure.request import Request
from training.figure.temperature import temperature

FIGURES: dict[str, Callable[[Request, Path], None]] = {
    "dataset": sheets.dataset,
    "representations": representations,
    "temperature": temperature,
    "pen-temperature": sheets.pen_temperature,
    "move-temperature": sheets.move_temperature,
    "systems": sheets.systems,
    "alike": alike.alike,
    "plane": alike.plane,
    "ways": alike.ways,
    "growing": growing,
    "belief": belief,
}
