"""`POST /recognise`: what a drawing shows."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.formats.guesses import Guesses, RecognitionRequest, guesses
from app.middleware.api_keys import client_name
from app.routes.disconnect import unless_gone
from app.routes.given.seeing import see
from app.routes.openapi import problem_responses
from app.routes.service import Service, current_service
from app.routes.strict import only

router = APIRouter(tags=["drawings"])


@router.post(
    "/recognise",
    summary="Recognise a drawing",
    response_model=Guesses,
    responses=problem_responses(400, 413, 415, 422, 429, 500, 503),
    dependencies=[Depends(only())],
)
async def recognise(
    request: Request, body: RecognitionRequest, service: Annotated[Service, Depends(current_service)]
) -> Response:
    """What a drawing may show, finished or not: the likeliest categories, and whether the first is likely right."""
    await service.rates.spend(*client_name(request), 1)
    found = await unless_gone(request, see(service, body))
    content = orjson.dumps(guesses(found, body.top))
    return Response(content, media_type="application/json", headers={"Cache-Control": "no-store"})
