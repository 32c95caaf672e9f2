"""The application: routes, errors, middleware, and a service that lives as long as it runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI

from app.engine.garbage import collect_at_rest
from app.engine.metrics import Metrics
from app.formats import problems
from app.formats.between import BetweenBody
from app.formats.render import DrawingBody, DrawingsBody
from app.middleware.api_keys import KeyGate
from app.middleware.body_limit import BodyLimit
from app.middleware.cross_origin import CrossOrigin
from app.middleware.fair_starts import FairStarts
from app.middleware.forwarded import Forwarded
from app.middleware.head_as_get import HeadAsGet
from app.middleware.header_limit import HeaderLimit
from app.middleware.host_check import HostCheck
from app.middleware.relative_redirects import RelativeRedirects
from app.middleware.security_headers import SecurityHeaders
from app.middleware.telemetry import Telemetry
from app.routes import (
    categories,
    drawings,
    events,
    health,
    monitoring,
    socket,
    thumbnails,
)
from app.routes.address import seeded
from app.routes.alike import between, likenesses
from app.routes.docs import docs_router
from app.routes.given import completions, finished, guesses
from app.routes.openapi import ask_for_keys, share_schemas
from app.routes.page import page_router
from app.routes.service import Service
from app.settings import Settings

DESCRIPTION = """Neural networks that draw. `GET /draw/penguin` answers with a drawing that nobody drew before.

Every error is a problem document (RFC 9457, `application/problem+json`)."""


def create_app(settings: Settings, metrics: Metrics | None = None) -> FastAPI:
    """The web application for these settings; checkpoints are loaded when it starts.

    `metrics`: where the process counts what is no request's.
    """
    metrics = Metrics() if metrics is None else metrics

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.service = Service(settings, metrics)
        await app.state.service.start()
        collecting = asyncio.create_task(collect_at_rest(app.state.service.engine.is_idle))
        yield
        collecting.cancel()
        await app.state.service.stop()

    app = FastAPI(
        title="Inkstream",
        description=DESCRIPTION,
        version=_version(),
        lifespan=lifespan,
        openapi_url=None,  # ours, as are the pages
    )
    for routes in (
        drawings,
        seeded,
        completions,
        finished,
        guesses,
        likenesses,
        between,
        events,
        socket,
        categories,
        thumbnails,
        health,
        monitoring,
    ):
        app.include_router(routes.router)
    for pages in (docs_router(app), page_router()):
        app.include_router(pages)
    share_schemas(app, problems.Problem, DrawingBody, DrawingsBody, BetweenBody)
    problems.add_handlers(app)
    _add_middleware(app, settings, metrics)
    return app


def _add_middleware(app: FastAPI, settings: Settings, metrics: Metrics) -> None:
    """What every request passes through; the last one added is the first that it meets."""
    app.add_middleware(BodyLimit, limit=settings.max_message)
    app.add_middleware(HeadAsGet)
    app.add_middleware(RelativeRedirects)
    if settings.api_keys:
        app.add_middleware(KeyGate, keys=settings.api_keys)
        ask_for_keys(app)
    app.add_middleware(HostCheck, allowed=settings.hosts)
    app.add_middleware(SecurityHeaders, open_to_pages=not settings.api_keys)
    app.add_middleware(CrossOrigin, origins=settings.origins, keys=bool(settings.api_keys))
    app.add_middleware(HeaderLimit)
    app.add_middleware(Telemetry, metrics=metrics)
    app.add_middleware(FairStarts, rests=settings.client_share < 1)
    app.add_middleware(Forwarded, trusted_hosts=list(settings.proxies), root_path=settings.root_path)


def _version() -> str:
    try:
        return version("inkstream")
    except PackageNotFoundError:  # a checkout that is run without being installed
        return "0"
