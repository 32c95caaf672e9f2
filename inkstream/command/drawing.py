"""`inkstream draw`: a picture in a file, or on standard output."""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, cast, get_args, get_origin

from inkstream import calls
from inkstream.command.client import add_service, client_of
from inkstream.command.given import drawing_in
from inkstream.command.refusal import Mistake, option
from inkstream.files import form_of, write

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from inkstream.calls import Wish
    from inkstream.client import Client

DESCRIPTION = "Draw a picture, in the form that the name of the file ends with."
PIXELS = ("png", "gif", "webp")
OUT = "-"  # standard output
HIDDEN = ("fresh", "n", "v")  # parameters for caches and for drawings that lie ready
TOLD = {  # parameters that the service describes for those who ask by HTTP
    "at": "other temperatures after so many points: 12:1.6 is temp_xy, 12:,0.5 is temp_p, 12:1.6;30:0.4 is two changes",
    "best": "draw so many, up to 8, and keep the one that is recognised best (default: 1)",
    "closeness": "with --like: how near to it, from 0 (any of the category) to 1 (as near as it can) (default: 0.75)",
    "color": "colour of the lines as CSS writes it, such as teal, #077 or rgb(0 119 119)",
    "count": "so many drawings, of seeds one after the other: a sheet, or a list",
    "format": "form of the picture (default: what FILE ends with, else svg)",
    "latent": "latent code to draw by, which JSON has as latent (default: none, or one that the seed picks)",
    "like": "draw others like this: a file with a drawing (SVG, JSON, ndjson), or the seed of one of ours",
    "seed": "a number from 0 to 2^53 - 1, or any text; the same seed draws the same (default: random)",
    "system": "which of the category's networks draws (default: the category's own)",
    "temp_p": "temperature of the pen, 0 to 10: how freely lines and the drawing end (default: the recommended one)",
    "temp_xy": "temperature of the moves, 0 to 10: how boldly the pen moves (default: the recommended one)",
}
METAVARS = {"like": "FILE", "seed": "TEXT"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to draw, how, and where to; each parameter that the service has for it is an option."""
    from app.formats.picture.look import LookQuery  # noqa: PLC0415 - half a second, which other commands do without
    from app.formats.query import DrawQuery  # noqa: PLC0415 - the same

    parser.add_argument("category", help="what to draw, such as penguin; surprise is any of them")
    parser.add_argument("-o", "--out", default=OUT, metavar="FILE", help="where to; - is standard output (default: -)")
    drawing, picture = parser.add_argument_group("drawing"), parser.add_argument_group("picture")
    for name, field in DrawQuery.model_fields.items():
        if name not in HIDDEN:
            _add(picture if name in LookQuery.model_fields else drawing, name, field)
    add_service(parser)
    parser.set_defaults(looks=sorted(LookQuery.model_fields), wishes=sorted(DrawQuery.model_fields))


def run(args: argparse.Namespace) -> int:
    """Draw. Raises OSError and InkstreamError."""
    try:
        form = args.format or ("svg" if args.out == OUT else form_of(Path(args.out)))
        seeds = {name: calls.number_of(getattr(args, name)) for name in _seeds(args)}
    except ValueError as error:
        raise Mistake(str(error)) from error
    if args.out == OUT and form in PIXELS and sys.stdout.isatty():
        raise Mistake(f"a {form.upper()} is nothing for a terminal: name a file with -o, or send it on")
    with client_of(args) as client:
        content = _drawn(client, args, form, seeds)
    if args.out == OUT:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        write(Path(args.out), content)
    return 0


def _seeds(args: argparse.Namespace) -> list[str]:
    """The options that name seeds; `--like` may name a file."""
    return [name for name in ("seed", "like") if getattr(args, name) and (name == "seed" or args.like.isdecimal())]


def _drawn(client: "Client", args: argparse.Namespace, form: str, seeds: dict[str, int]) -> bytes:
    look = dict(_said(args, args.looks, but=("format",)))
    wish = dict(_said(args, args.wishes, but=("seed", "count", "like", *args.looks)))
    if args.like is None or "like" in seeds:
        return client.send(calls.draw(args.category, count=args.count, **seeds, **wish).written(form, look))
    given, seed = drawing_in(Path(args.like)), seeds.get("seed")
    if args.count is None:
        return client.like(args.category, given, seed=seed, **cast("Wish", wish)).content(form, **look)
    return client.send(calls.like(args.category, given, seed=seed, count=args.count, **wish).written(form, look))


def _said(args: argparse.Namespace, names: list[str], *, but: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The options of these names that were given."""
    for name in names:
        if name not in but and getattr(args, name, None) is not None:
            yield name, getattr(args, name)


def _add(group: argparse._ArgumentGroup, name: str, field: "FieldInfo") -> None:
    """An option for a parameter of the service, which says itself what is wrong with a value."""
    told = TOLD.get(name) or _as_help(field.description or "")
    told = told.replace("%", "%%")
    kinds = list(_kinds(field.annotation))
    if bool in kinds:
        group.add_argument(option(name), action=argparse.BooleanOptionalAction, default=None, help=told)
        return
    choices = [value for kind in kinds if get_origin(kind) is Literal for value in get_args(kind)]
    metavar = None if choices else METAVARS.get(name) or _metavar(kinds)
    group.add_argument(option(name), choices=choices or None, metavar=metavar, help=told)


def _as_help(description: str) -> str:
    """What the service says of a parameter, as help has it: without marks, and the default at the end, in brackets."""
    told = description.removeprefix("Pictures only: ").replace("`", "")
    told = re.sub(r"\.? Default: (.*?)\.?$", r" (default: \1)", told).removesuffix(".")
    return told[:1].lower() + told[1:] if told[1:2].islower() else told


def _metavar(kinds: list[object]) -> str:
    return "N" if int in kinds else "X" if float in kinds else "TEXT"


def _kinds(annotation: object) -> Iterator[object]:
    """The types that an annotation is a choice of, without what stands beside them."""
    if get_origin(annotation) in (Union, UnionType):
        for each in get_args(annotation):
            yield from _kinds(each)
    elif hasattr(annotation, "__metadata__"):
        yield from _kinds(get_args(annotation)[0])
    else:
        yield annotation
