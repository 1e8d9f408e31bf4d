"use strict";
// The table is the page's only data: the tooltip and the filters read its cells.
const tip = document.getElementById("tip");
const ITEM = "[data-items] mark[id], [data-items] > tr";

const rowOf = (mark) => document.getElementById("r" + mark.id.slice(1));
const markOf = (row) => document.getElementById("m" + row.id.slice(1));
const partner = (item) => (item.tagName === "MARK" ? rowOf(item) : markOf(item));
const rowFor = (item) => (item.tagName === "MARK" ? rowOf(item) : item);

function showTip(mark) {
  const row = rowOf(mark);
  const heads = row.closest("table").tHead.rows[0].cells;
  const list = document.createElement("dl");
  for (const [i, cell] of [...row.cells].entries()) {
    if (!cell.textContent) continue;
    list.append(Object.assign(document.createElement("dt"), { textContent: heads[i].textContent }));
    list.append(Object.assign(document.createElement("dd"), { textContent: cell.textContent }));
  }
  tip.replaceChildren(list);
  tip.hidden = false;
  mark.setAttribute("aria-describedby", "tip");
  const at = mark.getBoundingClientRect(), size = tip.getBoundingClientRect();
  const below = at.bottom + 6, fits = below + size.height < innerHeight;
  tip.style.left = Math.max(4, Math.min(at.left, innerWidth - size.width - 4)) + "px";
  tip.style.top = Math.max(4, fits ? below : at.top - size.height - 6) + "px";
}

function hideTip() {
  tip.hidden = true;
}

// Marks the item and its partner as current and brings the partner into view.
function choose(item) {
  for (const old of document.querySelectorAll("[data-items] [aria-current]")) old.removeAttribute("aria-current");
  const other = partner(item);
  for (const one of [item, other]) one?.setAttribute("aria-current", "true");
  if (other) bring(other);
  item.dispatchEvent(new CustomEvent("figurechosen", { bubbles: true, detail: rowFor(item) }));
}

// A link to a figure (#m1-23) chooses it.
function chooseLinked() {
  const linked = document.getElementById(location.hash.slice(1));
  if (!linked?.matches(ITEM)) return;
  focusOn(linked);
  choose(linked);
  bring(linked);
}

// Scrolls the item's own pane; the page itself moves only if the pane is out of sight.
function bring(item) {
  const pane = item.closest(".text, .scroll");
  const at = item.getBoundingClientRect(), around = pane.getBoundingClientRect();
  pane.scrollTop += at.top - around.top - (pane.clientHeight - at.height) / 2;
  pane.closest(".pane").scrollIntoView({ block: "nearest" });
}

// One tab stop for each pane; arrow keys move within it.
function move(item, step) {
  const pane = item.closest("[data-items]");
  const items = [...pane.querySelectorAll(pane.dataset.items)].filter((one) => !rowFor(one).hidden);
  const to = step === Infinity ? items.length - 1 : step === -Infinity ? 0 : items.indexOf(item) + step;
  if (items[to]) focusOn(items[to]);
}

function focusOn(item) {
  const pane = item.closest("[data-items]");
  for (const one of pane.querySelectorAll("[tabindex='0']")) one.tabIndex = -1;
  item.tabIndex = 0;
  item.focus();
}

const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hideTip();
  const item = event.target.closest?.("a") ? null : event.target.closest?.(ITEM); // a link in a row is followed
  if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in STEPS) move(item, STEPS[event.key]);
  else if (event.key === "Enter" || event.key === " ") choose(item);
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const item = event.target.closest(ITEM);
  if (item) {
    focusOn(item);
    choose(item);
  }
  const button = event.target.closest(".panes th button");
  if (button) sort(button.parentElement);
});

for (const [on, off] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  document.addEventListener(on, (event) => {
    const mark = event.target.closest?.("[data-items] mark[id]");
    if (mark && rowOf(mark)) showTip(mark);
  });
  document.addEventListener(off, hideTip);
}
document.addEventListener("scroll", hideTip, true);

function sort(head) {
  const table = head.closest("table"), body = table.tBodies[0], column = head.cellIndex;
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
  const compare = head.classList.contains("number")
    ? (a, b) => (key(a) === "") - (key(b) === "") || (key(a) - key(b)) * (down ? -1 : 1)
    : (a, b) => key(a).localeCompare(key(b), "zh") * (down ? -1 : 1);
  body.append(...[...body.rows].sort(compare));
}

function filter(panes) {
  const wanted = panes.querySelector("input").value.trim().toLowerCase().split(/\s+/);
  const chosen = [...panes.querySelectorAll("select")].map((select) => [select.dataset.field, select.value]);
  let shown = 0;
  for (const row of panes.querySelectorAll("tbody tr")) {
    const text = row.textContent.toLowerCase();
    const fits = wanted.every((word) => text.includes(word)) && chosen.every(([field, value]) => !value || row.dataset[field] === value);
    row.hidden = !fits;
    markOf(row)?.classList.toggle("faded", !fits);
    shown += fits;
  }
  panes.querySelector("output").value = shown;
  for (const pane of panes.querySelectorAll("[data-items]")) rove(pane);
}

function rove(pane) {
  const items = [...pane.querySelectorAll(pane.dataset.items)];
  for (const item of items) item.tabIndex = -1;
  const first = items.find((item) => !rowFor(item).hidden);
  if (first) first.tabIndex = 0;
}

for (const panes of document.querySelectorAll(".panes")) {
  panes.addEventListener("input", () => filter(panes));
  filter(panes);
}
addEventListener("hashchange", chooseLinked);
chooseLinked();
