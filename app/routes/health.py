"""`GET /healthz` and `GET /readyz`: for programs that start, watch and route to the service."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from app.routes.openapi import problem_responses
from app.routes.service import Service, current_service
from app.routes.strict import only

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """The service draws."""

    status: Literal["ready"] = "ready"
    categories: int


@router.get(
    "/healthz", summary="Is the process alive?", responses=problem_responses(422, 503), dependencies=[Depends(only())]
)
async def healthz(service: Annotated[Service, Depends(current_service)]) -> Alive:
    """200 as long as the process answers at all; 503 once its GPU failed, so that only a new process can draw."""
    service.check()
    return Alive()


@router.get("/readyz", summary="Can it draw?", responses=problem_responses(422, 503), dependencies=[Depends(only())])
async def readyz(service: Annotated[Service, Depends(current_service)]) -> Readiness:
    """200 once the checkpoints are loaded and warm; 503 before that, if none could be loaded, and once it stops."""
    return Readiness(categories=len(service.ready()))
