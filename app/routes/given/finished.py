"""`GET /complete/{category}`: a drawing that somebody began, finished, at an address: for links and `<img>`."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.engine.request import DrawRequest
from app.errors import Invalid
from app.formats.given import Given
from app.formats.given_text import GivenText, lines_of
from app.formats.negotiation import MEDIA_TYPES, Format
from app.formats.picture.look import PICTURES, LookQuery
from app.formats.query import CodedWish, Version
from app.formats.render import cost, sized, whole
from app.formats.seed import SeedValue
from app.middleware.api_keys import client_name
from app.routes.address.paths import category_and_form, names_form
from app.routes.address.pinning import KEEP_SECONDS, Pin, quoted, version_of
from app.routes.disconnect import unless_gone
from app.routes.drawing_answer import ANSWER, CATEGORY_HEADER, drawing_answer
from app.routes.drawings import drawn_body
from app.routes.openapi import problem_responses
from app.routes.order import order
from app.routes.service import Service, current_service
from app.routes.strict import only
from model.picture.layout import alone
from model.picture.look import Look
from model.simplify import SIDE
from model.strokes import from_polylines

router = APIRouter(tags=["drawings"])


class FinishedQuery(CodedWish, LookQuery):
    """What may follow the `?` of a drawing that somebody began."""

    given: GivenText
    finish: bool = Field(True, description="Whether the network goes on; `false` is a picture of your lines alone.")
    v: Version = None

    def check(self) -> None:
        """Raises Invalid for parameters that do not go together."""
        if self.v is not None and self.seed is None:
            raise Invalid([("v", "Goes with a seed: without one each drawing is another")])
        for name in sorted(self.model_fields_set & CodedWish.model_fields.keys() - {"system"}):
            if not self.finish:
                raise Invalid([(name, "Says how the network draws, and with finish=false it does not")])


@router.get(
    "/complete/{category}",
    summary="Show a finished drawing",
    response_class=Response,
    responses={
        200: ANSWER,
        304: {"description": "The drawing that If-None-Match names is still the one."},
        **problem_responses(404, 406, 422, 429, 500, 503),
    },
    dependencies=[Depends(only(*FinishedQuery.model_fields))],
)
async def finished(
    request: Request,
    category: Annotated[
        str, Path(description="What it is, matched as in /draw; an extension may follow.", examples=["cat.png"])
    ],
    query: Annotated[FinishedQuery, Query()],
    service: Annotated[Service, Depends(current_service)],
) -> Response:
    """Your lines and what the network adds to them, as one picture, or in any other form of `/draw`."""
    query.check()
    category, form = await category_and_form(request, service, category, query.format)
    look = query.look(form, several=False)
    if not query.finish:
        return await _unfinished(request, service, category, query, form, look)
    wanted = await _order(service, request, category, query)
    draw = partial(service.draw, client_name(request), wanted)
    made, body = await unless_gone(request, drawn_body(request, wanted, draw, form, look, several=False))
    pin = partial(_pin, service, query)
    return drawing_answer(request, [each for each, _ in made], form, body, "bypass", pin=pin)


async def _order(service: Service, request: Request, category: str, query: FinishedQuery) -> list[DrawRequest]:
    """As `order`, by the name that the lines have in the address."""
    try:
        given = Given(strokes=lines_of(query.given), size=SIDE)
        return (await order(service, request, category, query, given=given))[0]
    except Invalid as error:
        renamed = [("given" if name == "strokes" else name, problem) for name, problem in error.problems]
        raise Invalid(renamed, error.known) from None


async def _unfinished(
    request: Request, service: Service, category: str, query: FinishedQuery, form: Format, look: Look
) -> Response:
    """The given lines as they are, as a picture."""
    if form not in PICTURES:
        raise Invalid([("finish", f"Is false for pictures only, and the answer is {form.upper()}")])
    card = (await service.library.subject(category, query.system)).card
    client = client_name(request)
    await service.rates.spend(*client, 1)

    def write() -> bytes:
        rows, shown = from_polylines(lines_of(query.given)), sized(look, form)
        return whole(form, alone(rows, shown), shown, card.name if look.title else "")

    async with service.turn(client, cost(form, 1, look)) as lane:
        body = await lane.run(write)
    headers = {
        CATEGORY_HEADER: quoted(card.slug),
        "Cache-Control": f"public, max-age={KEEP_SECONDS}",
        **({} if names_form(request) else {"Vary": "Accept"}),
    }
    return Response(body, media_type=MEDIA_TYPES[form], headers=headers)


def _pin(service: Service, query: FinishedQuery, first: DrawRequest) -> tuple[Pin, str | None]:
    """The address at which it stays as it is, and the version of what was asked for."""
    subject = first.subject
    version = version_of(service, subject)
    said = {"seed": str(first.seed), "temp_xy": str(first.temp_xy), "temp_p": str(first.temp_p)}
    said["system"] = quoted(subject.system)
    pin = Pin(
        f"/complete/{quoted(subject.card.slug)}",
        version,
        said,
        texts={"seed": SeedValue(first.seed, first.seed_text)},
    )
    return pin, None if query.seed is None else version
