"""`POST /complete/{category}`: finish my drawing; `POST /complete`: whatever it is."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from app.catalogue.catalogue import Category
from app.engine.request import DrawRequest
from app.errors import Invalid
from app.formats.given import Fitted, Given
from app.formats.guesses import TOP, Guesses, guesses
from app.formats.query import CodedWish
from app.formats.rows import rows_json
from app.formats.steering import text_of
from app.middleware.api_keys import client_name
from app.routes.disconnect import unless_gone
from app.routes.drawing_answer import CATEGORY_ANSWER, CATEGORY_HEADER
from app.routes.given.seeing import see
from app.routes.openapi import problem_responses
from app.routes.order import order
from app.routes.service import Service, current_service
from app.routes.strict import only
from model.drawing import Drawing

router = APIRouter(tags=["drawings"])

MOST_POINTS = 100_000  # given ones in all endings of an answer: three megabytes of it
FEW_POINTS = 500  # of those, which are written in less time than a thread takes


class Completion(Given, CodedWish):
    """What to finish, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(1, ge=1, description="How many endings, of seeds one after the other.")


class Completed(BaseModel):
    """One finished drawing, in the coordinates of the request."""

    seed: int = Field(description="Ask for it, with the same strokes and temperatures, to get this ending again.")
    seed_text: str | None = Field(None, description="The text that the seed stands for, if it does.")
    temp_xy: float = Field(description="Temperature of the moves.")
    temp_p: float = Field(description="Temperature of the pen.")
    at: str | None = Field(
        None, description="How both change on the way, as in the request; the key is not there where they do not."
    )
    points: int = Field(description="Points that were added.")
    ended: bool = Field(description="Whether the network ended the drawing; false where it was cut off.")
    strokes: list[list[tuple[float, float]]] = Field(
        description="The whole drawing as lines: first those that were given, point for point, then the added ones."
    )
    stroke5: list[tuple[float, float, int, int, int]] = Field(
        description="The whole drawing as rows `[dx, dy, p1, p2, p3]`, the given ones first, the end row last."
    )
    given_strokes: int = Field(description="How many of `strokes` were given; the last may be gone on with.")
    given_rows: int = Field(description="How many rows of `stroke5` are those that were given.")


class Completions(BaseModel):
    """The finished drawings."""

    category: str = Field(description="What is drawn.", examples=["penguin"])
    drawings: list[Completed]


class SeenCompletions(Completions, Guesses):
    """The finished drawings, and what the given strokes were taken for."""


@router.post(
    "/complete",
    summary="Finish whatever it is",
    response_model=SeenCompletions,
    responses={200: CATEGORY_ANSWER, **problem_responses(400, 404, 413, 415, 422, 429, 500, 503)},
    dependencies=[Depends(only())],
)
async def complete_seen(
    request: Request, body: Completion, service: Annotated[Service, Depends(current_service)]
) -> Response:
    """The same without a category: the service finishes the drawing as what it takes it for, sure or not."""
    _check_size(body)
    found = await unless_gone(request, see(service, body))
    category = next((each.category for each in found if _draws(each.category, body.system)), found[0].category)
    return await _finish(request, service, category.slug, body, guesses(found, TOP))


@router.post(
    "/complete/{category}",
    summary="Finish a drawing",
    response_model=Completions,
    responses={200: CATEGORY_ANSWER, **problem_responses(400, 404, 413, 415, 422, 429, 500, 503)},
    dependencies=[Depends(only())],
)
async def complete(
    request: Request,
    category: Annotated[str, Path(description="What it is, matched as in /draw.", examples=["penguin"])],
    body: Completion,
    service: Annotated[Service, Depends(current_service)],
) -> Response:
    """One or several endings of a drawing that was begun; the given part stays as it is, in its own coordinates."""
    _check_size(body)
    return await _finish(request, service, category, body, {})


def _check_size(body: Completion) -> None:
    if body.points() * body.count > MOST_POINTS:
        most = MOST_POINTS // body.points()
        raise Invalid(
            [("count", f"Should be less than or equal to {most} with so many points: all are in each ending")]
        )


def _draws(category: Category, system: str | None) -> bool:
    """Whether a category is drawn by a system, or by default."""
    return (category.default if system is None else system) in category.systems


async def _finish(
    request: Request, service: Service, category: str, body: Completion, told: dict[str, object]
) -> Response:
    """The endings as an answer, with what else is `told` in it."""
    wanted, fitted = await order(service, request, category, body, count=body.count, given=body)
    if fitted is None:
        raise Invalid([("strokes", "Should be given, or stroke5")])
    client, points = client_name(request), body.points() * body.count
    draw, write = partial(service.draw, client, wanted), partial(_written, wanted, fitted, told)
    if points <= FEW_POINTS:  # quicker than handing it to a thread
        content = write(await unless_gone(request, draw()))
    else:
        cost = points // FEW_POINTS
        content = await unless_gone(request, service.picture(client, draw, write, cost))
    headers = {"Cache-Control": "no-store", CATEGORY_HEADER: quote(wanted[0].subject.card.slug)}
    return Response(content, media_type="application/json", headers=headers)


def _written(
    wanted: Sequence[DrawRequest], fitted: Fitted, told: dict[str, object], drawings: Sequence[Drawing]
) -> bytes:
    finished = [_completed(asked, drawing, fitted) for asked, drawing in zip(wanted, drawings, strict=True)]
    return orjson.dumps({"category": wanted[0].subject.card.name, **told, "drawings": finished})


def _completed(asked: DrawRequest, drawing: Drawing, fitted: Fitted) -> dict[str, object]:
    drawn = drawing.stroke5[len(fitted.fitted) :]
    rows, lines = fitted.whole(drawn)
    return {
        "seed": asked.seed,
        **({} if asked.seed_text is None else {"seed_text": asked.seed_text}),
        "temp_xy": asked.temp_xy,
        "temp_p": asked.temp_p,
        **({"at": text_of(asked.changes)} if asked.changes else {}),
        "points": len(drawn) - 1,
        "ended": drawing.ended,
        "strokes": lines,
        "stroke5": orjson.Fragment(rows_json(rows)),
        "given_strokes": len(fitted.lines),
        "given_rows": len(fitted.rows),
    }
