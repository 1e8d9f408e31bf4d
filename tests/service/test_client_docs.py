"""The page on the client is complete, and its example works."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from service_samples import TEXT
from serving import listening

from extractor.config import Settings
from service import ServiceSettings, create_app
from service.client import Client

if TYPE_CHECKING:
    import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "service.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## Python client")[2].partition("\n## ")[0]
ROW = re.compile(r"^\| `(\w+)\((.*?)\)` \| (?:`(\w+ /\S*)`)?", re.MULTILINE)


def test_each_method_is_named_with_its_arguments_and_endpoint() -> None:
    def arguments(method: object) -> str:
        marks: dict[object, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
        _, *given = inspect.signature(method).parameters.values()  # type: ignore[arg-type]
        return ", ".join(marks.get(one.kind, "") + one.name for one in given)

    methods = {name: arguments(one) for name, one in inspect.getmembers(Client, inspect.isfunction) if name[0] != "_"}
    assert {name: given for name, given, _ in ROW.findall(SECTION)} == methods
    paths = create_app(ServiceSettings()).openapi()["paths"]
    operations = {f"{method.upper()} {path}" for path, found in paths.items() for method in found}
    assert {endpoint for *_, endpoint in ROW.findall(SECTION) if endpoint} == operations


def test_the_example_works(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("总结.txt").write_text(TEXT, encoding="utf-8")
    Path("台账.csv").write_text("地点,年度,指标,数值,单位\n平甸乡,2015,硬化通村道路,5.2,公里\n", encoding="utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```$", SECTION, re.MULTILINE | re.DOTALL)
    settings = ServiceSettings(extractor=replace(Settings(), database_url=sqlite_url))
    with listening(settings) as port:
        exec(example.replace("8420", str(port)), {})
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "386000 元"
    assert "总结.txt 38.6万元" in told
    assert told[-1] == "404 没有编号为 99 的文件"
    assert Path("数字.xlsx").stat().st_size
    assert "5.2" in Path("比对.html").read_text(encoding="utf-8")
