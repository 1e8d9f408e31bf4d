"""The page on the service names each endpoint, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from service import ServiceSettings, create_app

PAGE = Path(__file__).parents[2] / "docs" / "service.md"
HEADING = re.compile(r"^## `((?:GET|POST|PUT|PATCH|DELETE) \S+)`$", re.MULTILINE)


def test_each_endpoint_has_a_section() -> None:
    paths = create_app(ServiceSettings()).openapi()["paths"]
    endpoints = [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]
    assert endpoints
    assert sorted(HEADING.findall(PAGE.read_text(encoding="utf-8"))) == sorted(endpoints)
