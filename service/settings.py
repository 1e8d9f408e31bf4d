"""Settings of the service and their defaults, once; those of the library are in :mod:`extractor.config`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from extractor import config
from extractor.config import Settings


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Settings of ``gouji serve``.

    Attributes:
        host: address to listen on; any but a loopback address needs keys or ``no_auth``; ``GOUJI_HOST``.
        port: ``GOUJI_PORT``.
        no_auth: whether everybody who reaches the service may do everything; ``--no-auth`` alone.
        root_path: path under which a proxy offers the service; ``GOUJI_ROOT_PATH``.
        trusted_proxies: addresses whose word on client and scheme (X-Forwarded-…) is taken, with commas;
            ``GOUJI_TRUSTED_PROXIES``.
        allowed_hosts: names by which the service may be called as long as it asks for no key, with commas;
            ``GOUJI_ALLOWED_HOSTS``.
        session_hours: after which a browser has to give its key again; ``GOUJI_SESSION_HOURS``.
        requests_per_minute: of one client; ``GOUJI_REQUESTS_PER_MINUTE``.
        max_body_bytes: of a request, where an endpoint does not say otherwise; ``GOUJI_MAX_BODY_BYTES``.
        max_seconds_idle: for the head of a request, for each part of its body and of the reading of an answer; and what all
            of one may take beyond one second for each KiB; ``GOUJI_MAX_SECONDS_IDLE``.
        max_characters: of a text that is extracted at once; ``GOUJI_MAX_CHARACTERS``.
        max_answer_bytes: of what is extracted at once, which tells the sentence of each figure; ``GOUJI_MAX_ANSWER_BYTES``.
        max_seconds_per_request: of extraction, and of waiting for it; ``GOUJI_MAX_SECONDS_PER_REQUEST``.
        max_extractions: that are received, waiting or at work at the same time; ``GOUJI_MAX_EXTRACTIONS``.
        extraction_workers: processes that extract; 0 is one for each core; ``GOUJI_EXTRACTION_WORKERS``.
        max_upload_bytes: of all files of one upload together; ``GOUJI_MAX_UPLOAD_BYTES``.
        max_upload_files: of one upload; ``GOUJI_MAX_UPLOAD_FILES``.
        max_uploads: that are received at the same time; ``GOUJI_MAX_UPLOADS``.
        max_receiving_bytes: of all uploads together that are received at the same time, if there are several;
            ``GOUJI_MAX_RECEIVING_BYTES``.
        upload_retention_days: for which the bytes of uploaded files that could not be read are kept;
            ``GOUJI_UPLOAD_RETENTION_DAYS``.
        concurrent_jobs: carried out at the same time, 2 at least: one place is kept for small ones; ``GOUJI_CONCURRENT_JOBS``.
        max_streams: of the progress of jobs at the same time; ``GOUJI_MAX_STREAMS``.
        extractor: settings of reading and of the database.
    """

    host: str = "127.0.0.1"
    port: int = 8420
    no_auth: bool = False
    root_path: str = "/"
    trusted_proxies: str = "127.0.0.1"
    allowed_hosts: str = "localhost"
    session_hours: int = 12
    requests_per_minute: int = 6000
    max_body_bytes: int = 65 * 2**20
    max_seconds_idle: int = 20
    max_characters: int = 500_000
    max_answer_bytes: int = 64 * 2**20
    max_seconds_per_request: int = 60
    max_extractions: int = 64
    extraction_workers: int = 0
    max_upload_bytes: int = 2**30
    max_upload_files: int = 1000
    max_uploads: int = 16
    max_receiving_bytes: int = 4 * 2**30
    upload_retention_days: int = 7
    concurrent_jobs: int = 2
    max_streams: int = 200
    extractor: Settings = field(default_factory=Settings)


_NUMBERS = tuple(one.name for one in fields(ServiceSettings) if one.type == "int")
_TEXTS = tuple(one.name for one in fields(ServiceSettings) if one.type == "str")


def load(environ: Mapping[str, str] = os.environ) -> ServiceSettings:
    """Return the settings with the environment's ``GOUJI_*`` variables applied.

    Raises:
        UsageError: a number is expected and something else stands there.
    """
    default = ServiceSettings()
    numbers = {name: config.number(environ, f"GOUJI_{name.upper()}", getattr(default, name)) for name in _NUMBERS}
    texts = {name: environ.get(f"GOUJI_{name.upper()}", getattr(default, name)) for name in _TEXTS}
    changed: dict[str, Any] = {**numbers, **texts}
    return replace(default, extractor=config.load(environ), **changed)
