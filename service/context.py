"""What the endpoints share: the settings, the database, and whatever runs as long as the application does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from extractor.store import Store
from service.limits import Lanes
from service.metrics import Metrics
from service.progress import Progress
from service.queue import Queue
from service.receiving import Receiving
from service.security import LOCAL_USER, Logins
from service.settings import ServiceSettings
from service.workers import Pool


@dataclass(slots=True)
class Service:
    """One application at work."""

    settings: ServiceSettings
    store: Store
    pool: Pool
    queue: Queue
    metrics: Metrics
    logins: Logins
    receiving: Receiving
    progress: Progress
    lanes: Lanes


def service(request: Request) -> Service:
    """Return the application that a request is for."""
    found: Service = request.app.state.service
    return found


def store(request: Request) -> Store:
    """Return the database of the application that a request is for."""
    return service(request).store


ServiceDep = Annotated[Service, Depends(service)]
StoreDep = Annotated[Store, Depends(store)]


def author(request: Request) -> str:
    """Return who sent a request: the name of the key, where there are keys."""
    return getattr(request.state, "author", None) or LOCAL_USER


AuthorDep = Annotated[str, Depends(author)]
