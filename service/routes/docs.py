"""The description of the API, for programs and for people (Swagger UI, from this server, without a script of elsewhere)."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from service.problems import ProblemError
from service.security import READ

router = APIRouter(include_in_schema=False, dependencies=[READ])
# Only its files: Swagger UI as it is released, which FastAPI itself would load from elsewhere.
_SWAGGER_UI = Path(str(files("fastapi_offline"))) / "static"
_FILES = ("swagger-ui.css", "swagger-ui-bundle.js")
_PAGE = """<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>勾稽接口说明</title><link rel="icon" href="data:,"><link rel="stylesheet" href="docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script><script src="docs/start.js"></script></body></html>
"""
_START = """"use strict";
SwaggerUIBundle({ url: "v1/openapi.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null });
"""


@router.get("/v1/openapi.json")
def description(request: Request) -> dict[str, Any]:
    """Return the description as OpenAPI."""
    return {**request.app.openapi(), "servers": [{"url": request.scope.get("root_path") or "/"}]}


@router.get("/docs")
def page() -> HTMLResponse:
    """Return the page that shows it."""
    return HTMLResponse(_PAGE)


@router.get("/docs/{name}")
def file(name: str) -> Response:
    """Return a file of that page."""
    if name == "start.js":
        return Response(_START, media_type="text/javascript")
    if name not in _FILES:
        raise ProblemError(404, f"没有文件 {name}", f"there is no file {name}")
    return FileResponse(_SWAGGER_UI / name, headers={"Cache-Control": "max-age=86400"})
