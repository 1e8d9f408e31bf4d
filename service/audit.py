"""The audit log: who uploaded, deleted, compared, corrected, logged in."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from extractor.errors import StoreError
from service.context import author, service

if TYPE_CHECKING:
    from fastapi import Request

_log = logging.getLogger("gouji.service")


def audit(request: Request, action: str, subject: str = "", **detail: object) -> None:
    """Note that the sender of a request did something; after it was done, from an endpoint that is a plain ``def``.

    What was done stays done where it cannot be noted: then the log has it.

    Args:
        request: its author is noted.
        action: a word that is the same each time: ``upload``, ``delete``, ``compare`` …
        subject: what it was done to: ``document 12``.
        detail: what else is worth knowing, as JSON takes it; no texts of documents.
    """
    who = author(request)
    try:
        service(request).store.users().record(who, action, subject, detail)
    except StoreError as error:
        told = {"author": who, "action": action, "subject": subject, **detail}
        _log.error("not in the audit log: %s: %s", json.dumps(told, ensure_ascii=False, default=str), error.detail)
