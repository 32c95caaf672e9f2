from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from app.formats.problems import add_handlers
from app.formats.query import DrawQuery
from app.routes.address.quick_route import QuickRoute
from app.routes.strict import only

QUERIES = [
    "",
    "seed=7",
    "seed=%20a+b%C3%A9%0A&n=&v=",
    "temp_xy=-0&temp_p=1e-1&count=2&fresh=on&title=OFF",
    "size=80mm&color=%23f00&at=3:1&like=ada&best=2",
    "seed=",
    "count=1.0",
    "count=1.5",
    "size",
    "square=2",
    "seed=1&seed=1",
    "sede=1",
    "color=rgb(1+2+3+/+50%25)&%00=1",
    "=",
    "&&seed=3",
    "n=%FF",
]


@pytest.fixture(scope="module")
def both() -> TestClient:
    """A route that says back what it was asked, twice: a quick one, and as FastAPI makes it."""

    async def nobody() -> None:
        return None

    async def echo(
        request: Request, query: Annotated[DrawQuery, Query()], service: Annotated[None, Depends(nobody)]
    ) -> Response:
        return Response(repr((request.method, query, service)))

    app = FastAPI()
    app.state.service = None
    add_handlers(app)
    for path, kind in (("/quick", QuickRoute), ("/slow", APIRoute)):
        router = APIRouter(route_class=kind, dependencies=[Depends(only(*DrawQuery.model_fields))])
        router.get(path)(echo)
        app.include_router(router)
    return TestClient(app)


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_says_the_same_either_way(both: TestClient, query: str) -> None:
    """What is good is read alike, and what is not is refused in the same words."""
    quick, slow = both.get(f"/quick?{query}"), both.get(f"/slow?{query}")
    assert (quick.status_code, quick.text) == (slow.status_code, slow.text.replace("/slow", "/quick"))
