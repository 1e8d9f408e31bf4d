"""The page: what people see in a browser, in Chinese. Server-rendered; small scripts call the API for what changes things.

A file holds the pages of one section. Whatever a page does can be done with ``curl``: it reads what ``GET /v1/…`` gives,
and its scripts send what ``POST /v1/…`` takes. Filters are in the address bar. No page needs anything from another host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.page import charts, comparisons, corrections, documents, figures, home, jobs, ledgers, login
from service.page.render import Assets

if TYPE_CHECKING:
    from fastapi import FastAPI

PAGES = (
    home.router, documents.router, figures.router, charts.router, ledgers.router, comparisons.router, jobs.router,
    corrections.router, login.router,
)  # fmt: skip


def install(app: FastAPI) -> None:
    """Add the pages, and the styles and scripts under ``/static``."""
    app.mount("/static", Assets(), name="static")
    for router in PAGES:
        app.include_router(router, include_in_schema=False)
