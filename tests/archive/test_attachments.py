"""Attachments of mail are members of it: stored, replaced and missed with it."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

from archive_samples import items, report, rows, run_add, write_files

from extractor.archive.survey import survey
from extractor.archive.walk import walk
from extractor.config import Settings
from extractor.types import WorkReason, WorkState

if TYPE_CHECKING:
    from pathlib import Path


def mail(number: int, *attached: int, text: bool = True) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.com", "b@example.com", "工作总结"
    if text:
        made.set_content(report(number))
    for other in attached:
        made.add_attachment(report(other).encode(), maintype="text", subtype="plain", filename=f"{other}.txt")
    if attached:
        made.set_boundary("=b=")
    return made.as_bytes()


def test_a_changed_mail_replaces_its_attachments(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "归档"
    write_files(folder, {"a.eml": mail(1, 2, 3), "b.eml": mail(1, 2, 3), "c.txt": report(9)})
    assert run_add(database_url, folder).done == 4
    assert [state for state, _ in items(database_url).values()].count("duplicate") == 3
    write_files(folder, {"a.eml": mail(4, 3, 5), "b.eml": mail(6)})
    run_add(database_url, folder)
    assert {path.removeprefix(f"{folder}/") for path in items(database_url)} == {
        "a.eml", "a.eml!/3.txt", "a.eml!/5.txt", "b.eml", "c.txt",
    }  # fmt: skip
    texts = {text.removeprefix("工作总结\n") for (text,) in rows(database_url, "SELECT text FROM document")}
    assert texts == {report(n) for n in (3, 4, 5, 6, 9)}
    (folder / "a.eml").unlink()
    assert run_add(database_url, folder).gone == 1
    gone = rows(database_url, "SELECT count(*) FROM work_item WHERE gone IS NOT NULL")
    assert gone == [(3,)]


def test_what_mail_holds_when_it_may_not_be_opened_or_has_no_text(tmp_path: Path) -> None:
    write_files(tmp_path / "归档", {"a.eml": mail(1, 2), "b.eml": mail(1), "c.eml": mail(1, 2, text=False)})
    found = {}
    for nesting in (1, 5):
        for each in walk(str(tmp_path / "归档")):
            file = survey(each, Settings(max_nesting=nesting))
            for item in (file.item, *file.members):
                found[nesting, item.path.removeprefix(f"{tmp_path}/归档/")] = item.reason or item.state
    plain = {"a.eml": WorkState.PENDING, "a.eml!/2.txt": WorkState.PENDING, "b.eml": WorkState.PENDING}
    plain |= {"c.eml": WorkState.UNPACKED, "c.eml!/2.txt": WorkState.PENDING}
    assert found == {(nesting, path): state for path, state in plain.items() for nesting in (1, 5)}


def test_mail_in_mail_is_bounded(tmp_path: Path) -> None:
    data = mail(1, 2)
    for _ in range(3):
        outer = EmailMessage()
        outer["From"], outer["To"] = "a@example.com", "b@example.com"
        outer.set_content(report(7))
        outer.add_attachment(data, maintype="application", subtype="octet-stream", filename="来信.eml")
        data = outer.as_bytes()
    write_files(tmp_path, {"a.eml": data})
    (file,) = [survey(each, Settings(max_nesting=2)) for each in walk(str(tmp_path / "a.eml"))]
    assert [item.reason for item in (file.item, *file.members)] == [None, None, WorkReason.TOO_LARGE]
