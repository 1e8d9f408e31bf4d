"""The endpoints, one file for each noun."""

from __future__ import annotations

from fastapi import APIRouter

from service.routes import (
    audit,
    checks,
    comparisons,
    corrections,
    docs,
    documents,
    extract,
    figures,
    health,
    indicators,
    jobs,
    ledgers,
    metrics,
    money,
    places,
    projects,
    session,
    uploads,
)

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    session.router,
    extract.router,
    uploads.router,
    jobs.router,
    documents.router,
    figures.router,
    money.router,
    projects.router,
    checks.router,
    places.router,
    indicators.router,
    corrections.router,
    ledgers.router,
    comparisons.router,
    audit.router,
    metrics.router,
    docs.router,
)
