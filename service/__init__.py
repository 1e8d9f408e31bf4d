"""Gouji over HTTP: the API under ``/v1`` and the page at ``/``; ``gouji serve`` starts it.

``create_app(settings)`` makes the application; a file of ``routes/`` holds the endpoints of one noun, and nothing but
arguments, a call and an answer. What the endpoints share is in :class:`service.context.Service`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.settings import ServiceSettings, load

if TYPE_CHECKING:
    from service.app import create_app

__all__ = ["ServiceSettings", "create_app", "load"]


def __getattr__(name: str) -> Any:
    """Load the application when it is asked for: processes that extract for it need none of it."""
    if name == "create_app":
        from service.app import create_app

        return create_app
    raise AttributeError(name)
