"""`GET /metrics`: what Prometheus reads."""

from typing import Annotated

from fastapi import APIRouter, Depends
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import Response

from app.routes.openapi import problem_responses
from app.routes.service import Service, current_service
from app.routes.strict import only

router = APIRouter(tags=["health"])

ANSWER = {
    "description": "Prometheus's text format; docs/operate.md says what each metric means.",
    "content": {"text/plain": {"schema": {"type": "string"}, "example": "inkstream_points_total 42.0\n"}},
}


@router.get(
    "/metrics",
    summary="How is it doing?",
    response_class=Response,
    responses={200: ANSWER, **problem_responses(422)},
    dependencies=[Depends(only())],
)
async def metrics(service: Annotated[Service, Depends(current_service)]) -> Response:
    """Counters, gauges and histograms of the service, in Prometheus's text format."""
    if service.pools is not None:
        service.pools.measure()
    return Response(generate_latest(service.metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
