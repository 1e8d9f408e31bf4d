"""The page in a real browser: text and table hang together, nothing leaves the page, nothing in a report runs."""

from __future__ import annotations

import io
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from report_samples import DOCUMENT, EXTRACTION, FIGURES, TEXT

from extractor.report.documents import write_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from extractor.types import Document, Extraction

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SIZES = {"desktop": (1300, 850), "phone": (390, 844)}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        message = "Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


def html(*results: tuple[Document, Extraction]) -> str:
    out = io.BytesIO()
    write_report(results, "html", out)
    return out.getvalue().decode()


@pytest.fixture(params=list(SIZES))
def page(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page on the sample; fails the test if the page asks for anything or reports an error."""
    file = tmp_path / "page.html"
    file.write_text(html((DOCUMENT, EXTRACTION)), encoding="utf-8")
    width, height = SIZES[request.param]
    opened = browser.new_page(viewport={"width": width, "height": height})
    asked: list[str] = []
    complaints: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(dialog.message))
    opened.goto(file.as_uri())
    yield opened
    opened.close()
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    assert complaints == []


def test_the_text_is_shown_as_it_stands_and_every_figure_is_marked(page: Page) -> None:
    assert page.locator(".text").evaluate("node => node.textContent") == TEXT
    assert page.locator(".text mark").all_text_contents() == [figure.text for figure in FIGURES]
    assert page.locator("tbody tr").count() == len(FIGURES)
    assert page.locator("h2").text_content() == DOCUMENT.source


def test_a_row_finds_its_figure_and_a_figure_its_row(page: Page) -> None:
    page.locator("tbody tr").nth(3).click()
    chosen = page.locator("mark[aria-current]")
    expect(chosen).to_have_text("460人")
    expect(chosen).to_be_in_viewport()
    page.locator(".text mark").nth(5).click()
    row = page.locator("tr[aria-current]")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("xx公里")
    expect(row).to_be_in_viewport()


def test_details_show_on_hover_and_on_focus(page: Page) -> None:
    tip = page.locator("#tip")
    expect(tip).to_be_hidden()
    page.locator(".text mark").nth(2).hover()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text("饮水难题")
    expect(tip).to_contain_text("一、饮水工程")
    page.mouse.move(0, 0)
    expect(tip).to_be_hidden()
    page.locator(".text mark").nth(3).focus()
    expect(tip).to_contain_text("对应 120户")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_the_keyboard_reaches_everything(page: Page) -> None:
    page.locator(".text mark").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".text mark").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("tr[aria-current]")).to_contain_text("新建水塔")
    page.keyboard.press("End")
    expect(page.locator(".text mark").last).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert page.locator("tbody tr[tabindex='0']").count() == 1


def test_filters_narrow_the_table_and_fade_the_text(page: Page) -> None:
    shown = page.locator("tbody tr:visible")
    page.get_by_role("searchbox").fill("饮水难题 460")
    expect(shown).to_have_count(1)
    expect(page.locator("output")).to_have_text("1")
    assert page.locator("mark.faded").count() == len(FIGURES) - 1
    page.get_by_role("searchbox").fill("")
    page.get_by_label("全部状态").select_option("planned")
    expect(shown).to_have_count(1)
    expect(shown).to_contain_text("管道")
    page.get_by_label("全部状态").select_option("")
    page.get_by_label("全部类型").select_option("money")
    expect(shown).to_have_count(2)


def test_columns_sort_by_amount_and_back(page: Page) -> None:
    values = page.locator("tbody tr td.number")
    button = page.get_by_role("button", name="数值")
    button.click()
    assert values.all_text_contents() == ["3", "85", "120", "460", "1,000–1,500", "5,085,000", "（隐去）"]
    button.click()
    assert values.all_text_contents()[0] == "5,085,000"
    assert page.locator("th[aria-sort=descending]").count() == 1
    page.get_by_role("button", name="原文").click()
    assert page.locator("tbody tr td:first-child").all_text_contents() == [figure.text for figure in FIGURES]


def test_the_page_fits_its_screen(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_a_report_contains_is_text(page: Page) -> None:
    assert page.locator("script").count() == 1
    assert page.locator("b").count() == 0
    assert "<script>alert(1)</script>" in (page.locator(".text").text_content() or "")
    expect(page.locator(".warning")).to_have_text("有一处 <存疑>")


def test_the_policy_forbids_every_script_but_our_own(browser: Browser) -> None:
    opened = browser.new_page()
    opened.set_content(html((DOCUMENT, EXTRACTION)))
    refused = opened.evaluate(
        """() => new Promise(resolve => {
            document.addEventListener("securitypolicyviolation", event => resolve(event.effectiveDirective));
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
        })"""
    )
    assert refused == "script-src-elem"
    assert opened.evaluate("window.ran") is None
    opened.close()


def test_several_documents_get_an_index(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    other = replace(DOCUMENT, source='"><img src=x onerror=alert(1)>.txt')
    file.write_text(html((DOCUMENT, EXTRACTION), (other, EXTRACTION)), encoding="utf-8")
    opened = browser.new_page()
    opened.goto(file.as_uri())
    links = opened.locator("nav a")
    assert links.all_text_contents() == [DOCUMENT.source, other.source]
    links.nth(1).click()
    expect(opened.locator("section").nth(1)).to_be_in_viewport()
    opened.locator("section").nth(1).locator("tbody tr").first.click()
    assert opened.locator("mark[aria-current]").get_attribute("id") == f"m1-{FIGURES[0].start}"
    assert opened.locator("img").count() == 0
    opened.close()


def test_overlapping_figures_are_marked_once_and_all_listed() -> None:
    twice = replace(EXTRACTION, figures=(FIGURES[0], *FIGURES))
    content = html((DOCUMENT, twice))
    assert content.count('<mark id="m0-') == len(FIGURES)
    assert content.count('<tr id="r0-') == len(FIGURES) + 1
