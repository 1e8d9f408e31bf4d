"""What an upload takes while it comes in: one file on disk, and a place among few."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import TYPE_CHECKING

import anyio
import psutil
import pytest
from job_samples import TXT, upload
from serving import service_of, serving
from starlette.datastructures import Headers, UploadFile

from service import ServiceSettings
from service.problems import ProblemError
from service.receiving import Form, Receiving, _Stretch

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

pytestmark = pytest.mark.any_database

FILES = {f"{number}.txt": str(number).encode() * (20_000 + number) for number in range(60)}


def test_many_files_are_one_file_on_disk() -> None:
    before = psutil.Process().num_fds()

    async def body() -> AsyncGenerator[bytes, None]:
        for name, data in FILES.items():
            yield f'--x\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
            for start in range(0, len(data), 7000):
                yield data[start : start + 7000]
            yield b"\r\n"
        yield b"--x--\r\n"

    async def receive() -> None:
        with TemporaryFile() as whole:
            form = await Form(
                Headers({"content-type": "multipart/form-data; boundary=x"}), body(), whole, 100, 10
            ).parse()
            assert psutil.Process().num_fds() <= before + 6  # and what the event loop has
            files = [one for _, one in form.multi_items() if isinstance(one, UploadFile)]
            assert {file.filename: file.file.read() for file in files} == FILES
            assert whole.seek(0, io.SEEK_END) == sum(map(len, FILES.values()))

    anyio.run(receive)


def test_a_stretch_is_a_file() -> None:
    with TemporaryFile() as whole:
        whole.write(b"before")
        stretch = _Stretch(whole, Lock())
        stretch.write(b"0123")
        stretch.write(b"456789")
        whole.write(b"behind")
        assert (stretch.tell(), stretch.read()) == (10, b"")
        assert (stretch.seek(0), stretch.read(3), stretch.tell(), stretch.read(), stretch.read(1)) == (
            0, b"012", 3, b"3456789", b"",
        )  # fmt: skip
        assert (stretch.seek(-2, io.SEEK_END), stretch.read(100)) == (8, b"89")


def test_only_so_many_are_received_at_a_time() -> None:
    receiving = Receiving(ServiceSettings(max_uploads=2, max_receiving_bytes=100))
    with receiving.place(1000), pytest.raises(ProblemError):  # the first may be as large as it will
        receiving.place(1).__enter__()
    with receiving.place(50), receiving.place(50), pytest.raises(ProblemError) as caught:
        receiving.place(0).__enter__()
    assert (caught.value.status, bool(caught.value.headers)) == (503, True)
    with receiving.place(50), pytest.raises(ProblemError):
        receiving.place(51).__enter__()
    receiving.place(100).__enter__()


def test_a_refused_upload_may_come_again(service_settings: ServiceSettings) -> None:
    with serving(service_settings, max_uploads=1) as client:
        with service_of(client).receiving.place(0):
            answer = upload(client, TXT, query="")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert upload(client, TXT, query="").status_code == 202
        assert upload(client, {"空.txt": b""}, query="").status_code == 422
        assert upload(client, TXT, query="").status_code == 202


def test_nothing_is_left_on_disk(
    service_settings: ServiceSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with serving(service_settings) as client:
        assert upload(client, FILES, query="").status_code == 202
    assert [path for path in tmp_path.iterdir() if not path.name.startswith(("gouji.db", "pymp"))] == []
