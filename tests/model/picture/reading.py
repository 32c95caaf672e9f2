"""SVG as a viewer reads it: the curves of its paths, in the units of the view box."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import svgelements

from model.picture.curves import Floats

SVG = "{http://www.w3.org/2000/svg}"


def curves_of(text: str) -> list[list[Floats]]:
    """Of each path, of each subpath, its curves [s, 4, 2] as cubics."""
    found = []
    for group in ET.fromstring(text).iter(f"{SVG}g"):
        [scale] = re.findall(r"^scale\((\S+)\)$", group.attrib["transform"])
        found += [[float(scale) * part for part in subpaths(path.attrib["d"])] for path in group.iter(f"{SVG}path")]
    return found


def points_of(text: str) -> list[list[Floats]]:
    """Of each path, of each subpath, the points [m, 2] between its curves."""
    return [[np.concatenate([part[:1, 0], part[:, 3]]) for part in path] for path in curves_of(text)]


def subpaths(data: str) -> list[Floats]:
    """Of each subpath of path data its curves [s, 4, 2] as cubics."""
    found: list[list[list[complex]]] = []
    for piece in svgelements.Path(data):
        end = complex(piece.end)
        start = end if piece.start is None else complex(piece.start)
        match piece:
            case svgelements.Move():
                found.append([])
            case svgelements.Line():
                found[-1].append([start, start + (end - start) / 3, end - (end - start) / 3, end])
            case svgelements.QuadraticBezier():
                middle = complex(piece.control)
                found[-1].append([start, start + (middle - start) * 2 / 3, end + (middle - end) * 2 / 3, end])
            case svgelements.CubicBezier():
                found[-1].append([start, complex(piece.control1), complex(piece.control2), end])
    return [np.array(part).view(np.float64).reshape(-1, 4, 2) for part in found]
