"""One method for each thing that the service does; what it does in full stands in ``docs/service.md``."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any, TypedDict, Unpack

from extractor.errors import UsageError
from service.client.connection import Connection, File, Listing, Row, format_of, opened

_PAGE = 500
"""Rows that are asked for at once."""
_QUIET = 10.0
"""Seconds without an event after which the progress of a job is asked for anew; then the first comes at once."""
_BREATH = 0.5
"""Seconds between two such questions, whatever happens."""
_FINISHED = "finished"


class _Question(TypedDict, total=False):
    place: str
    status: str
    project_type: str
    text: str
    document: int
    unique: bool


class ProjectQuestion(_Question):
    """Conditions on projects, as the parameters of ``GET /v1/projects``."""


class FigureConditions(_Question, total=False):
    """Conditions on figures, as the parameters of ``GET /v1/money``."""

    indicator: str
    period: str
    unit: str
    dimension: str
    base_unit: str
    min: Decimal | int | str
    max: Decimal | int | str


class FigureQuestion(FigureConditions, total=False):
    """Conditions on figures and their order, as the parameters of ``GET /v1/figures``."""

    sort: str


class CheckQuestion(TypedDict, total=False):
    """Conditions on findings, as the parameters of ``GET /v1/checks``."""

    document: int
    verdict: str | Sequence[str]
    kind: str | Sequence[str]
    explained: bool


class Client(Connection):
    """The service, from a program. All methods raise :class:`ServiceError` when it refuses or does not answer.

    A request that changes nothing by being repeated is repeated when the service is too busy (429, 503, after the seconds
    that it names) or the connection breaks, up to ``attempts`` times; an upload, too, for its key says that it is the same.
    """

    # At once

    def extract(self, text: str, *, name: str = "", checked: bool = True, store: bool = False) -> Row:
        """Return the figures, projects and claims of a text; ``store`` keeps it as a document, ``checked`` recomputes."""
        body = {"text": text, "name": name, "checked": checked}
        return self._json("POST", "/v1/extract", body=body, params={"store": store}, again=not store)

    def extract_file(self, file: File, *, checked: bool = True, store: bool = False) -> Row:
        """Return the figures, projects and claims of a file, as :meth:`extract`."""
        with opened([file], "file") as files:
            asked = {"checked": checked, "store": store}
            return self._json("POST", "/v1/extract", params=asked, files=files, again=not store)

    def convert(self, file: File, target: str | os.PathLike[str], format: str | None = None) -> Path:  # noqa: A002
        """Write what is in a file as ``csv``, ``xlsx`` or ``html`` (by default as ``target`` ends); stores nothing."""
        asked = {"format": format_of(target, format)}
        with opened([file], "file") as files:
            return self._save(target, "POST", "/v1/extract", params=asked, files=files, again=True)

    # Uploads and jobs

    def upload(self, *files: File, checks: bool = True, key: str | None = None) -> Row:
        """Send reports and containers, and return the job that reads them.

        Args:
            files: paths, or names with bytes.
            checks: recompute claims.
            key: the same key with the same files is the same job (``Idempotency-Key``); by default one for this call.

        Raises:
            UsageError: there are no files.
        """
        if not files:
            raise UsageError("没有文件；请给出要上传的文件", "upload() needs a file")
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        with opened(files, "files") as form:
            asked = {"params": {"checks": checks}, "headers": headers, "files": form}
            return self._json("POST", "/v1/documents", again=True, **asked)

    def jobs(self, *, state: str | None = None, kind: str | None = None) -> Iterator[Row]:
        """Yield jobs, the newest first."""
        return self._rows("/v1/jobs", limit=_PAGE, state=state, kind=kind)

    def job(self, job: int) -> Row:
        """Return how far a job is."""
        return self._json("GET", "/v1/jobs/{job}", job)

    def job_items(self, job: int, *, state: str | Sequence[str] | None = None) -> Iterator[Row]:
        """Yield what became of each file of a job."""
        return self._rows("/v1/jobs/{job}/items", job, limit=_PAGE, state=state)

    def progress(self, job: int, *, seconds: float | None = None) -> Iterator[Row]:
        """Yield how far a job is whenever something has changed; the last is its end.

        Args:
            job: its number.
            seconds: how long to wait for the end (noticed some seconds late); ``None``: as long as it takes.

        Raises:
            TimeoutError: it has not ended by then; it goes on.
        """
        end = time.monotonic() + seconds if seconds is not None else float("inf")
        last = ""
        while True:
            quiet = min(_QUIET, max(1.0, end - time.monotonic()))
            with closing(self._events("/v1/jobs/{job}/events", job, quiet=quiet)) as events:
                for name, number, told in events:
                    if number != last:
                        yield told
                    last = number
                    if name == _FINISHED:
                        return
                    if time.monotonic() > end:
                        break
            if time.monotonic() > end:
                raise TimeoutError(f"任务 {job} 在 {seconds} 秒内没有结束；它仍在继续，可以再等")
            time.sleep(_BREATH)

    def wait(self, job: int, *, seconds: float | None = None) -> Row:
        """Return a job when it has ended (``state`` tells how); ``seconds`` and errors as :meth:`progress`."""
        return deque(self.progress(job, seconds=seconds), maxlen=1).pop()

    def cancel(self, job: int) -> Row:
        """End a job; what it has stored stays."""
        return self._json("POST", "/v1/jobs/{job}/cancel", job)

    def retry(self, job: int) -> Row:
        """Try once more what failed in a job or was not reached."""
        return self._json("POST", "/v1/jobs/{job}/retry", job)

    # Documents

    def documents(
        self,
        *,
        q: str | None = None,
        media_type: str | None = None,
        failing: bool | None = None,
        corrected: bool | None = None,
    ) -> Iterator[Row]:
        """Yield stored documents, the latest first; ``q`` stands in the name of the file or the title."""
        return self._rows(
            "/v1/documents", limit=_PAGE, q=q, media_type=media_type, failing=failing, corrected=corrected
        )

    def document(self, number: int) -> Row:
        """Return a document, and how much was found in it."""
        return self._json("GET", "/v1/documents/{number}", number)

    def text(self, number: int) -> str:
        """Return the text of a document, to which all offsets refer."""
        return self._text("/v1/documents/{number}/text", number)

    def html(self, number: int) -> str:
        """Return a document as one page with its figures marked."""
        return self._text("/v1/documents/{number}/html", number)

    def document_figures(self, number: int) -> Listing:
        """Return the figures of a document, as they are corrected."""
        return self._listing("/v1/documents/{number}/figures", number)

    def document_projects(self, number: int) -> Listing:
        """Return the projects of a document."""
        return self._listing("/v1/documents/{number}/projects", number)

    def document_checks(self, number: int) -> Listing:
        """Return the recomputed claims of a document."""
        return self._listing("/v1/documents/{number}/checks", number)

    def delete_document(self, number: int) -> None:
        """Remove a document with all that was extracted from it and said of it."""
        self._send("DELETE", "/v1/documents/{number}", number)

    # The whole library

    def figures(self, **question: Unpack[FigureQuestion]) -> Listing:
        """Return the figures of all documents that meet all conditions."""
        return self._listing("/v1/figures", limit=_PAGE, **question)

    def projects(self, **question: Unpack[ProjectQuestion]) -> Listing:
        """Return the projects of all documents that meet all conditions."""
        return self._listing("/v1/projects", limit=_PAGE, **question)

    def checks(self, **question: Unpack[CheckQuestion]) -> Listing:
        """Return the recomputed claims of all documents that meet all conditions."""
        return self._listing("/v1/checks", limit=_PAGE, **question)

    def money(self, by: str, **question: Unpack[FigureConditions]) -> Row:
        """Return amounts added up by ``project_type``, ``funder``, ``year`` or ``place``, of all that meet all conditions."""
        return self._json("GET", "/v1/money", params={"by": by, **question})

    def places(self, q: str, *, limit: int = 20) -> list[Row]:
        """Return places by characters of their name or the beginning of their code."""
        return list(self._rows("/v1/places", q=q, limit=limit))

    def indicators(self) -> list[Row]:
        """Return all indicators, each with how many figures measure it."""
        return list(self._rows("/v1/indicators"))

    def project_types(self) -> list[Row]:
        """Return all project types."""
        return list(self._rows("/v1/project-types"))

    def units(self) -> list[Row]:
        """Return all units; ``factor`` is a text, for it may be a fraction."""
        return list(self._rows("/v1/units"))

    # What people say

    def correct(
        self,
        number: int,
        start: int,
        end: int,
        changes: Mapping[str, Any] | None,
        *,
        note: str = "",
        text: str | None = None,
    ) -> Row:
        """Say what a figure of a document is.

        Args:
            number: of the document.
            start: offset of the figure.
            end: behind its last character.
            changes: fields with what they should be; ``None`` if it is no figure.
            note: why.
            text: what should stand there; if it does not, nothing is changed.
        """
        body = {"start": start, "end": end, "changes": changes, "note": note, "text": text}
        return self._json("POST", "/v1/documents/{number}/corrections", number, body=body)

    def corrections(
        self, *, document: int | None = None, author: str | None = None, state: str | None = None
    ) -> Iterator[Row]:
        """Yield corrections in the order in which they were made."""
        return self._rows("/v1/corrections", limit=_PAGE, document=document, author=author, state=state)

    def document_corrections(self, number: int) -> list[Row]:
        """Return all corrections of a document, those replaced and withdrawn included."""
        return list(self._rows("/v1/documents/{number}/corrections", number))

    def withdraw_correction(self, number: int) -> Row:
        """Take a correction back."""
        return self._json("DELETE", "/v1/corrections/{number}", number)

    def explain(self, number: int, claim: str, note: str, *, replace: bool = False) -> Row:
        """Explain why a claim of a document that fails is no error; ``replace`` an explanation that is there."""
        path = "/v1/documents/{number}/checks/{claim}/note"
        return self._json("POST", path, number, claim, body={"note": note, "replace": replace})

    def withdraw_note(self, number: int, claim: str) -> None:
        """Take the explanation of a claim back."""
        self._send("DELETE", "/v1/documents/{number}/checks/{claim}/note", number, claim)

    def save_annotations(self, target: str | os.PathLike[str], *, format: str = "gold") -> Path:  # noqa: A002
        """Write the corrected documents as annotations into a .zip: ``gold``, ``brat``, ``label_studio``, ``doccano``."""
        return self._save(target, "GET", "/v1/annotations", params={"format": format})

    # Ledgers and comparisons

    def preview_ledger(self, file: File, *, mapping: Mapping[str, Any] | str = "", place: str = "") -> Row:
        """Return what the columns of a ledger file are taken for; stores nothing."""
        with opened([file], "file") as files:
            data = {"mapping": _mapping(mapping), "place": place}
            return self._json("POST", "/v1/ledgers/preview", data=data, files=files, again=True)

    def import_ledger(
        self,
        file: File,
        *,
        name: str = "",
        mapping: Mapping[str, Any] | str = "",
        place: str = "",
        replace: bool = False,
        ignore_unknown: bool = False,
    ) -> Row:
        """Import a ledger, whole or not at all.

        Args:
            file: .xlsx or .csv.
            name: of the ledger; by default that of the file.
            mapping: what each column is, as :meth:`preview_ledger` has it, or as JSON or TOML.
            place: in which all places lie.
            replace: the ledger of this name, with the comparisons made with it.
            ignore_unknown: leave columns out that are not recognised.
        """
        data = {"name": name, "mapping": _mapping(mapping), "place": place}
        data |= {"replace": str(replace).lower(), "ignore_unknown": str(ignore_unknown).lower()}
        with opened([file], "file") as files:
            return self._json("POST", "/v1/ledgers", data=data, files=files)

    def ledgers(self) -> list[Row]:
        """Return all ledgers, the latest first."""
        return list(self._rows("/v1/ledgers", limit=_PAGE))

    def ledger_figures(self, number: int) -> Iterator[Row]:
        """Yield what a ledger records, each figure with its cell."""
        return self._rows("/v1/ledgers/{number}", number, limit=_PAGE)

    def delete_ledger(self, number: int) -> None:
        """Remove a ledger with the comparisons made with it."""
        self._send("DELETE", "/v1/ledgers/{number}", number)

    def compare(
        self,
        ledger: int | str,
        *,
        documents: Sequence[int] | None = None,
        tolerance: Decimal | str | None = None,
        copies: bool = False,
    ) -> Row:
        """Compare a ledger with documents, and return the comparison.

        Args:
            ledger: number or name.
            documents: numbers; ``None``: all.
            tolerance: a share of the recorded amount: ``Decimal("0.005")`` or ``"0.5%"``.
            copies: compare articles that repeat an earlier one, too.
        """
        body = {"ledger": ledger, "documents": documents, "tolerance": tolerance, "copies": copies}
        return self._json("POST", "/v1/comparisons", body=body)

    def comparisons(self) -> Iterator[Row]:
        """Yield comparisons, the latest first."""
        return self._rows("/v1/comparisons", limit=_PAGE)

    def comparison(self, number: int) -> Row:
        """Return how a comparison was made, and its summary."""
        return self._json("GET", "/v1/comparisons/{number}", number)

    def comparison_items(self, number: int, *, verdict: str | Sequence[str] | None = None) -> Listing:
        """Return the verdicts of a comparison, what does not agree first."""
        return self._listing("/v1/comparisons/{number}/items", number, limit=_PAGE, verdict=verdict)

    # Who, and how the service is

    def login(self, key: str) -> Row:
        """Open a session, which stands for the key from then on, and return who one is."""
        return self._json("POST", "/v1/session", body={"key": key})

    def whoami(self) -> Row:
        """Return who one is: ``name`` and ``role``."""
        return self._json("GET", "/v1/session")

    def logout(self) -> None:
        """End the session."""
        self._send("DELETE", "/v1/session")

    def audit(self) -> Iterator[Row]:
        """Yield what was done and by whom, the latest first."""
        return self._rows("/v1/audit", limit=_PAGE)

    def metrics(self) -> str:
        """Return the measurements of the service, in the format of Prometheus."""
        return self._text("/metrics")

    def health(self) -> Row:
        """Return ``status`` and ``version`` if the process answers."""
        return self._json("GET", "/healthz")

    def ready(self) -> Row:
        """Return ``status`` and ``version`` when the service is ready to work, for which is waited as for other answers."""
        return self._json("GET", "/readyz")


def _mapping(mapping: Mapping[str, Any] | str) -> str:
    return mapping if isinstance(mapping, str) else json.dumps(mapping, ensure_ascii=False)
