"""The client does all that the service does, over real connections."""

from __future__ import annotations

import contextlib
import csv
import inspect
import json
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import pytest
from openpyxl import load_workbook
from pyarrow import parquet
from service_samples import TEXT, WRONG, at, save
from serving import listening

from extractor.config import Settings
from extractor.errors import UsageError
from extractor.store import open_store
from extractor.types import UserRole
from service import ServiceSettings, create_app
from service.client import CheckQuestion, Client, FigureQuestion, ProjectQuestion, ServiceError
from service.client.connection import AMOUNTS

if TYPE_CHECKING:
    import httpx2

pytestmark = pytest.mark.any_database

LEDGER = (
    "地点,年度,指标,数值,单位\n新平县,2015,投入资金,38.6,万元\n平甸乡,2015,硬化通村道路,5.2,公里\n"
    "新平县,2015,培训农民,1200,人次\n"
).encode()
DESCRIPTION = create_app(ServiceSettings()).openapi()
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
}
METHODS = {name for name, _ in inspect.getmembers(Client, inspect.isfunction) if not name.startswith("_")}


class Recorder(Client):
    """Remembers which of its methods were called, and what they asked."""

    called: set[str]
    asked: set[str]

    def __getattribute__(self, name: str) -> Any:
        if name in METHODS:
            self.called.add(name)
        return super().__getattribute__(name)

    def _send(self, method: str, template: str, *values: object, **asked: Any) -> httpx2.Response:
        self.asked.add(f"{method} {template}")
        return super()._send(method, template, *values, **asked)


@pytest.fixture
def settings(sqlite_url: str) -> ServiceSettings:
    return ServiceSettings(extractor=replace(Settings(), database_url=sqlite_url), extraction_workers=1)


@contextmanager
def connected(settings: ServiceSettings, **options: Any) -> Iterator[Client]:
    with listening(settings) as port, Client(f"http://127.0.0.1:{port}", **options) as client:
        client.ready()
        yield client


def test_the_client_does_all_that_the_service_does(settings: ServiceSettings, tmp_path: Path) -> None:
    with open_store(settings.extractor.database_url) as store:
        key = store.users().add_key("统计局", UserRole.ADMIN)
    with listening(settings) as port:
        client = Recorder(f"http://127.0.0.1:{port}")
        client.called, client.asked = set(), set()
        with client:
            known(client, key)
            at_once(client, tmp_path)
            uploaded(client, tmp_path)
            document = read(client, tmp_path)
            questions(client, document, tmp_path)
            corrected(client, document, tmp_path)
            compared(client, document, tmp_path)
            client.delete_document(document)
            assert document not in {one["document_id"] for one in client.documents()}
            assert {"login", "upload", "correct", "compare"} <= {event["action"] for event in client.audit()}
            client.logout()
            with pytest.raises(ServiceError) as raised:
                client.whoami()
            assert raised.value.status == 401
            client.close()
    assert METHODS - client.called == set()
    assert client.asked == set(OPERATIONS)


def known(client: Client, key: str) -> None:
    assert client.ready()["status"] == client.health()["status"] == "ok"
    assert client.login(key) == client.whoami() == {"name": "统计局", "role": "admin"}
    assert "gouji_" in client.metrics()


def at_once(client: Client, folder: Path) -> None:
    found = client.extract(TEXT, name="总结.txt")
    assert found["document_id"] is None
    assert (found["document"]["document"], found["figures"][0]["value"]) == ("总结.txt", Decimal(386000))
    assert client.extract(TEXT, checked=False)["checks"] is None
    (folder / "总结.txt").write_text(TEXT, encoding="utf-8")
    kept = client.extract_file(folder / "总结.txt", store=True)
    assert [one["text"] for one in kept["figures"]] == [one["text"] for one in found["figures"]]
    client.delete_document(kept["document_id"])
    sheet = load_workbook(client.convert(("总结.txt", TEXT.encode()), folder / "数字.xlsx"))
    assert len(list(sheet.worksheets[0].rows)) == len(found["figures"]) + 1


def uploaded(client: Client, folder: Path) -> None:
    with zipfile.ZipFile(folder / "各乡镇.zip", "w") as container:
        container.writestr("总结.txt", TEXT)
        container.writestr("空.txt", "")
    job = client.upload(folder / "各乡镇.zip", ("错.txt", WRONG.encode()), key="2015-01")
    assert client.upload(folder / "各乡镇.zip", ("错.txt", WRONG.encode()), key="2015-01")["id"] == job["id"]
    *_, last = client.progress(job["id"])
    ended = client.wait(job["id"], seconds=30)
    assert last == ended == client.job(job["id"])
    assert (ended["state"], ended["items"]["done"], ended["items"]["failed"]) == ("done", 2, 1)
    (failed,) = client.job_items(job["id"], state="failed")
    assert (failed["path"], failed["reason"]) == ("各乡镇.zip!/空.txt", "empty")
    assert client.wait(client.retry(job["id"])["id"])["items"]["failed"] == 1
    assert [one["id"] for one in client.jobs(state="done")] == [job["id"]]
    with pytest.raises(ServiceError, match="已") as raised:
        client.cancel(job["id"])
    assert raised.value.status == 409


def read(client: Client, folder: Path) -> int:
    (stored,) = client.documents(q="总结", failing=False)
    number: int = stored["document_id"]
    assert client.document(number)["verdicts"]["fails"] == 0
    assert client.text(number) == TEXT
    assert "38.6万元" in client.html(number)
    figures = list(client.document_figures(number))
    assert len(figures) == stored["figures"]
    assert len(list(client.document_projects(number))) == stored["projects"]
    lines = client.document_checks(number).save(folder / "核算.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["claim"] for line in lines] == [one["claim"] for one in client.document_checks(number)]
    return number


def questions(client: Client, document: int, folder: Path) -> None:
    asked: FigureQuestion = {"dimension": "money", "min": Decimal("1e5"), "sort": "-base_value"}
    values = [one["base_value"] for one in client.figures(**asked | {"document": document})]
    assert values == [Decimal(386000), Decimal(200000), Decimal(186000)]
    assert all(type(value) is Decimal for value in values)
    assert len(parquet.read_table(client.figures(**asked).save(folder / "数字.parquet"))) == 6
    with client.figures(document=document).save(folder / "数字.csv").open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(list(client.document_figures(document)))
    assert {one["document_id"] for one in client.projects(status="actual")} >= {document}
    (wrong,) = client.checks(verdict=["fails", "truncated"], explained=False)
    assert type(wrong["stated"]) is Decimal
    assert type(client.money("year", document=document)["items"][0]["total"]) is Decimal
    assert client.places("530427")[0]["name"] == "新平彝族傣族自治县"
    assert client.indicators()
    assert {"code": "road", "name": "道路桥梁"} in client.project_types()
    assert "亩" in {one["name"] for one in client.units()}


def corrected(client: Client, document: int, folder: Path) -> None:
    (wrong,) = client.checks(verdict="fails")
    said = client.explain(wrong["document_id"], wrong["claim"], "原件如此")
    assert said["person_note"] == "原件如此"
    assert list(client.checks(verdict="fails", explained=False)) == []
    client.withdraw_note(wrong["document_id"], wrong["claim"])
    place = at("4.2公里")
    made = client.correct(document, **place, changes={"value": Decimal("4.25")}, text="4.2公里", note="核对原件")
    assert list(client.corrections(document=document)) == client.document_corrections(document) == [made]
    (road,) = client.figures(document=document, dimension="length")
    assert (road["value"], road["base_value"]) == (Decimal("4.25"), Decimal(4250))
    with zipfile.ZipFile(client.save_annotations(folder / "标注.zip", format="brat")) as found:
        assert found.namelist()
    assert client.withdraw_correction(made["id"])["state"] == "withdrawn"


def compared(client: Client, document: int, folder: Path) -> None:
    looked = client.preview_ledger(("台账.csv", LEDGER), place="新平县")
    ledger = client.import_ledger(("台账.csv", LEDGER), name="投资", mapping=looked["mapping"])
    assert [one["id"] for one in client.ledgers()] == [ledger["id"]]
    assert [one["value"] for one in client.ledger_figures(ledger["id"])] == [386000, Decimal("5.2"), 1200]
    made = client.compare("投资", documents=[document], tolerance=Decimal("0.005"))
    assert client.comparison(made["comparison_id"]) == made
    assert [one["comparison_id"] for one in client.comparisons()] == [made["comparison_id"]]
    items = client.comparison_items(made["comparison_id"], verdict="mismatch")
    assert {type(one["recorded_value"]) for one in items} == {Decimal}
    assert "<html" in items.save(folder / "比对.html").read_text(encoding="utf-8")
    client.delete_ledger(ledger["id"])
    assert client.ledgers() == []


@pytest.mark.parametrize(
    ("operation", "names"),
    [
        ("GET /v1/figures", get_type_hints(FigureQuestion)),
        ("GET /v1/projects", get_type_hints(ProjectQuestion)),
        ("GET /v1/checks", get_type_hints(CheckQuestion)),
        ("GET /v1/documents", inspect.signature(Client.documents).parameters),
        ("GET /v1/jobs", inspect.signature(Client.jobs).parameters),
        ("GET /v1/jobs/{job}/items", inspect.signature(Client.job_items).parameters),
        ("GET /v1/corrections", inspect.signature(Client.corrections).parameters),
        ("GET /v1/comparisons/{number}/items", inspect.signature(Client.comparison_items).parameters),
    ],
)
def test_questions_have_the_parameters_of_the_description(operation: str, names: Any) -> None:
    described = {one["name"] for one in OPERATIONS[operation]["parameters"]}
    assert set(names) - {"self"} == described - {"limit", "cursor", "format"}


def test_bodies_have_the_fields_of_the_description() -> None:
    for method, name in (
        (Client.compare, "NewComparison"),
        (Client.correct, "NewCorrection"),
        (Client.explain, "NewNote"),
    ):
        fields = set(DESCRIPTION["components"]["schemas"][name]["properties"])
        assert set(inspect.signature(method).parameters) - {"self", "number", "claim"} == fields


def test_all_numbers_that_are_described_as_such_are_decimals() -> None:
    def numbers(schema: Any) -> Iterator[str]:
        for name, one in schema.get("properties", {}).items():
            if {"number"} & {part.get("type") for part in (one, *one.get("anyOf", ()))}:
                yield name

    found = {name for schema in DESCRIPTION["components"]["schemas"].values() for name in numbers(schema)}
    assert "base_value" in found
    assert found - {"seconds"} <= AMOUNTS


def test_pages_follow_one_another(settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.client.api._PAGE", 2)
    for number in range(5):
        save(
            settings.extractor.database_url, f"第{number}村投入{number + 1}万元修路{number + 2}公里。", f"{number}.txt"
        )
    with connected(settings) as client:
        assert [one["document_id"] for one in client.documents()] == [5, 4, 3, 2, 1]
        assert len(list(client.figures())) == 10
        assert [one["base_value"] for one in client.figures(unit="元", sort="base_value")] == [
            10000 * number for number in range(1, 6)
        ]


def test_problems_are_told(settings: ServiceSettings, tmp_path: Path) -> None:
    with connected(settings) as client:
        with pytest.raises(ServiceError, match="没有编号为 99 的文件") as raised:
            client.document(99)
        assert (raised.value.status, raised.value.detail_en) == (404, "there is no document 99")
        with pytest.raises(ServiceError) as raised:
            client.extract_file(("空.txt", b""))
        with pytest.raises(UsageError, match="没有文件"):
            client.upload()
        assert (raised.value.status, raised.value.reason) == (422, "empty")
        (tmp_path / "数字.csv").write_text("旧")
        with pytest.raises(ServiceError, match="没有"):
            client.figures(unit="没有这种单位").save(tmp_path / "数字.csv")
        with pytest.raises(UsageError, match="扩展名"):
            client.figures().save(tmp_path / "数字")
    assert [(one.name, one.read_text()) for one in tmp_path.glob("*.csv")] == [("数字.csv", "旧")]


def test_a_service_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        Client(f"http://127.0.0.1:{port}", attempts=1) as client,
        pytest.raises(ServiceError, match="没有应答") as raised,
    ):
        client.health()
    assert raised.value.status == 0
    with pytest.raises(UsageError, match="http://"):
        Client("127.0.0.1:8420")


def test_the_client_needs_nothing_of_the_server() -> None:
    code = "import sys, service.client; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert {"fastapi", "pydantic", "sqlalchemy", "starlette", "extractor.pipeline"} & set(loaded) == set()


def test_without_its_library_the_client_says_what_to_install() -> None:
    code = "import sys; sys.modules['httpx2'] = None; import service.client"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert "UsageError" in done.stderr
    assert "pip install 'gouji[client]'" in done.stderr


def test_a_key_opens_the_service(settings: ServiceSettings) -> None:
    with open_store(settings.extractor.database_url) as store:
        key = store.users().add_key("统计局", UserRole.READ)
    with listening(settings) as port:
        with Client(f"http://127.0.0.1:{port}", key) as client:
            assert client.whoami()["name"] == "统计局"
            with pytest.raises(ServiceError) as raised:
                client.upload(("总结.txt", TEXT.encode()))
        assert raised.value.status == 403
        with Client(f"http://127.0.0.1:{port}", "gj_wrong") as client, pytest.raises(ServiceError) as raised:
            client.whoami()
        assert raised.value.status == 401


@pytest.mark.parametrize("path", ["/gouji", "/gouji/"])
def test_the_path_of_a_proxy_is_kept(path: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}{path}"
        with Client(address, timeout=0.5, attempts=1) as client, pytest.raises(ServiceError, match="没有应答"):
            client.health()
        near, _ = listener.accept()
        with near:
            assert near.recv(65536).startswith(b"GET /gouji/healthz HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>", 502),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", 0),
    ],
)
def test_what_is_no_answer_of_the_service_is_told(answer: bytes, status: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def respond() -> None:
            near, _ = listener.accept()
            with near:
                near.recv(65536)
                near.sendall(answer)

        thread = threading.Thread(target=respond)
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with Client(address, timeout=10) as client, pytest.raises(ServiceError, match="请检查地址和代理") as raised:
            client.health()
        thread.join(10)
    assert raised.value.status == status


def test_who_asks_too_often_is_served_later(settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(replace(settings, requests_per_minute=3)) as port:
        with Client(f"http://127.0.0.1:{port}", attempts=1) as hasty:
            for _ in range(3):
                hasty.whoami()
            with pytest.raises(ServiceError) as raised:
                hasty.whoami()
        assert raised.value.status == 429
        asked = raised.value.retry_after
        assert asked
        paused: list[float] = []
        monkeypatch.setattr("service.client.connection.sleep", paused.append)
        with Client(f"http://127.0.0.1:{port}", attempts=3) as patient, pytest.raises(ServiceError):
            patient.whoami()
        assert len(paused) == 2
        assert all(0 < pause <= asked for pause in paused)
        paused.clear()
        with Client(f"http://127.0.0.1:{port}", attempts=3) as client, pytest.raises(ServiceError):
            client.compare("台账")  # nothing was done yet
        assert len(paused) == 2


def test_a_crowd_is_served(settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """One extraction at a time: the others are told 503, come back, and are all served."""
    paused: list[float] = []

    def pause(seconds: float) -> None:
        paused.append(seconds)
        time.sleep(seconds)

    monkeypatch.setattr("service.client.connection.sleep", pause)
    with connected(replace(settings, max_extractions=1), attempts=30) as client:
        found: list[int] = []
        threads = [
            threading.Thread(target=lambda: found.append(len(client.extract(TEXT * 20)["figures"]))) for _ in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
    assert paused
    assert len(found) == 3
    assert len(set(found)) == 1


def test_an_upload_that_broke_off_is_one_job(settings: ServiceSettings) -> None:
    with listening(settings) as port, breaking(port, 1) as broken, Client(broken) as client:
        job = client.upload(("总结.txt", TEXT.encode()))
        assert [one["id"] for one in client.jobs()] == [job["id"]]
        assert client.wait(job["id"])["items"]["done"] == 1


@pytest.mark.parametrize("after", [0, 1000])
def test_progress_goes_on_after_a_break(settings: ServiceSettings, after: int) -> None:
    with listening(settings) as port, Client(f"http://127.0.0.1:{port}") as client:
        job = client.upload(("总结.txt", TEXT.encode()))["id"]
        with breaking(port, 2, after) as broken, Client(broken) as unlucky:
            assert unlucky.wait(job, seconds=60)["state"] == "done"


def test_waiting_has_an_end(settings: ServiceSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    with connected(settings) as client:
        job = client.upload(*((f"{number}.txt", (TEXT * 40 + str(number)).encode()) for number in range(20)))["id"]
        with pytest.raises(TimeoutError, match="仍在继续"):
            client.wait(job, seconds=0)
        monkeypatch.setattr("service.client.api._QUIET", 0.1)  # no event for so long: asked anew
        told = list(client.progress(job))
    assert told[-1]["items"]["done"] == 20
    assert all(one != following for one, following in pairwise(told))


def test_a_file_that_broke_off_is_no_file(settings: ServiceSettings, tmp_path: Path) -> None:
    number = save(settings.extractor.database_url, TEXT * 20)
    target = tmp_path / "数字.csv"
    with (
        listening(settings) as port,
        breaking(port, 1, after=3000) as broken,
        Client(broken) as client,
    ):
        with pytest.raises(ServiceError, match="没有应答") as raised:
            client.document_figures(number).save(target)
        assert "incomplete" in raised.value.detail_en
        assert list(tmp_path.glob("*数字*")) == []
        assert client.document_figures(number).save(target).stat().st_size > 3000


@contextmanager
def breaking(port: int, times: int, after: int = 0) -> Iterator[str]:
    """Stand before a service, and break so many connections when so many bytes of an answer have come; yields the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.2)
    over = threading.Event()

    def serve() -> None:
        left = times
        while not over.is_set():
            try:
                near, _ = listener.accept()
            except TimeoutError:
                continue
            far = socket.create_connection(("127.0.0.1", port))
            for source, target, most in ((near, far, None), (far, near, after if left > 0 else None)):
                threading.Thread(target=copy, args=(source, target, most), daemon=True).start()
            left -= 1

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        over.set()
        thread.join(30)
        listener.close()


def copy(source: socket.socket, target: socket.socket, most: int | None) -> None:
    """Copy what comes until one side ends; after ``most`` bytes end both."""
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            if most is not None:
                piece, most = piece[:most], most - len(piece)
            target.sendall(piece)
            if most is not None and most <= 0:
                break
    for one in (source, target):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
