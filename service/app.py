"""The application factory: settings → FastAPI, with all that lives as long as the application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI

from extractor import __version__
from extractor.corrections import correct
from extractor.store import Patience, open_store, prepare
from service import openapi, page, problems, security
from service.context import Service
from service.headers import Envelope
from service.indexing import Indexer
from service.limits import Addresses, Lanes, Limits
from service.metrics import Metrics
from service.page.render import problem
from service.progress import Progress
from service.queue import Queue
from service.receiving import Receiving
from service.roles import Roles
from service.routes import ROUTERS
from service.security import Guard, Logins
from service.settings import ServiceSettings
from service.strict import known_parameters
from service.workers import Pool

_PATIENCE = Patience(seconds=20, most=16)
"""Of requests that write to SQLite: of the threads that answer requests, some must be left for those that read."""


def create_app(settings: ServiceSettings) -> FastAPI:
    """Return the application; it opens, and where needed makes or upgrades, its database when it starts."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        url = settings.extractor.database_url
        prepare(url)
        with open_store(url, correct) as store:
            security.check_address(settings, store)
            with Indexer(store.search_index()), Queue(store, settings) as queue:
                async with Pool(settings) as pool:
                    metrics.watch(pool)
                    asked = store.with_patience(_PATIENCE)
                    progress = Progress(asked.jobs(), settings.max_streams)
                    receiving = Receiving(settings)
                    app.state.service = Service(
                        settings, asked, pool, queue, metrics, logins, receiving, progress, Lanes()
                    )
                    yield

    metrics, logins = Metrics(), Logins()
    app = FastAPI(
        title="Gouji 勾稽",
        version=__version__,
        lifespan=life,
        openapi_url=None,  # of FastAPI's own, which asks for no key; routes/docs.py has it
    )
    problems.install(app, show=problem)
    # The last one added is the outermost.
    app.add_middleware(Roles)
    app.add_middleware(Limits, settings=settings)
    app.add_middleware(Guard, settings=settings, logins=logins)
    app.add_middleware(Addresses, settings=settings)
    app.add_middleware(Envelope, metrics=metrics, show=problem)
    for router in ROUTERS:
        app.include_router(router, dependencies=[Depends(known_parameters)])
    page.install(app)
    openapi.install(app)
    return app
