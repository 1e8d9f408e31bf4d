"""The pages in a real Chromium on a real server: what a person does, with the mouse, with the keyboard, on a phone."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.error import URLError
from zoneinfo import ZoneInfo

import pytest
from page_samples import REPORT, WRONG, fill, place
from playwright.sync_api import expect, sync_playwright

from extractor.corrections import correct
from extractor.errors import StoreError
from extractor.store import CorrectionFilter, DocumentFilter, NewJob, Store, new_upload, open_store
from extractor.types import CorrectionState, JobKind, JobState
from service.page.render import NAVIGATION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from extractor.store import HeldJob

    Hold = Callable[[str], HeldJob]

    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SIZES = {"desktop": (1280, 900), "phone": (360, 780)}
PATIENCE = 60.0
LONG = 60_000
expect.set_options(timeout=LONG)  # the machine may be busy
_SERVE = "from extractor.cli import main; main()"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        message = "Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@pytest.fixture(scope="module")
def page_database(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A filled database, which a server and the test have open at once."""
    file = tmp_path_factory.mktemp("pages") / "gouji.db"
    shutil.copy(migrated_sqlite, file)
    with open_store(f"sqlite:///{file}", correct) as store:
        fill(store)
        yield store


@pytest.fixture(scope="module")
def address(page_database: Store) -> Iterator[str]:
    """A server in a process of its own; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", _SERVE, "serve", "--port", str(port), "--db", page_database.address]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + PATIENCE
        while not _answers(f"http://127.0.0.1:{port}/healthz"):
            assert time.monotonic() < end, "the server did not start"
            assert server.poll() is None
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(PATIENCE)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url) as answer:
            return bool(answer.status == 200)
    except URLError:
        return False


@pytest.fixture(params=list(SIZES))
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of the size of a desk or a phone; fails the test if it complains or asks anybody but the server."""
    width, height = SIZES[request.param]
    context = browser.new_context(base_url=address, viewport={"width": width, "height": height}, locale="zh-CN")
    opened = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    opened.on("request", lambda sent: asked.append(sent.url))
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield opened
    context.close()
    assert [url for url in asked if not url.startswith(f"{address}/")] == []
    assert [one for one in complaints if "/v1/" not in one] == []


@pytest.fixture
def hold(page_database: Store) -> Iterator[Hold]:
    """Take jobs before the server does: they are at work until the test ends them."""
    held: list[HeldJob] = []

    def held_job(name: str) -> HeldJob:
        jobs = page_database.jobs()
        number, _ = jobs.accept(NewJob(JobKind.IMPORT, "测试", {}, [new_upload(f"{name}.txt", BytesIO(name.encode()))]))
        job = jobs.claim(number)
        assert job
        held.append(job)
        return job

    yield held_job
    for job in held:
        with suppress(StoreError):  # ended by the test
            job.finish(JobState.CANCELLED)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def paste(page: Page, text: str) -> None:
    page.goto("/")
    page.get_by_label("报告全文").fill(text)
    page.get_by_role("button", name="抽取数字").click()


def test_a_pasted_report_from_table_to_text_and_back(page: Page) -> None:
    paste(page, REPORT)
    expect(page.get_by_role("heading", level=1)).to_have_text("柳湾镇2019年工作总结")
    page.locator("tbody[data-items] tr", has_text="硬化通村公路").click()
    chosen = page.locator("mark[aria-current]")
    expect(chosen).to_have_text("11.3公里")
    expect(chosen).to_be_in_viewport()
    page.locator(".text mark", has_text="86万元").click()
    row = page.locator("tr[aria-current]")
    expect(row).to_contain_text("铺设管道投入")
    expect(row).to_be_in_viewport()
    assert fits(page)


def test_a_pasted_report_is_filtered(page: Page) -> None:
    paste(page, REPORT)
    shown = page.locator("tbody[data-items] tr:visible")
    page.get_by_label("全部状态").select_option("planned")
    expect(shown).to_have_count(2)
    page.get_by_role("searchbox").fill("86")
    expect(shown).to_have_count(1)
    expect(page.locator("output")).to_have_text("1")
    assert page.locator("mark.faded").count() == 8


def test_a_finding_leads_to_its_figures(page: Page) -> None:
    paste(page, WRONG)
    item = page.locator("li.must_fix")
    expect(item.locator(".formula")).to_contain_text("= 800万元，原文 投入扶贫资金900万元")
    item.get_by_role("link", name="900万元").click()
    expect(page.locator("mark[aria-current]")).to_have_text("900万元")
    expect(page.locator("mark[aria-current]")).to_be_in_viewport()
    assert "<script>alert(1)</script>" in (page.locator(".text").text_content() or "")


def test_a_figure_of_the_list_opens_at_its_place(page: Page, page_database: Store) -> None:
    page.goto("/figures")
    page.get_by_label("地点或区划代码").fill("柳湾镇")
    page.get_by_label("状态").select_option("planned")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    assert "status=planned" in page.url
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="86万元").click()
    start = place(page_database, 1, "86万元")
    assert page.url.endswith(f"/documents/1?at={start}#m1-{start}")
    expect(page.locator("mark[aria-current]")).to_have_text("86万元")
    expect(page.locator("mark[aria-current]")).to_be_in_viewport()
    expect(page.locator("tr[aria-current]")).to_contain_text("铺设管道投入")
    page.go_back()
    expect(page.get_by_label("地点或区划代码")).to_have_value("柳湾镇")


def test_the_correction_form_begins_with_what_the_figure_is(page: Page, page_database: Store) -> None:
    page.goto("/documents/1")
    button = page.get_by_role("button", name="更正所选的数字")
    expect(button).to_be_disabled()
    page.locator(".text mark", has_text="508.5万元").click()
    expect(page.locator("#selected")).to_have_text("已选：508.5万元")
    button.click()
    dialog = page.get_by_role("dialog", name="更正“508.5万元”")
    expect(dialog.get_by_label("数值")).to_have_value("5085000")
    expect(dialog.get_by_label("单位")).to_have_value("元")
    expect(dialog.get_by_label("状态")).to_have_value("actual")
    expect(dialog.get_by_label("地点")).to_have_value("柳湾镇")
    dialog.get_by_role("button", name="保存更正").click()
    expect(dialog.get_by_role("alert")).to_have_text("没有改动；请改正有误的一项，或取消")
    dialog.get_by_label("这不是数字").check()
    expect(dialog.get_by_label("数值")).to_be_disabled()
    assert fits(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_a_later_correction_keeps_what_an_earlier_one_said(
    browser: Browser, address: str, page_database: Store
) -> None:
    page = browser.new_page(base_url=address)
    page.goto("/documents/1")
    for field, words in (("数值", "9.3"), ("指标", "改建通村公路"), ("地点", "")):
        page.locator(".text mark", has_text="11.3公里").click()
        page.get_by_role("button", name="更正所选的数字").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label(field, exact=True).fill(words)
        with page.expect_navigation():
            dialog.get_by_role("button", name="保存更正").click()
    expect(page.get_by_text("更正已保存")).to_be_visible()
    page.close()
    (kept,) = page_database.corrections().listed(CorrectionFilter(1, state=CorrectionState.IN_FORCE))
    assert kept.correction.changes == {"value": "9.3", "indicator": "改建通村公路", "place": []}
    for one in page_database.corrections().listed(CorrectionFilter(1)):
        page_database.corrections().withdraw(one.correction.id, "测试")


def test_what_is_no_number_of_a_file_is_not_compared(page: Page) -> None:
    page.goto("/comparisons")
    page.get_by_label("文件编号").fill("1, 3-9")
    page.get_by_role("button", name="开始比对").click()
    expect(page.get_by_role("alert")).to_contain_text("文件编号“3-9”应为数字")


def test_a_correction_that_is_refused_is_told_in_the_words_of_its_form(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address)
    page.goto("/documents/1")
    page.locator(".text mark", has_text="508.5万元").click()
    page.get_by_role("button", name="更正所选的数字").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("时期").fill("去年")
    dialog.get_by_role("button", name="保存更正").click()
    expect(dialog.get_by_role("alert")).to_contain_text("时期：应写成")
    expect(dialog.get_by_role("alert")).to_contain_text("或 隐去，实为 “去年”")
    dialog.get_by_label("时期").fill("2019")
    dialog.get_by_label("上限").fill("1")
    dialog.get_by_role("button", name="保存更正").click()
    expect(dialog.get_by_role("alert")).to_have_text("上限（范围）：上限须大于 数值")
    page.close()


def test_many_jobs_at_work_leave_the_browser_free(page: Page, page_database: Store, hold: Hold) -> None:
    held = [hold(name) for name in "甲乙丙丁戊己庚辛"]
    kinds: list[str] = []
    page.on("request", lambda sent: kinds.append(sent.resource_type))
    page.goto("/jobs")
    rows = page.locator("#jobs tr", has=page.locator(".state.running"))
    expect(rows).to_have_count(8)
    held[3].finish(JobState.DONE)
    expect(rows).to_have_count(7)
    expect(page.locator("#jobs tr", has_text="丁.txt").first.locator(".state")).to_have_text("完成")
    assert "eventsource" not in kinds
    page.goto("/documents")
    expect(page.get_by_role("heading", level=1)).to_have_text("文件库")


def test_a_job_tells_its_end_without_being_asked(page: Page, hold: Hold) -> None:
    held = hold("壬")
    page.goto(f"/jobs/{held.id}")
    expect(page.locator("#state")).to_have_text("进行中")
    expect(page.locator("#what")).to_have_text("读入文件：壬.txt")
    held.finish(JobState.FAILED, "试一试")
    expect(page.locator("#state")).to_have_text("没有做成")
    expect(page.locator("#message")).to_have_text("试一试")


def test_files_of_a_job_that_cannot_be_had_are_told(browser: Browser, address: str, hold: Hold) -> None:
    held = hold("癸")
    page = browser.new_page(base_url=address)
    slips: list[str] = []
    page.on("pageerror", lambda error: slips.append(str(error)))
    page.route("**/items?*", lambda route: route.abort())
    page.goto(f"/jobs/{held.id}")
    said = page.locator("#told[role=status]:not([hidden])")  # there before anything is said
    expect(said).to_be_attached()
    expect(said).to_contain_text("各文件的结果没有取到：连不上服务")
    page.unroute("**/items?*")
    assert slips == []
    page.close()


def test_a_whole_report_opens_in_the_browser(browser: Browser, address: str) -> None:
    page = browser.new_page(base_url=address, viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/v1/documents/1/html")
    page.locator("tbody[data-items] tr", has_text="硬化通村公路").click()
    expect(page.locator("mark[aria-current]")).to_have_text("11.3公里")
    assert page.locator(".panes").evaluate("panes => getComputedStyle(panes).display") == "grid"
    assert complaints == []
    page.close()


def test_deleting_asks_first(page: Page) -> None:
    page.goto("/documents/1")
    page.get_by_text("下载、删除").click()
    page.get_by_role("button", name="删除此文件").click()
    dialog = page.get_by_role("dialog", name="删除此文件？")
    expect(dialog.get_by_role("button", name="取消")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("柳湾镇2019年工作总结")


def test_a_discrepancy_opens_its_evidence(page: Page) -> None:
    page.goto("/comparisons")
    page.get_by_role("link", name="比对 1").click()
    item = page.locator("details.mismatch")
    expect(item).to_have_attribute("open", "")
    expect(item.locator("mark")).to_have_text("3座")
    item.get_by_role("link", name="在原文中看").click()
    expect(page.locator("mark[aria-current]")).to_have_text("3座")


def test_the_keyboard_alone_goes_the_main_way(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("报告全文")).to_be_focused()
    page.keyboard.insert_text(REPORT)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("柳湾镇2019年工作总结")
    marks = page.locator(".text mark")
    for _ in range(40):
        page.keyboard.press("Tab")
        if marks.first.evaluate("mark => mark === document.activeElement"):
            break
    expect(marks.first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("tr[aria-current]")).to_contain_text("省级资金")
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.insert_text("460")
    expect(page.locator("tbody[data-items] tr:visible")).to_have_count(1)


def test_files_are_chosen_by_dropping_and_by_the_keyboard(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    report = tmp_path / "汇报.txt"
    report.write_text(REPORT, encoding="gb18030")
    page.get_by_label("选择文件").set_input_files([report])
    expect(page.locator("#chosen li")).to_have_text("汇报.txt（1 KB） 去掉")
    page.evaluate(
        """() => {
            const carried = new DataTransfer();
            carried.items.add(new File(["二"], "二.txt"));
            carried.items.add(new File(["三"], "三.txt"));
            document.getElementById("drop").dispatchEvent(new DragEvent("drop", { dataTransfer: carried, cancelable: true }));
        }"""
    )
    expect(page.locator("#chosen li")).to_have_count(2)


def test_empty_files_are_left_out_and_others_can_be(page: Page) -> None:
    page.goto("/")
    names = ("甲.txt", "空.txt", "乙.txt", "无.txt")
    chosen = [
        {"name": name, "mimeType": "text/plain", "buffer": b"" if name in names[1::2] else f"{name}投入2万元".encode()}
        for name in names
    ]
    page.get_by_label("选择文件").set_input_files(chosen)  # type: ignore[arg-type]
    expect(page.locator("#left-out")).to_have_text("2 个文件是空的（0 字节），不会上传：空.txt、无.txt")
    expect(page.locator("#chosen li")).to_have_count(2)
    page.get_by_role("button", name="去掉 甲.txt").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#chosen li")).to_have_count(1)
    expect(page.get_by_role("button", name="去掉 乙.txt")).to_be_focused()
    assert fits(page)
    page.get_by_role("button", name="上传并入库").click()
    expect(page.locator("#what")).to_have_text("读入文件：乙.txt")


def test_a_job_tells_that_its_document_was_deleted(page: Page) -> None:
    page.goto("/")
    text = f"{page.viewport_size}投入3万元"  # another one each time, so that it is no duplicate
    page.get_by_label("选择文件").set_input_files({"name": "删.txt", "mimeType": "text/plain", "buffer": text.encode()})
    page.get_by_role("button", name="上传并入库").click()
    expect(page.locator("#read tbody td").first).to_have_text("已入库")
    job = page.url
    page.get_by_role("link", name="打开报告").click()
    page.get_by_text("下载、删除").click()
    page.get_by_role("button", name="删除此文件").click()
    page.get_by_role("dialog").get_by_role("button", name="删除", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("文件库")
    page.goto(job)
    expect(page.locator("#read tbody td").first).to_contain_text("删除")


def test_a_moment_is_that_of_the_browser(browser: Browser, address: str, page_database: Store) -> None:
    stored = page_database.holdings().page(DocumentFilter(limit=1))[0].extracted
    there = stored.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")
    page = browser.new_page(base_url=address, timezone_id="Asia/Shanghai")
    page.goto("/documents")
    expect(page.locator("tbody tr").first.locator("time")).to_have_text(there)
    page.close()


@pytest.mark.parametrize(
    "path",
    [to for to, _ in NAVIGATION] + ["/documents/1", "/documents/2/checks", "/ledgers/1", "/comparisons/1", "/nothing"],
)
def test_each_page_fits_its_screen(browser: Browser, address: str, path: str) -> None:
    for scheme in ("light", "dark"):
        page = browser.new_page(viewport={"width": 360, "height": 780}, base_url=address, color_scheme=scheme)
        page.goto(path)
        page.locator("h1").wait_for()
        assert fits(page)
        page.close()


def test_the_policy_lets_nothing_foreign_run(page: Page) -> None:
    page.goto("/documents/2")
    assert page.evaluate("window.ran") is None
    assert page.locator("img").count() == 0
    expect(page.locator("h1")).to_have_text("石盘乡2018年工作总结")
