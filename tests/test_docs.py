"""The documentation is complete and true: each command and setting has its word, links resolve, examples run."""

from __future__ import annotations

import dataclasses
import doctest
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from extractor.cli import main
from extractor.config import Settings
from service import ServiceSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = [*READMES, ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)")
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(path: Path) -> list[tuple[str, str]]:
    """Return language and content of every fenced block."""
    return [(found[1], found[2]) for found in BLOCK.finditer(text_of(path))]


def headings(path: Path) -> list[tuple[int, str]]:
    """Return level and title of every heading outside fenced blocks."""
    prose = BLOCK.sub("", text_of(path))
    return [(len(found[1]), found[2]) for found in re.finditer(r"^(#+) (.+)$", prose, re.MULTILINE)]


def commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found, below
            yield from commands(found, f"{name} {below}")


COMMANDS = dict(commands(main, "gouji"))


def cli_sections() -> dict[str, str]:
    """Return the section of ``docs/cli.md`` about each command: heading `` `gouji …` `` → its text."""
    parts = re.split(r"^#+ `([^`]+)`$", text_of(DOCS / "cli.md"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_cli_page_has_a_section_for_each_command_and_no_other() -> None:
    assert set(cli_sections()) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_cli_page_names_exactly_the_options_of_the_command(name: str) -> None:
    options = {flag for parameter in COMMANDS[name].params for flag in parameter.opts if flag.startswith("-")}
    table = "\n".join(line for line in cli_sections()[name].splitlines() if line.startswith("| `-"))
    documented = {flag for cell in re.findall(r"^\| (.+?) \|", table, re.MULTILINE) for flag in OPTION.findall(cell)}
    assert documented == options - {"--help"}


def test_settings_page_names_each_setting_with_its_variable_and_default() -> None:
    rows = [line for line in text_of(DOCS / "settings.md").splitlines() if line.startswith("| `GOUJI_")]
    documented = {tuple(re.findall(r"`([^`]+)`", line)[:3]) for line in rows}
    fields = [*dataclasses.fields(Settings), *dataclasses.fields(ServiceSettings)]
    expected = {
        (f"GOUJI_{field.name.upper()}", field.name, str(field.default))
        for field in fields
        if field.name not in ("no_auth", "extractor")  # which no variable sets
    }
    assert documented == expected


def test_settings_page_names_every_variable_that_the_code_reads() -> None:
    sources = "\n".join(text_of(path) for top in ("extractor", "service") for path in (ROOT / top).rglob("*.py"))
    page = text_of(DOCS / "settings.md")
    assert [name for name in sorted(set(re.findall(r"GOUJI_[A-Z_]+[A-Z]", sources))) if f"`{name}`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_relative_links_resolve(page: Path) -> None:
    broken = []
    for target, anchor in LINK.findall(BLOCK.sub("", text_of(page))):
        path = (page.parent / target) if target else page
        anchors = {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for _, title in headings(page)}
        if not path.exists() or (anchor and not target and anchor not in anchors):
            broken.append(f"{target}#{anchor}")
    assert broken == []


def test_readmes_tell_the_same() -> None:
    english, chinese = READMES
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]
    assert blocks(english) == blocks(chinese)


def python_examples() -> list[object]:
    """Return the Python sessions of every page, each once."""
    found = {content: page for page in reversed(PAGES) for kind, content in blocks(page) if kind == "pycon"}
    return [pytest.param(content, id=f"{page.name}-{number}") for number, (content, page) in enumerate(found.items())]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with the sample texts, in which examples may write files."""
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    return tmp_path


@pytest.mark.parametrize(
    "pages", [READMES, pytest.param(PAGES[len(READMES) :], marks=pytest.mark.long)], ids=["readmes", "docs"]
)
def test_console_examples_print_what_they_show(pages: list[Path]) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "update_docs.py"), "--check", *map(str, pages)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, f"mend the pages with scripts/update_docs.py\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("content", python_examples())
def test_python_examples_print_what_they_show(
    content: str, checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(checkout)
    example = doctest.DocTestParser().get_doctest(content, {}, "example", None, None)
    failed, attempted = doctest.DocTestRunner().run(example)
    assert attempted
    assert not failed, capsys.readouterr().out
